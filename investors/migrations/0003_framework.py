from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    """Grants and policies on the framework's own tables, once all of them are there."""

    dependencies = [
        ("investors", "0002_sql"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("axes", "0010_accessattemptexpiration"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("guardian", "0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more"),
        ("sessions", "0001_initial"),
    ]
    operations = [
        InstallSQL("investors/framework_tables"),
        InstallSQL("investors/session_store"),
        InstallSQL("investors/cache_store"),
        InstallSQL("investors/sign_in_attempts"),
    ]
