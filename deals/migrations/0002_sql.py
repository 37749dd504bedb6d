from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0001_initial"),
        ("portfolio", "0002_sql"),
        ("investors", "0003_framework"),
        ("approvals", "0002_sql"),
    ]
    operations = [
        InstallSQL("lib/money_round"),
        InstallSQL("lib/fn_year_fraction"),
        InstallSQL("deals/visible_deals"),
        InstallSQL("deals/who_acts"),
        InstallSQL("lib/performance"),
        InstallSQL("deals/quotation"),
        InstallSQL("deals/projection"),
        InstallSQL("deals/commitment_hash"),
        InstallSQL("deals/deal_labels"),
        InstallSQL("deals/live_invite"),
        InstallSQL("deals/fn_accept_membership"),
        InstallSQL("deals/fn_accept_invite"),
        InstallSQL("deals/rls_deals"),
        InstallSQL("deals/rls_offer_prices"),
        InstallSQL("deals/keep_offer_prices"),
        InstallSQL("deals/guard_deal"),
        InstallSQL("deals/rls_deal_changes"),
        InstallSQL("deals/fn_propose_change"),
        InstallSQL("deals/deal_change_decided"),
        InstallSQL("deals/rls_deal_memberships"),
        InstallSQL("deals/remove_member"),
        InstallSQL("deals/rls_invite_links"),
        InstallSQL("deals/visible_fee_plans"),
        InstallSQL("deals/rls_fee_plans"),
        InstallSQL("deals/rls_fee_components"),
        InstallSQL("deals/guard_fee_plan"),
        InstallSQL("deals/remove_fee_component"),
        InstallSQL("deals/guard_fees"),
        InstallSQL("deals/rls_investor_terms"),
        InstallSQL("deals/rls_term_sheets"),
        InstallSQL("deals/rls_deal_commitments"),
        InstallSQL("deals/vehicles_of_deals"),
        InstallSQL("deals/documents_of_deals"),
        InstallSQL("deals/guardian_projection"),
    ]
