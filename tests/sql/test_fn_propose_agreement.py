"""Terms of an introducer: on paper, in force once a second person confirms, ended with a day."""

from datetime import date, timedelta

import pytest
from psycopg.types.json import Jsonb

from tests import factories
from tests.factories import value
from tests.sql.exits import approval_about
from tests.sql.holds import refusal
from tests.sql.introducers import TODAY, everything, introducer

PROPOSE = "select public.fn_propose_agreement(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
DECIDE = "select public.fn_decide_approval(%s, %s, %s)"
END = "select public.fn_end_agreement(%s, %s, %s)"


@pytest.fixture
def sam(app_connection, cast):
    return app_connection(cast.sam)


@pytest.fixture
def them(owner, cast):
    return introducer(owner, cast)


@pytest.fixture
def paper(owner):
    return factories.add_document(owner, "Signed agreement")


def propose(connection, them, **facts):
    asked = {
        "deal": None, "document": None, "basis": None, "rate": 200, "cap": None, "tiers": None, "years": None,
        "signed": TODAY, "since": date(2026, 1, 1), "until": None, "note": "",
    } | facts  # fmt: skip
    asked["tiers"] = asked["tiers"] and Jsonb(asked["tiers"])
    return value(connection, PROPOSE, them, *asked.values())


def terms(owner) -> tuple:
    asked = "select default_commission_bps, commission_cap, agreement_doc_id from introducers"
    return owner.execute(asked).fetchone()


def test_an_agreement_counts_once_a_second_person_confirms_it(owner, cast, app_connection, sam, them, paper):
    made = propose(sam, them, document=paper, rate=150, cap=50_000)
    assert (value(owner, "select status from introducer_agreements"), terms(owner)) == ("proposed", (None, None, None))
    approval = approval_about(owner, made)
    assert refusal(value, sam, DECIDE, approval, "approve", None) == ("42501", "own_request")
    assert value(app_connection(cast.ada), DECIDE, approval, "approve", None) == "approved"
    asked = "select status, decided_by from introducer_agreements"
    assert owner.execute(asked).fetchone() == ("active", cast.ada.id)
    assert terms(owner) == (150, 50_000, paper)


def test_a_rejected_one_changes_nothing(owner, cast, app_connection, sam, them, paper):
    made = propose(sam, them, document=paper)
    value(app_connection(cast.ada), DECIDE, approval_about(owner, made), "reject", "Not signed")
    assert value(owner, "select status from introducer_agreements") == "rejected"
    assert terms(owner) == (None, None, None)


def test_terms_of_a_deal_leave_the_default(owner, cast, deal, app_connection, sam, them):
    tiers = [{"up_to": "1000", "rate_bps": "100"}, {"up_to": None, "rate_bps": "50"}]
    made = propose(sam, them, deal=deal.id, rate=None, tiers=tiers, basis="management_fee", years=3)
    value(app_connection(cast.ada), DECIDE, approval_about(owner, made), "approve", None)
    asked = "select status, basis_type, trail_years, tiers from introducer_agreements"
    assert owner.execute(asked).fetchone() == ("active", "management_fee", 3, tiers)
    assert terms(owner) == (None, None, None)


def test_what_cannot_be_agreed_is_refused(owner, cast, deal, app_connection, sam, them, paper):
    before = everything(owner)
    wrong = [
        ({}, "document"),
        ({"document": paper, "rate": None}, "rate"),
        ({"deal": deal.id, "rate": None, "tiers": [{"up_to": "5", "rate_bps": "1"}]}, "tiers"),
        ({"document": paper, "since": None}, "dates"),
        ({"document": paper, "until": date(2025, 12, 31)}, "dates"),
        ({"document": paper, "signed": TODAY + timedelta(2)}, "dates"),
    ]
    for facts, word in wrong:
        assert refusal(propose, sam, them, **facts) == ("22023", word)
    for facts in ({"rate": 10_001}, {"rate": -1}, {"cap": "NaN"}, {"basis": "turnover"}, {"years": 0}):
        assert refusal(propose, sam, them, document=paper, **facts)[0] == "23514"
    nobody = "00000000-0000-0000-0000-00000000dead"
    assert refusal(propose, sam, nobody, document=paper)[0] == "42501"
    assert refusal(propose, sam, them, deal=nobody)[0] == "42501"
    for person in (cast.ingrid, cast.alice, None):
        assert refusal(propose, app_connection(person), them, document=paper)[0] == "42501"
    assert everything(owner) == before


def test_terms_end_with_a_day(owner, cast, app_connection, sam, them, paper):
    made = propose(sam, them, document=paper)
    assert refusal(value, sam, END, made, TODAY, "Over") == ("22023", "status")
    value(app_connection(cast.ada), DECIDE, approval_about(owner, made), "approve", None)
    before = everything(owner)
    assert refusal(value, sam, END, made, TODAY, "") == ("22023", "reason")
    assert refusal(value, sam, END, made, date(2025, 12, 30), "Over") == ("22023", "dates")
    assert refusal(value, sam, END, made, None, "Over") == ("22023", "dates")
    for person in (cast.rita, cast.ingrid):
        assert refusal(value, app_connection(person), END, made, TODAY, "Over")[0] == "42501"
    assert everything(owner) == before
    value(sam, END, made, TODAY, "Notice given")
    assert value(owner, "select valid_until from introducer_agreements") == TODAY
    assert refusal(value, sam, END, made, TODAY, "Again") == ("22023", "status")


def test_what_was_agreed_never_changes(owner, sam, them, paper):
    propose(sam, them, document=paper)
    assert refusal(owner.execute, "update introducer_agreements set rate_bps = 900")[0] == "42501"
