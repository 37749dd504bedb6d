from django.db import migrations, models

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("approvals", "0003_receiving_accounts")]
    operations = [
        migrations.AddField(
            model_name="approvalsubject", name="refuses", field=models.TextField(db_default="", default="")
        ),
        InstallSQL("approvals/subject_refuses"),
        InstallSQL("approvals/withdraw_approvals"),
        InstallSQL("approvals/why_not_decide", 2),
    ]
