from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [("investors", "0001_initial"), ("audit", "0003_sql")]
    operations = [
        InstallSQL("investors/system_profile"),
        InstallSQL("investors/visible_investors"),
        InstallSQL("investors/login_lookup"),
        InstallSQL("investors/password_recipe"),
        InstallSQL("investors/password_owner"),
        InstallSQL("investors/change_password"),
        InstallSQL("investors/session_stamp"),
        InstallSQL("investors/installation_is_empty"),
        InstallSQL("investors/make_password_link"),
        InstallSQL("investors/ask_password_reset"),
        InstallSQL("investors/tell_lockout"),
        InstallSQL("investors/password_link_owner"),
        InstallSQL("investors/use_password_link"),
        InstallSQL("investors/visible_profiles"),
        InstallSQL("investors/staff_profiles"),
        InstallSQL("investors/rls_profiles"),
        InstallSQL("investors/guard_profile"),
        InstallSQL("investors/end_password_links"),
        InstallSQL("investors/rls_investors"),
        InstallSQL("investors/guard_investor"),
        InstallSQL("investors/rls_investor_users"),
        InstallSQL("investors/rls_set_password_links"),
        InstallSQL("investors/under_one_control"),
        InstallSQL("investors/rls_account_makers"),
        InstallSQL("investors/unlink_person"),
    ]
