"""app.approval_complete: whose approvals count, how many are needed, and for which content."""

import pytest

from tests import factories
from tests.sql.commitments import committed


@pytest.fixture
def complete(superuser):
    """Whether a thing is approved. Only functions may ask: the superuser stands in for them."""
    return lambda thing, kind="deal_commitment": factories.value(
        superuser, "select app.approval_complete(%s, %s)", kind, thing
    )


@pytest.fixture
def commitment(owner, cast, deal, app_connection):
    return committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100)


def give(owner, commitment, person, **columns):
    return factories.add_approval(
        owner, "deal_commitment", commitment.id, status="approved", decided_by=person.id, **columns
    )


def test_a_bare_row_counts(owner, cast, commitment, complete):
    """Three columns and who decided: what somebody types in psql."""
    assert complete(commitment.id) is False
    give(owner, commitment, cast.ada)
    assert complete(commitment.id) is True


def test_a_bare_row_for_a_hold_counts(owner, cast, deal, complete):
    hold = factories.add_hold(owner, deal.id, cast.aldgate, 10, lot_id=deal.lots["A"])
    assert complete(hold, "reservation") is False
    factories.add_approval(owner, "reservation", hold, status="approved", decided_by=cast.sam.id)
    assert complete(hold, "reservation") is True
    assert complete(hold, "deal_commitment") is False


@pytest.mark.parametrize("columns", [{"status": "pending"}, {"status": "rejected"}, {"status": "withdrawn"}])
def test_other_states_do_not_count(owner, cast, commitment, complete, columns):
    owner.execute("delete from approvals")
    factories.add_approval(owner, "deal_commitment", commitment.id, decided_by=cast.ada.id, **columns)
    assert complete(commitment.id) is False


def test_nobody_an_investor_and_the_system_do_not_count(owner, cast, commitment, complete):
    system = factories.value(owner, "select app.system_profile()")
    for decided_by in (None, cast.alice.id, system):
        factories.add_approval(owner, "deal_commitment", commitment.id, status="approved", decided_by=decided_by)
    assert complete(commitment.id) is False


def test_two_are_two_people_and_one_of_them_an_administrator(owner, cast, commitment, complete):
    owner.execute("update approvals set steps_needed = 2")
    give(owner, commitment, cast.sam)
    give(owner, commitment, cast.sam)
    assert complete(commitment.id) is False  # the same person twice
    give(owner, commitment, cast.rita)
    assert complete(commitment.id) is False  # two people, no administrator
    give(owner, commitment, cast.ada)
    assert complete(commitment.id) is True


def test_an_administrator_alone_is_not_two(owner, cast, commitment, complete):
    owner.execute("update approvals set steps_needed = 2")
    for _ in range(2):
        give(owner, commitment, cast.ada)
        assert complete(commitment.id) is False
    give(owner, commitment, cast.abe)
    assert complete(commitment.id) is True


@pytest.mark.parametrize(
    "change",
    [
        "update deal_commitments set requested_units = 101",
        "update deal_commitments set unit_price = 28.49",
        "update deal_commitments set selected_fee_plan_id = null",
        "update investor_terms set overrides = jsonb_build_object(f.id, '{\"rate_bps\": 1}'::jsonb)"
        " from fee_components f where status = 'active'",
    ],
)
def test_what_changed_since_is_no_longer_approved(owner, cast, commitment, complete, change):
    owner.execute("update approvals set status = 'approved', decided_by = %s", [cast.ada.id])
    assert complete(commitment.id) is True
    owner.execute(change)
    assert complete(commitment.id) is False


def test_an_approval_given_under_an_older_version_of_the_hash_counts(owner, cast, commitment, complete):
    """It is compared with a hash of its own version: what a later one adds does not void it, a change does."""
    owner.execute(
        "update approvals set status = 'approved', decided_by = %s, content_hash = app.commitment_hash(entity_id, '')",
        [cast.ada.id],
    )
    assert factories.value(owner, "select length(content_hash) from approvals") == 64
    assert complete(commitment.id) is True
    owner.execute("update deal_commitments set requested_units = 101")
    assert complete(commitment.id) is False


def test_an_empty_plan_is_not_another_empty_plan(owner, cast, deal, complete, app_connection):
    """Two plans without a fee cost the same today, and are two plans all the same."""
    owner.execute("delete from fee_components")
    other = factories.add_fee_plan(owner, deal.id, "Other", is_default=False)
    owner.execute("delete from fee_components")
    commitment = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100)
    owner.execute("update approvals set status = 'approved', decided_by = %s", [cast.ada.id])
    assert complete(commitment.id) is True
    owner.execute("update deal_commitments set selected_fee_plan_id = %s", [other])
    assert complete(commitment.id) is False


def test_the_application_may_not_ask_nor_answer(cast, commitment, app_connection):
    from tests.sql.holds import refusal

    ada = app_connection(cast.ada)
    assert refusal(ada.execute, "select app.approval_complete('deal_commitment', %s)", [commitment.id])[0] == "42501"
    for attempt in (
        "update approvals set status = 'approved', decided_by = app.uid()",
        "insert into approvals (entity_type, status) values ('deal_commitment', 'approved')",
        "delete from approvals",
    ):
        assert refusal(ada.execute, attempt)[0] == "42501"
