"""Whom of the introducers each person sees: their own, staff all."""

from tests.factories import insert
from tests.sql.holds import refusal
from tests.sql.introducers import agreed, brought, introducer

TABLES = ("introducers", "introductions", "introducer_commissions", "introducer_agreements")


def test_an_introducer_sees_its_own_and_no_other(owner, cast, deal, app_connection):
    mine, other = introducer(owner, cast), introducer(owner, name="Okonjo Partners")
    for each, investor in ((mine, cast.aldgate), (other, cast.morland)):
        agreed(owner, each)
        agreed(owner, each, deal=deal.id, status="proposed")
        first = brought(owner, each, investor, deal.id)
        insert(owner, "introducer_commissions", introducer_id=each, rate_bps=1, accrual_amount=1)
        insert(owner, "introduction_alerts", introduction_id=first, earlier_id=first)
    ingrid, sam = app_connection(cast.ingrid), app_connection(cast.sam)
    counted = lambda who: [who.execute(f"select count(*) from {table}").fetchone()[0] for table in TABLES]  # noqa: E731
    assert counted(ingrid) == [1, 1, 1, 1]
    assert counted(sam) == [2, 2, 2, 4]
    for person in (cast.alice, cast.mallory, cast.larry, None):
        assert counted(app_connection(person)) == [0, 0, 0, 0]
    assert ingrid.execute("select id from introducers").fetchall() == [(mine,)]
    assert ingrid.execute("select id from introduction_alerts").fetchall() == []
    owner.execute("update profiles set is_active = false where id = %s", [cast.ingrid.id])
    assert counted(ingrid) == [0, 0, 0, 0]


def test_staff_keep_introducers_but_not_their_rates(owner, cast, app_connection):
    mine = introducer(owner, cast)
    sam, ingrid = app_connection(cast.sam), app_connection(cast.ingrid)
    sam.execute("update introducers set phone = '+352 1' where id = %s", [mine])
    for column in ("default_commission_bps = 1", "commission_cap = 1", "agreement_doc_id = null"):
        assert refusal(sam.execute, f"update introducers set {column}")[0] == "42501"
    assert (
        refusal(sam.execute, "insert into introducers (legal_name, default_commission_bps) values ('A', 900)")[0]
        == "42501"
    )
    assert ingrid.execute("update introducers set phone = '+352 2'").rowcount == 0
    assert refusal(ingrid.execute, "insert into introducers (legal_name) values ('Mine')")[0] == "42501"
    assert sam.execute("insert into introducers (legal_name) values ('Second') returning status").fetchone() == (
        "active",
    )
