from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_sql")]
    operations = [InstallSQL("notifications/mail_about")]
