"""Currencies that amounts of two decimals cannot keep are refused wherever something of the house is made in one."""

import pytest
from babel.core import get_global

from audit.identity import acting_as
from deals import services
from deals.models import Deal
from deals.services.refusals import DealRefused
from lib.money import is_kept, minor_units
from portfolio import services as vehicles
from portfolio.models import Vehicle
from tests.factories import value
from tests.house.code import OURS, ROOT
from tests.sql.holds import refusal

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = ("deals", "vehicles", "subscriptions", "share_lots")


KEPT = {code for code in get_global("all_currencies") if is_kept(code)}
REFUSED = sorted(set(get_global("all_currencies")) - KEPT)


def test_a_currency_of_three_decimals_is_not_kept_and_the_rest_have_two_or_none():
    thousandths = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}  # ISO 4217; finer: CLF, UYW
    without = {"XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"}
    assert set(REFUSED) == thousandths | {"CLF", "UYW"} | without
    assert [code for code in ("usd", "US", "USDT", "XQZ", "", None) if is_kept(code)] == []
    assert {minor_units(code) for code in KEPT} == {0, 2}
    assert [minor_units(code) for code in ("USD", "EUR", "CHF", "HUF", "JPY", "XOF")] == [2, 2, 2, 2, 0, 0]


@pytest.mark.parametrize("table", TABLES)
def test_no_table_keeps_one(owner, deal, table):
    statements = {
        "deals": "update deals set currency = %s",
        "vehicles": "update vehicles set currency = %s",
        "share_lots": "update share_lots set currency = %s",
        "subscriptions": "insert into subscriptions (vehicle_id, currency) select vehicle_id, %s from deals",
    }
    for currency in REFUSED:
        assert refusal(owner.execute, statements[table], [currency])[0] in ("23514", "22023"), currency
    assert value(owner, "select count(*) from pg_constraint where conname = %s", f"{table}_currency_code") == 1


def test_every_currency_column_is_bound(superuser):
    """A table in a currency of its own has the check, unless what it is in was checked where it was made."""
    # Limits, for '*' too; and what app.guard_accounts and app.guard_entries check, once a statement.
    follows = {"approval_rules", "ledger_accounts", "ledger_entries"}
    columns = superuser.execute(
        "select table_name::text from information_schema.columns c join information_schema.tables t"
        " using (table_schema, table_name) where table_schema = 'public' and table_type = 'BASE TABLE'"
        " and column_name = 'currency'"
    ).fetchall()
    checked = "select conrelid::regclass::text from pg_constraint where conname like '%currency_code'"
    assert {name for (name,) in columns} - follows == {name for (name,) in superuser.execute(checked)}


@pytest.mark.parametrize("currency", ["KWD", "CLF", "XAU", "usd", "", None])
def test_services_refuse_it(cast, currency):
    with acting_as(cast.ada.id):
        ada = cast.ada.profile
    with pytest.raises(DealRefused) as refused:
        services.create_deal(acting_user=ada, name="Gulf", currency=currency)
    assert refused.value.field == "currency"
    with pytest.raises(vehicles.BadCurrency):
        vehicles.add_vehicle(acting_user=ada, name="Gulf SPV", type="spv", currency=currency)
    with acting_as(cast.ada.id):
        assert (Deal.objects.count(), Vehicle.objects.count()) == (0, 0)


def test_forms_refuse_it_and_keep_what_was_typed(ada_client, cast):
    for address in ("/staff/deals/new/", "/staff/vehicles/new/"):
        answer = ada_client.post(address, {"name": "Gulf", "type": "spv", "deal_type": "other", "currency": "kwd"})
        assert answer.status_code == 422
        assert "no more than two decimals" in answer.content.decode()
        assert 'value="kwd"' in answer.content.decode()


def test_money_is_rounded_in_one_place():
    """Python and JavaScript show what the database gives; only what is written for the eye is cut to its places."""
    rounding = ("quantize(", "ROUND_HALF", "round_money")
    rounds = {str(p.relative_to(ROOT)) for p in OURS if any(word in p.read_text() for word in rounding)}
    assert rounds == {"ui/charts.py", "ui/figures.py", "inventory/selectors/room.py"}
