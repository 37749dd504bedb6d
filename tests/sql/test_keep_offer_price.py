"""keep_offer_price: every price a deal was offered at, whoever set it, also for a moment."""

from decimal import Decimal as D

from tests import factories
from tests.sql.holds import refusal

PRICES = "select unit_price, set_by from offer_prices where deal_id = %s order by set_at, id"


def test_every_price_is_kept_with_who_set_it(owner, cast, app_connection):
    sam, ada = app_connection(cast.sam), app_connection(cast.ada)
    make = "insert into deals (name, code, offer_unit_price) values ('New', 'new_2027', 10) returning id"
    deal = sam.execute(make).fetchone()[0]
    ada.execute("update deals set offer_unit_price = 0.01 where id = %s", [deal])
    ada.execute("update deals set offer_unit_price = 10 where id = %s", [deal])
    ada.execute("update deals set summary = 'A deal', offer_unit_price = 10 where id = %s", [deal])
    kept = [(D("10"), cast.sam.id), (D("0.01"), cast.ada.id), (D("10"), cast.ada.id)]
    assert owner.execute(PRICES, [deal]).fetchall() == kept
    assert ada.execute(PRICES, [deal]).fetchall() == kept


def test_a_deal_without_a_price_has_none(owner):
    assert owner.execute(PRICES, [factories.add_deal(owner, offer_unit_price=None)]).fetchall() == []


def test_nobody_writes_them_and_members_do_not_read_them(cast, deal, app_connection):
    ada = app_connection(cast.ada)
    for statement in (
        "delete from offer_prices",
        "update offer_prices set set_by = null",
        "insert into offer_prices (deal_id) values (null)",
    ):
        assert refusal(ada.execute, statement)[0] == "42501"
    assert app_connection(cast.alice).execute("select * from offer_prices").fetchall() == []
