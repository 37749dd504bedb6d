from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("approvals", "0004_who_refuses")]
    operations = [InstallSQL("approvals/needs_people")]
