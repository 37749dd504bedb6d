from django.conf import settings
from django.db import migrations

from lib.sqlfile import InstallSQL

# Days of the firm were those of the pages until it had a setting of its own.
ZONE = "INSERT INTO public.house_settings (key, value) VALUES ('time_zone', %s) ON CONFLICT (key) DO NOTHING"


class Migration(migrations.Migration):
    dependencies = [("house", "0004_firm_sql")]
    operations = [
        InstallSQL("house/setting_fits", 2),
        migrations.RunSQL([(ZONE, [settings.TIME_ZONE_DISPLAY])], migrations.RunSQL.noop),
        InstallSQL("house/house_settings", 2),
        InstallSQL("house/house_day"),
    ]
