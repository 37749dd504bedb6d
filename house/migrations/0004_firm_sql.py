from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("house", "0003_firm"), ("investors", "0003_framework")]
    operations = [
        InstallSQL("house/house_settings"),
        InstallSQL("house/rls_house_settings"),
        InstallSQL("house/house_identity"),
        InstallSQL("house/rls_house_identity"),
        InstallSQL("house/rls_receiving_accounts"),
    ]
