"""own_fees, negotiated_fees, ending_overrides: what was negotiated follows a fee through the versions of its plan."""

import json
from decimal import Decimal as D
from uuid import uuid4

import pytest

from tests.factories import insert, value
from tests.sql.exits import allocated
from tests.sql.fees import accrue
from tests.sql.holds import refusal
from tests.sql.own import negotiate

SUBSCRIPTION = {"kind": "subscription", "calc_method": "percent_of_investment", "rate_bps": 500}
YEARLY = {"kind": "management", "calc_method": "percent_per_annum", "rate_bps": 200, "frequency": "annual"}
FLAT = {"kind": "other", "calc_method": "fixed", "flat_amount": "900", "frequency": "annual"}


def fee(owner, plan, **columns):
    """A fee of a plan: id and lineage."""
    lineage = columns.pop("lineage", None) or uuid4()
    return insert(owner, "fee_components", fee_plan_id=plan, lineage=lineage, **columns), lineage


def version(owner, deal, before, *fees):
    """A version of a plan that takes the place of another, in effect; its id."""
    n = value(owner, "select version + 1 from fee_plans where id = %s", before)
    plan = insert(owner, "fee_plans", deal_id=deal.id, name=f"Version {n}", supersedes_id=before, version=n)
    for columns in fees:
        fee(owner, plan, **columns)
    return plan


@pytest.fixture
def first(owner, deal):
    """The plan of the deal with a subscription and a yearly fee: their (id, lineage)."""
    owner.execute("delete from fee_components")
    return fee(owner, deal.fee_plan_id, **SUBSCRIPTION), fee(owner, deal.fee_plan_id, **YEARLY)


@pytest.fixture
def rate(owner, cast, deal, app_connection):
    """What Aldgate pays under a plan: rate in basis points by kind."""

    def ask(plan):
        found = value(
            app_connection(cast.alice), "select app.quotation(%s, %s, 100, null, %s)", deal.id, cast.aldgate, plan
        )
        return {line["kind"]: line["rate_bps"] or line["flat_amount"] for line in found["lines"]}

    return ask


def test_a_copy_carries_it_on(owner, cast, deal, first, rate):
    (sub, sub_line), (_, year_line) = first
    negotiate(owner, deal, cast.aldgate, **{str(sub): {"rate_bps": 100}})
    later = version(
        owner, deal, deal.fee_plan_id, SUBSCRIPTION | {"lineage": sub_line}, YEARLY | {"lineage": year_line}
    )
    latest = version(
        owner, deal, later, SUBSCRIPTION | {"lineage": sub_line, "rate_bps": 400}, YEARLY | {"lineage": year_line}
    )
    for plan in (deal.fee_plan_id, later, latest):
        assert rate(plan) == {"subscription": "100", "management": "200"}


def test_a_fee_written_anew_is_the_only_one_of_its_kind(owner, cast, deal, first, rate):
    (sub, _), _ = first
    negotiate(owner, deal, cast.aldgate, **{str(sub): {"rate_bps": 100}})
    assert rate(version(owner, deal, deal.fee_plan_id, SUBSCRIPTION))["subscription"] == "100"


def test_of_two_of_a_kind_none_is_guessed(owner, cast, deal, first, rate):
    (sub, _), _ = first
    negotiate(owner, deal, cast.aldgate, **{str(sub): {"rate_bps": 100}})
    later = version(owner, deal, deal.fee_plan_id, SUBSCRIPTION, SUBSCRIPTION | {"rate_bps": 50})
    found = value(owner, "select app.own_fees(%s, array_agg(f)) from fee_components f where f.fee_plan_id = %s",
                  json.dumps({str(sub): {"rate_bps": 100}}), later)  # fmt: skip
    assert found is None


def test_it_never_lifts_what_everybody_pays(owner, cast, deal, first, rate):
    (sub, line), _ = first
    negotiate(owner, deal, cast.aldgate, **{str(sub): {"rate_bps": 300}})
    assert rate(version(owner, deal, deal.fee_plan_id, SUBSCRIPTION | {"lineage": line, "rate_bps": 200})) == {
        "subscription": "200"
    }


def test_an_explicit_zero_follows_too(owner, cast, deal, first, rate):
    (sub, line), _ = first
    negotiate(owner, deal, cast.aldgate, **{str(sub): {"rate_bps": 0}})
    later = version(owner, deal, deal.fee_plan_id, SUBSCRIPTION | {"lineage": line, "rate_bps": 400})
    assert rate(later) == {"subscription": "0"}


@pytest.mark.parametrize(
    ("before", "own", "after"),
    [
        (YEARLY, {"rate_bps": 100}, {"calc_method": "percent_of_investment", "kind": "other"}),
        (FLAT, {"flat_amount": "100"}, {"frequency": "quarterly"}),
        (FLAT, {"flat_amount": "100"}, {"flat_amount": "99"}),
    ],
)
def test_another_way_of_working_it_out_is_another_fee(owner, cast, deal, before, own, after):
    owner.execute("delete from fee_components")
    one, line = fee(owner, deal.fee_plan_id, **before)
    later = version(owner, deal, deal.fee_plan_id, before | after | {"lineage": line})
    found = "select app.own_fees(%s, array_agg(f)) from fee_components f where f.fee_plan_id = %s"
    assert value(owner, found, json.dumps({str(one): own}), later) is None
    assert value(owner, found, json.dumps({str(one): own}), deal.fee_plan_id) == {str(one): own}


def test_it_reaches_no_other_plan(owner, cast, deal, first, rate):
    (sub, _), _ = first
    negotiate(owner, deal, cast.aldgate, **{str(sub): {"rate_bps": 100}})
    other = insert(owner, "fee_plans", deal_id=deal.id, name="Classic")
    fee(owner, other, **SUBSCRIPTION)
    assert rate(other) == {"subscription": "500"}


def test_what_is_negotiated_anew_wins(owner, cast, deal, first, rate):
    (sub, line), _ = first
    later = version(owner, deal, deal.fee_plan_id)
    new, _ = fee(owner, later, **SUBSCRIPTION, lineage=line)
    negotiate(owner, deal, cast.aldgate, **{str(sub): {"rate_bps": 100}, str(new): {"rate_bps": 50}})
    assert (rate(later), rate(deal.fee_plan_id)["subscription"]) == ({"subscription": "50"}, "100")


def test_what_accrues_without_frozen_terms_follows_it(owner, cast, deal, app_connection):
    owner.execute("delete from fee_components")
    year, line = fee(owner, deal.fee_plan_id, **YEARLY)
    later = version(owner, deal, deal.fee_plan_id, YEARLY | {"lineage": line})
    terms = negotiate(owner, deal, cast.aldgate, **{str(year): {"rate_bps": 100}})
    owner.execute("update investor_terms set selected_fee_plan_id = %s where id = %s", [later, terms])
    allocated(owner, deal, cast.aldgate, 1000, price="100", on="2025-01-01")
    accrue(app_connection(cast.sam), deal, "2025-12-31")
    assert value(owner, "select computed_amount from fee_events where kind = 'management'") == D("1000.00")


def test_staff_read_whose_fees_end(owner, cast, deal, first, app_connection):
    (sub, sub_line), (year, _) = first
    negotiate(owner, deal, cast.aldgate, **{str(sub): {"rate_bps": 100}, str(year): {"rate_bps": 150}})
    negotiate(owner, deal, cast.morland, **{str(sub): {"rate_bps": 250}})
    later = insert(owner, "fee_plans", deal_id=deal.id, name="Next", supersedes_id=deal.fee_plan_id, version=2,
                   effective_from=None)  # fmt: skip
    fee(owner, later, **SUBSCRIPTION, lineage=sub_line)
    ask = "select investor_id, component_id, own from app.ending_overrides(%s)"
    sam = app_connection(cast.sam)
    assert sam.execute(ask, [later]).fetchall() == [(cast.aldgate, year, {"rate_bps": 150})]
    owner.execute("update fee_components set rate_bps = 200 where fee_plan_id = %s", [later])
    assert {row[:2] for row in sam.execute(ask, [later]).fetchall()} == {(cast.aldgate, year), (cast.morland, sub)}
    assert app_connection(cast.alice).execute(ask, [later]).fetchall() == []


def test_an_investors_people_read_their_own(owner, cast, deal, first, app_connection):
    (sub, line), _ = first
    later = version(owner, deal, deal.fee_plan_id, SUBSCRIPTION | {"lineage": line})
    negotiate(owner, deal, cast.aldgate, **{str(sub): {"rate_bps": 100}})
    ask = "select component_id, key, own from app.negotiated_fees(%s, %s)"
    new = value(owner, "select id from fee_components where fee_plan_id = %s", later)
    for person in (cast.sam, cast.alice):
        found = app_connection(person).execute(ask, [deal.id, cast.aldgate]).fetchall()
        assert {row[0] for row in found} == {sub, new} and {row[1] for row in found} == {str(sub)}
    assert app_connection(cast.mallory).execute(ask, [deal.id, cast.aldgate]).fetchall() == []


def test_a_lineage_never_changes(owner, deal, first):
    assert refusal(owner.execute, "update fee_components set lineage = gen_random_uuid()")[0] == "42501"
