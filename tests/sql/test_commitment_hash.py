"""commitment_hash: an approval binds to what exactly was asked, and counts no more once that changed."""

import pytest

from tests.factories import add_commitment, add_fee_plan, add_hold, insert, value

ASK = "select app.commitment_hash(%s)"
OLD = "select app.commitment_hash(%s, '')"


@pytest.fixture
def commitment(owner, cast, deal):
    return add_commitment(owner, deal.id, cast.aldgate, 100, selected_fee_plan_id=deal.fee_plan_id)


CHANGES = {
    "units": "update deal_commitments set requested_units = 101",
    "price": "update deal_commitments set unit_price = 28.51",
    "amount": "update deal_commitments set requested_amount = 1",
    "plan": "update deal_commitments set selected_fee_plan_id = %(other)s",
    "investor": "update deal_commitments set investor_id = %(morland)s",
    "rate": "update fee_components set rate_bps = 400 where fee_plan_id = %(plan)s",
    "an added fee": "insert into fee_components (fee_plan_id, kind, rate_bps) values (%(plan)s, 'flat', 0)",
    "a removed fee": "delete from fee_components where fee_plan_id = %(plan)s",
    "negotiated terms": "insert into investor_terms (deal_id, investor_id, overrides)"
    " select %(deal)s, %(aldgate)s, jsonb_build_object(id, '{\"rate_bps\": 300}'::jsonb) from fee_components"
    " where fee_plan_id = %(plan)s",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_was_asked_for_changes_it(owner, superuser, cast, deal, commitment, change):
    other = add_fee_plan(owner, deal.id, "Other", is_default=False)
    before = value(owner, ASK, commitment)
    assert (before[:3], len(before)) == ("v3:", 67)
    before_v1 = value(owner, OLD, commitment)
    superuser.execute("alter table fee_components disable trigger guard_fee_plan")  # as a bad migration would
    try:
        keys = {
            "other": other,
            "plan": deal.fee_plan_id,
            "deal": deal.id,
            "aldgate": cast.aldgate,
            "morland": cast.morland,
        }
        superuser.execute(change, keys)
    finally:
        superuser.execute("alter table fee_components enable trigger guard_fee_plan")
    assert value(owner, ASK, commitment) != before
    assert value(owner, OLD, commitment) != before_v1


def test_a_hash_names_its_version_and_is_compared_with_one_of_its_own(owner, cast, deal, commitment):
    """What was asked in an older version stays as it was asked: the later one covers the agreed quotation too."""
    old, new = value(owner, OLD, commitment), value(owner, ASK, commitment)
    assert (len(old), new[:3], old == new[3:]) == (64, "v3:", False)
    like = "select app.commitment_hash(%s, %s)"
    assert (value(owner, like, commitment, old), value(owner, like, commitment, new)) == (old, new)
    sheet = insert(owner, "term_sheets", deal_id=deal.id, investor_id=cast.aldgate, terms_data={"hash": "q1:1"})
    owner.execute("update deal_commitments set term_sheet_id = %s", [sheet])
    assert value(owner, like, commitment, old) == old
    assert value(owner, like, commitment, new) != new


def test_every_column_of_a_fee_is_part_of_the_newest_version_alone(owner, superuser, deal, commitment):
    """One that was asked about in a version of before stays open whatever a later column says."""
    like = "select app.commitment_hash(%s, %s)"
    older = {name: value(owner, like, commitment, name) for name in ("", "v2:")}
    columns = "select column_name, data_type from information_schema.columns where table_name = 'fee_components'"
    told = dict(owner.execute(columns).fetchall()).keys() - {"fee_plan_id", "notes", "lineage"}
    content = "select json_array_length(app.fee_content(f)) from fee_components f where fee_plan_id = %s"
    assert value(owner, content, deal.fee_plan_id) == len(told)
    newest = value(owner, ASK, commitment)
    superuser.execute("alter table fee_components disable trigger guard_fee_plan")
    owner.execute("update fee_components set vat_rate_bps = 2500, cap_amount = 5, rounding = 'down'")
    superuser.execute("alter table fee_components enable trigger guard_fee_plan")
    assert value(owner, ASK, commitment) != newest
    assert {name: value(owner, like, commitment, name) for name in older} == older


def test_nothing_else_does(owner, cast, deal, commitment):
    before = value(owner, ASK, commitment)
    owner.execute("update deal_commitments set status = 'approved', decided_at = now(), decision_note = 'Fine'")
    owner.execute("update deals set offer_unit_price = 30, summary = 'New'")
    owner.execute("update fee_plans set is_default = false")
    lower = {str(value(owner, "select id from fee_components")): {"rate_bps": 1}}
    insert(owner, "investor_terms", deal_id=deal.id, investor_id=cast.morland, overrides=lower)
    insert(owner, "investor_terms", deal_id=deal.id, investor_id=cast.aldgate, status="superseded",
           overrides=lower)  # fmt: skip
    add_hold(owner, deal.id, cast.aldgate)
    assert value(owner, ASK, commitment) == before


def test_two_commitments_differ_and_a_missing_one_has_none(owner, cast, deal, commitment):
    second = add_commitment(owner, deal.id, cast.morland, 100, selected_fee_plan_id=deal.fee_plan_id)
    assert value(owner, ASK, second) != value(owner, ASK, commitment)
    assert value(owner, ASK, deal.id) is None


def test_it_does_not_follow_the_session(owner, cast, deal, commitment):
    before = value(owner, ASK, commitment)
    for setting in (
        "timezone = 'Asia/Tokyo'",
        "datestyle = 'German'",
        "extra_float_digits = 0",
        "intervalstyle = 'iso_8601'",
    ):
        owner.execute(f"set {setting}")
    assert value(owner, ASK, commitment) == before


def test_people_read_it_of_what_they_see(cast, deal, commitment, app_connection):
    assert value(app_connection(cast.alice), ASK, commitment)
    assert value(app_connection(cast.sam), ASK, commitment)
    assert value(app_connection(cast.mallory), ASK, commitment) is None
