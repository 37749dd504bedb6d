"""app.house_setting and fn_change_house_settings: the firm's settings, changed by administrators."""

import psycopg
import pytest

from tests.factories import value
from tests.race.crowd import in_between
from tests.sql.firm import change_settings, everything
from tests.sql.holds import refusal

SETTING, FITS = "select app.house_setting(%s)", "select app.setting_fits(%s, %s)"
FIRST = {
    "time_zone": "Europe/Paris", "invoice_runs": "off", "invoice_run_day": "3",
    "invoice_due_days": "30", "reminder_days": "7,21,45", "bank_fee_tolerance": "5.00", "write_off_limit": "100.00",
    "auto_apply_matches": "false", "valuation_stale_days": "180",
}  # fmt: skip


@pytest.fixture
def ada(cast, app_connection):
    return app_connection(cast.ada)


def test_what_an_installation_begins_with(owner, ada):
    assert dict(owner.execute("select key, value from house_settings").fetchall()) == FIRST
    assert {key: value(ada, SETTING, key) for key in FIRST} == FIRST
    assert value(ada, "select current_date + app.house_setting('invoice_due_days')::int - current_date") == 30


def test_a_currency_has_its_own_or_that_of_all_others(cast, ada):
    assert value(ada, SETTING, "bank_fee_tolerance:JPY") == "5.00"
    assert change_settings(ada, {"bank_fee_tolerance:JPY": "700"}, FIRST) == 1
    asked = ("bank_fee_tolerance", "bank_fee_tolerance:JPY", "bank_fee_tolerance:EUR", "write_off_limit:JPY")
    assert [value(ada, SETTING, key) for key in asked] == ["5.00", "700", "5.00", "100.00"]
    assert change_settings(ada, {"bank_fee_tolerance:JPY": None}, FIRST | {"bank_fee_tolerance:JPY": "700"}) == 1
    assert value(ada, SETTING, "bank_fee_tolerance:JPY") == "5.00"


@pytest.mark.parametrize(
    "key", ["invoice_due_day", "", None, "invoice_due_days:EUR", "bank_fee_tolerance:KWD", "colour"]
)
def test_a_setting_that_is_not_there_is_no_null(ada, key):
    assert refusal(ada.execute, SETTING, [key]) == ("22023", "setting")


def test_investors_read_no_settings(cast, app_connection):
    for who in (cast.alice, None):
        assert refusal(app_connection(who).execute, SETTING, ["invoice_due_days"]) == ("22023", "setting")


def test_what_changed_is_written_and_nothing_else(owner, cast, ada):
    changes = {"invoice_due_days": "14", "reminder_days": "7,21,45"}
    assert change_settings(ada, changes, FIRST) == 1
    kept = owner.execute("select key, value, reason, changed_by from house_settings where changed_by is not null")
    assert kept.fetchall() == [("invoice_due_days", "14", "Agreed with the auditor", cast.ada.id)]
    log = owner.execute(
        "select action, before ->> 'value', after ->> 'value', after ->> 'key', actor_user_id from audit_log"
        " where entity = 'house_settings' and actor_user_id is not null"
    )
    assert log.fetchall() == [("house_settings.update", "30", "14", "invoice_due_days", cast.ada.id)]


def test_only_administrators_with_a_reason(owner, cast, ada, app_connection):
    before = everything(owner)
    for who in (cast.sam, cast.rita, cast.alice, value(owner, "select app.system_profile()"), None):
        assert refusal(change_settings, app_connection(who), {"invoice_due_days": "14"}, FIRST) == ("42501", "")
    for reason in (None, "", " "):
        assert refusal(change_settings, ada, {"invoice_due_days": "14"}, FIRST, reason) == ("22023", "reason")
    assert everything(owner) == before


def test_what_another_changed_meanwhile_is_not_overwritten(owner, cast, ada, app_connection):
    change_settings(ada, {"invoice_due_days": "14"}, FIRST)
    before = everything(owner)
    assert refusal(change_settings, app_connection(cast.abe), {"write_off_limit": "1"}, FIRST)[0] == "DL007"
    assert everything(owner) == before


@pytest.mark.parametrize(
    "change", [{"invoice_due_days": "14"}, {"bank_fee_tolerance:JPY": "700"}], ids=["one", "a new one"]
)
def test_of_two_at_once_one_is_told(owner, superuser, cast, ada, app_connection, change):
    told = in_between(
        superuser,
        ada,
        lambda c: change_settings(c, change, FIRST),
        app_connection(cast.abe),
        lambda c: refusal(change_settings, c, change | {"write_off_limit": "1.00"}, FIRST),
    )
    assert told == ("DL007", "")
    assert value(owner, SETTING, "write_off_limit") == "100.00"


RIGHT = [
    ("invoice_due_days", "0"), ("invoice_due_days", "3650"), ("valuation_stale_days", "1"), ("reminder_days", "7"),
    ("reminder_days", "1,2,3,4,999"), ("bank_fee_tolerance", "0"), ("bank_fee_tolerance", "0.5"),
    ("write_off_limit:JPY", "999999999"), ("write_off_limit:JPY", None), ("auto_apply_matches", "true"),
    ("time_zone", "UTC"), ("time_zone", "America/Argentina/Buenos_Aires"), ("invoice_runs", "monthly"),
    ("invoice_runs", "quarterly"), ("invoice_run_day", "1"), ("invoice_run_day", "28"),
]  # fmt: skip
WRONG = [
    ("invoice_due_days", "-1"), ("invoice_due_days", "3651"), ("invoice_due_days", "030"), ("invoice_due_days", "1e1"),
    ("invoice_due_days", "NaN"), ("invoice_due_days", None), ("invoice_due_days", ""), ("invoice_due_days:EUR", "1"),
    ("reminder_days", "7,7"), ("reminder_days", "21,7"), ("reminder_days", "7, 21"), ("reminder_days", "0,7"),
    ("reminder_days", "1,2,3,4,5,6"), ("reminder_days", None), ("bank_fee_tolerance", None),
    ("bank_fee_tolerance", "NaN"),
    ("bank_fee_tolerance", "-1"), ("bank_fee_tolerance", "5.001"), ("bank_fee_tolerance", "1000000000"),
    ("bank_fee_tolerance:", "1"), ("bank_fee_tolerance:KWD", "1"), ("bank_fee_tolerance:eur", "1"),
    ("write_off_limit:EUR:", "1"), ("auto_apply_matches", "yes"), ("auto_apply_matches", None), ("colour", "red"),
    ("time_zone", "Europe/Pariss"), ("time_zone", "CEST-2"), ("time_zone", None), ("time_zone", "../etc/localtime"),
    ("invoice_runs", "weekly"), ("invoice_runs", None), ("invoice_run_day", "0"), ("invoice_run_day", "29"),
    ("", ""), (None, "1"),
]  # fmt: skip


def test_which_values_fit(ada):
    assert [value(ada, FITS, *pair) for pair in RIGHT] == [True] * len(RIGHT)
    assert [value(ada, FITS, *pair) for pair in WRONG] == [False] * len(WRONG)


@pytest.mark.parametrize(("key", "wrong"), [(k, v) for k, v in WRONG if k], ids=str)
def test_a_value_that_does_not_fit_is_kept_by_nobody(owner, ada, key, wrong):
    before = everything(owner)
    assert refusal(change_settings, ada, {key: wrong}, FIRST)[0] == "23514"
    by_hand = "insert into house_settings (key, value) values (%s, %s)"
    assert refusal(owner.execute, by_hand, [key, wrong])[0] == "23514"
    assert everything(owner) == before


@pytest.mark.parametrize("statement", ["delete from house_settings", "truncate house_settings"])
def test_a_setting_is_never_thrown_away(owner, ada, statement):
    for connection in (owner, ada):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)
    assert value(owner, "select count(*) from house_settings") == len(FIRST)
