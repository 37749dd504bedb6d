from django.conf import settings
from django.db import migrations

from lib.sqlfile import InstallSQL

# Days of the firm were those of the pages until it had a setting of its own.
ZONE = "INSERT INTO public.house_settings (key, value) VALUES ('time_zone', %s) ON CONFLICT (key) DO NOTHING"


class Migration(migrations.Migration):
    dependencies = [("house", "0003_firm"), ("investors", "0003_framework")]
    operations = [
        migrations.RunSQL([(ZONE, [settings.TIME_ZONE_DISPLAY])], migrations.RunSQL.noop),
        InstallSQL("house/house_settings"),
        InstallSQL("house/rls_house_settings"),
        InstallSQL("house/house_identity"),
        InstallSQL("house/rls_house_identity"),
        InstallSQL("house/rls_receiving_accounts"),
        InstallSQL("house/house_day"),
    ]
