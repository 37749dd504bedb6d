from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0004_sql"), ("house", "0004_firm_sql")]
    operations = [InstallSQL("portfolio/stale_before")]
