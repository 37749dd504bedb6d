"""Introductions: the first recorded one counts, another's of one prospect alerts staff, status follows by itself."""

import pytest

from tests import factories
from tests.factories import insert, value
from tests.sql.holds import refusal
from tests.sql.introducers import bought, everything, introducer
from tests.sql.invoices import ready

RECORD = "select public.fn_record_introduction(%s, %s, %s, %s)"
EMAIL = "prospect@verso.example"


@pytest.fixture
def sam(app_connection, cast):
    return app_connection(cast.sam)


@pytest.fixture
def two(owner, cast):
    """Two introducers."""
    return introducer(owner, cast), introducer(owner, name="Okonjo Partners")


def row(owner, introduction) -> tuple:
    return owner.execute("select status, place from introductions where id = %s", [introduction]).fetchone()


def alerts(owner) -> list:
    return owner.execute("select introduction_id, earlier_id from introduction_alerts").fetchall()


def test_the_first_counts_and_the_second_alerts_staff(owner, deal, sam, two):
    first = value(sam, RECORD, two[0], EMAIL, deal.id, "Nadia Novak")
    second = value(sam, RECORD, two[1], EMAIL, deal.id, "")
    assert (row(owner, first), row(owner, second)) == (("invited", 1), ("lost", 2))
    assert alerts(owner) == [(second, first)]


def test_the_same_again_is_the_same(owner, deal, sam, two):
    made = [value(sam, RECORD, two[0], EMAIL, deal.id, "") for _ in range(2)]
    assert made[0] == made[1] and alerts(owner) == []
    assert value(sam, RECORD, two[0], EMAIL, None, "") != made[0]


@pytest.mark.parametrize(("days", "raised"), [(89, True), (91, False)])
def test_the_alert_is_for_ninety_days(owner, deal, sam, two, days, raised):
    """For any deal; which one counts is for the deals they name alone."""
    other = factories.add_deal(owner, "Southlight", code="southlight", vehicle_id=deal.vehicle_id)
    moment = factories.in_days(-days)
    before = insert(
        owner, "introductions", introducer_id=two[0], prospect_email=EMAIL, deal_id=other, place=1, created_at=moment
    )
    made = value(sam, RECORD, two[1], EMAIL, deal.id, "")
    assert row(owner, made) == ("invited", 2)
    assert alerts(owner) == ([(made, before)] if raised else [])


@pytest.mark.parametrize(("first_names", "second_names"), [(False, True), (True, False), (False, False)])
def test_one_without_a_deal_is_for_all(owner, deal, sam, two, first_names, second_names):
    value(sam, RECORD, two[0], EMAIL, deal.id if first_names else None, "")
    second = value(sam, RECORD, two[1], EMAIL, deal.id if second_names else None, "")
    assert row(owner, second)[0] == "lost"


def test_after_a_lost_one_the_next_counts(owner, deal, sam, two):
    first = value(sam, RECORD, two[0], EMAIL, deal.id, "")
    value(sam, "select public.fn_lose_introduction(%s, %s)", first, "Declined")
    second = value(sam, RECORD, two[1], EMAIL, deal.id, "")
    assert row(owner, second) == ("invited", 2) and alerts(owner) == [(second, first)]


def test_it_joins_and_is_allocated_by_itself(owner, cast, deal, app_connection, sam, two):
    nadia = factories.add_person(owner, "Nadia Novak", email=EMAIL)
    investor = factories.add_investor(owner, "Novak Holdings", users=[nadia.id])
    made = value(sam, RECORD, two[0], EMAIL, deal.id, "")
    factories.add_member(owner, deal.id, nadia, investor_id=investor, accepted=False)
    assert row(owner, made)[0] == "invited"
    owner.execute("update deal_memberships set accepted_at = now() where user_id = %s", [nadia.id])
    asked = "select status, prospect_investor_id, joined_at is not null, allocated_at is not null from introductions"
    assert owner.execute(asked).fetchone() == ("joined", investor, True, False)
    ready(app_connection, cast)
    bought(owner, deal, investor, "1000")
    assert owner.execute(asked).fetchone() == ("allocated", investor, True, True)


def test_one_recorded_late_is_as_far_as_its_prospect(owner, cast, deal, sam, two):
    made = value(sam, RECORD, two[0], cast.alice.email, deal.id, "")
    assert row(owner, made)[0] == "joined"


LINK, LOSE = "select public.fn_link_introduction(%s, %s)", "select public.fn_lose_introduction(%s, %s)"
SETTLE = "select public.fn_settle_alert(%s, %s)"


def test_a_prospect_of_another_e_mail_is_linked(owner, cast, deal, sam, two):
    made = value(sam, RECORD, two[0], EMAIL, deal.id, "")
    sam.execute(LINK, [made, cast.morland])
    asked = "select status, prospect_investor_id from introductions"
    assert owner.execute(asked).fetchone() == ("joined", cast.morland)


def test_an_alert_is_settled_once(owner, deal, sam, two):
    for each in two:
        value(sam, RECORD, each, EMAIL, deal.id, "")
    ((alert,),) = owner.execute("select id from introduction_alerts").fetchall()
    assert refusal(value, sam, SETTLE, alert, " ") == ("22023", "reason")
    sam.execute(SETTLE, [alert, "Both agree"])
    assert value(owner, "select note from introduction_alerts") == "Both agree"
    assert refusal(value, sam, SETTLE, alert, "Again") == ("22023", "settled")


def test_what_is_refused_changes_nothing(owner, cast, deal, app_connection, sam, two):
    made = value(sam, RECORD, two[0], EMAIL, deal.id, "")
    value(sam, RECORD, two[1], EMAIL, deal.id, "")
    (alert,) = owner.execute("select id from introduction_alerts").fetchone()
    owner.execute("update introducers set status = 'inactive' where id = %s", [two[1]])
    before = everything(owner)
    nobody = "00000000-0000-0000-0000-00000000dead"
    assert refusal(value, sam, RECORD, two[0], "", deal.id, "") == ("22023", "email")
    assert refusal(value, sam, RECORD, two[0], "Not@Normal.Example", deal.id, "")[0] == "23514"
    assert refusal(value, sam, RECORD, two[1], "new@verso.example", deal.id, "") == ("22023", "inactive")
    assert refusal(value, sam, RECORD, nobody, EMAIL, deal.id, "")[0] == "42501"
    assert refusal(value, sam, RECORD, two[0], EMAIL, nobody, "")[0] == "42501"
    assert refusal(value, sam, LINK, made, nobody)[0] == "42501"
    assert refusal(value, sam, LOSE, made, "") == ("22023", "reason")
    for person in (cast.ingrid, cast.alice, None):
        assert refusal(value, app_connection(person), RECORD, two[0], EMAIL, deal.id, "")[0] == "42501"
    for person in (cast.ingrid, cast.rita):
        connection = app_connection(person)
        assert refusal(value, connection, LINK, made, cast.morland)[0] == "42501"
        assert refusal(value, connection, LOSE, made, "No")[0] == "42501"
        assert refusal(value, connection, SETTLE, alert, "No")[0] == "42501"
    assert everything(owner) == before


def test_names_of_deals_reach_who_introduced_somebody_there(owner, cast, deal, app_connection, sam, two):
    """And no other deal, nor anybody else's introduction."""
    hidden = factories.add_deal(owner, "Hidden", code="hidden", vehicle_id=deal.vehicle_id)
    far = factories.add_deal(owner, "Far Deal", code="far_deal", vehicle_id=deal.vehicle_id)
    value(sam, RECORD, two[0], EMAIL, far, "")
    value(sam, RECORD, two[1], "other@verso.example", hidden, "")
    asked = "select deal_id, name from app.introduced_deals()"
    assert app_connection(cast.ingrid).execute(asked).fetchall() == [(far, "Far Deal")]
    assert app_connection(cast.mallory).execute(asked).fetchall() == []
