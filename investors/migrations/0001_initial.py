import datetime
import lib.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('audit', '0001_identity'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('role', models.TextField(choices=[('investor', 'Investor'), ('staff_admin', 'Staff, administration'), ('staff_ops', 'Staff, operations'), ('staff_rm', 'Staff, relationship manager')], db_default='investor', default='investor', verbose_name='role')),
                ('display_name', models.TextField(blank=True, null=True, verbose_name='name')),
                ('email', models.EmailField(max_length=254, null=True, unique=True, verbose_name='e-mail')),
                ('title', models.TextField(blank=True, null=True, verbose_name='title')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('password', lib.fields.SecretField(db_default='!', verbose_name='password')),
                ('has_password', models.GeneratedField(db_persist=True, expression=models.Func(models.F('password'), template="left(%(expressions)s, 1) <> '!'"), output_field=models.BooleanField())),
                ('lockout_told_at', models.DateTimeField(editable=False, null=True)),
                ('session_stamp', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False)),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last sign-in')),
                ('is_active', models.BooleanField(db_default=True, default=True, verbose_name='may sign in')),
                ('is_staff', models.GeneratedField(db_persist=True, expression=models.Case(models.When(role='investor', then=models.Value(False)), default=models.Value(True)), output_field=models.BooleanField())),
                ('time_zone', models.TextField(db_default='Europe/Paris', default='Europe/Paris', verbose_name='time zone')),
                ('language', models.CharField(db_default='en', default='en', max_length=8, verbose_name='language')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('created_by', models.ForeignKey(db_column='created_by', db_default=lib.fields.ActingProfile(), editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('admin_until', models.DateTimeField(editable=False, null=True)),
                ('investor_until', models.DateTimeField(editable=False, null=True)),
                ('staff_until', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'verbose_name': 'profile',
                'verbose_name_plural': 'profiles',
                'db_table': 'profiles',
                'constraints': [models.CheckConstraint(condition=models.Q(('language__in', ['en', 'de', 'fr', 'es'])), name='profiles_language_known'), models.CheckConstraint(condition=models.Q(('last_login__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('last_login__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='profiles_last_login_within_years'), models.CheckConstraint(condition=models.Q(('created_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('created_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='profiles_created_at_within_years'), lib.fields.line('display_name', 200, required=True, name='profiles_name_is_line'), lib.fields.line('title', 200, name='profiles_title_is_line'), models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='profiles_email_any_case'), models.CheckConstraint(condition=models.Q(('email', ''), models.Q(('email', django.db.models.functions.text.Lower('email')), ('email', models.Func(models.F('email'), template='normalize(%(expressions)s, NFKC)')), ('email__regex', '^[^[:space:]@]+@[a-z0-9.-]+$')), _connector='OR'), name='profiles_email_normal'), models.CheckConstraint(condition=models.Q(('role__in', ['investor', 'staff_admin', 'staff_ops', 'staff_rm'])), name='profiles_role_known')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Investor',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('legal_name', models.TextField(verbose_name='legal name')),
                ('type', models.TextField(blank=True, choices=[('individual', 'Person'), ('entity', 'Entity')], null=True, verbose_name='type')),
                ('kyc_status', models.TextField(choices=[('pending', 'Pending'), ('in_review', 'In review'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('expired', 'Expired')], db_default='pending', default='pending', null=True, verbose_name='KYC status')),
                ('kyc_reason', models.TextField(blank=True, db_default='', default='', verbose_name='reason')),
                ('kyc_changed_at', models.DateTimeField(blank=True, null=True)),
                ('country', models.TextField(blank=True, null=True, verbose_name='country')),
                ('rm', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='relationship manager')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('created_by', models.ForeignKey(db_column='created_by', db_default=lib.fields.ActingProfile(), editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kyc_decided_by', models.ForeignKey(db_column='kyc_decided_by', editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'investor',
                'verbose_name_plural': 'investors',
                'db_table': 'investors',
                'constraints': [models.CheckConstraint(condition=models.Q(('kyc_changed_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('kyc_changed_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='investors_kyc_changed_at_within_years'), models.CheckConstraint(condition=models.Q(('created_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('created_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='investors_created_at_within_years'), lib.fields.line('legal_name', 200, required=True, name='investors_name_is_line'), lib.fields.line('country', 100, name='investors_country_is_line'), lib.fields.text('kyc_reason', 2000, name='investors_kyc_reason_is_text'), models.CheckConstraint(condition=models.Q(('type__in', ['individual', 'entity'])), name='investors_type_known'), models.CheckConstraint(condition=models.Q(('kyc_status__in', ['pending', 'in_review', 'approved', 'rejected', 'expired'])), name='investors_kyc_status_known')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='InvestorUser',
            fields=[
                ('pk', models.CompositePrimaryKey('investor_id', 'user_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('investor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='investors.investor')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='investor_links', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'db_table': 'investor_users',
                'indexes': [],
                'constraints': [models.CheckConstraint(condition=models.Q(('created_at__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('created_at__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='investor_users_created_at_within_years')],
            },
        ),
        migrations.CreateModel(
            name='AccountMaker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('maker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'account_makers',
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='SetPasswordLink',
            fields=[
                ('id', models.UUIDField(db_default=lib.fields.RandomUUID(), editable=False, primary_key=True, serialize=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('token_hash', lib.fields.SecretField(unique=True)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(db_column='created_by', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('from_known', models.BooleanField(db_default=False, default=False)),
            ],
            options={
                'db_table': 'set_password_links',
                'indexes': [],
                'constraints': [],
            },
        ),
    ]
