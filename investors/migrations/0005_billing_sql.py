from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("investors", "0004_billing"), ("house", "0004_firm_sql")]
    operations = [
        InstallSQL("investors/investor_billing"),
        InstallSQL("investors/rls_investor_billing"),
    ]
