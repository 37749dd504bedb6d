from django.db import migrations

from lib.sqlfile import InstallSQL


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0001_initial"),
        ("audit", "0003_sql"),
        ("deals", "0002_sql"),
    ]
    operations = [
        InstallSQL("inventory/checks_at_once"),
        InstallSQL("inventory/holds_internal"),
        InstallSQL("inventory/reserve_checks"),
        InstallSQL("inventory/take_lots"),
        InstallSQL("inventory/fn_reserve_inventory"),
        InstallSQL("inventory/fn_cancel_reservation"),
        InstallSQL("inventory/fn_expire_reservations"),
        InstallSQL("inventory/fn_finalize_allocation"),
        InstallSQL("inventory/fn_get_deal_inventory"),
        InstallSQL("inventory/v_deal_summary"),
        InstallSQL("inventory/invariant_breaks"),
        InstallSQL("inventory/commitments_internal"),
        InstallSQL("inventory/draft_terms"),
        InstallSQL("inventory/commitment_asked"),
        InstallSQL("inventory/make_commitment"),
        InstallSQL("inventory/fn_commit_hold"),
        InstallSQL("inventory/fn_commit_units"),
        InstallSQL("inventory/fn_reduce_commitment"),
        InstallSQL("inventory/fn_withdraw_commitment"),
        InstallSQL("inventory/fn_answer_changes"),
        InstallSQL("inventory/fn_release_commitment"),
        InstallSQL("inventory/release_cancelled_deal"),
        InstallSQL("inventory/guard_moves"),
        InstallSQL("inventory/guard_ties"),
        InstallSQL("inventory/fn_lapse_commitments"),
        InstallSQL("inventory/fn_tell_lapsed_holds"),
        InstallSQL("inventory/lot_checks"),
        InstallSQL("inventory/fn_add_lot"),
        InstallSQL("inventory/lock_lot"),
        InstallSQL("inventory/fn_edit_lot"),
        InstallSQL("inventory/fn_block_lot"),
        InstallSQL("inventory/rls_share_sources"),
        InstallSQL("inventory/rls_share_lots"),
        InstallSQL("inventory/rls_reservations"),
        InstallSQL("inventory/rls_reservation_lot_items"),
        InstallSQL("inventory/rls_allocations"),
        InstallSQL("inventory/rls_allocation_lot_items"),
        InstallSQL("inventory/readonly_access"),
    ]
