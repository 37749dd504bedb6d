from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("inventory", "0008_own_fees")]
    operations = [InstallSQL("inventory/terms_of_allocation", 3)]
