from django.db import migrations

from config.lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [InstallSQL("app/identity")]
