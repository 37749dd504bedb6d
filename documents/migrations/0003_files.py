import django.db.models.functions.text
import django.db.models.lookups
import lib.fields
from django.db import migrations, models

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0002_sql'),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='filename',
            field=models.TextField(db_default='', default=''),
        ),
        migrations.AddField(
            model_name='document',
            name='sha256',
            field=models.TextField(db_default='', default='', editable=False),
        ),
        migrations.AddField(
            model_name='document',
            name='source_key',
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['file_key'], name='documents_file_key'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('filename'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('filename'), 200)), name='documents_filename_is_line'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(lib.fields._Keeps(models.F('source_key'), function='app.is_line'), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('source_key'), 200), models.Q(('source_key', ''), _negated=True)), name='documents_source_key_is_line'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(fields=('source_key',), name='documents_source_key_once'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('size_bytes__gte', 0), ('size_bytes__lt', 1099511627776)), name='documents_size_in_bounds'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('sha256', ''), models.Q(('file_key__regex', '^[0-9a-f]{2}/[0-9a-f]{64}-[0-9a-f]{32}$'), ('sha256__regex', '^[0-9a-f]{64}$'), ('size_bytes__gt', 0), ('size_bytes__isnull', False), models.Q(('filename', ''), _negated=True), models.Q(('content_type', ''), _negated=True)), _connector='OR'), name='documents_stored_is_known'),
        ),
        InstallSQL("documents/rls_documents", 2),
    ]
