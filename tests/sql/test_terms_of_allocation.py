"""terms_of_allocation: accruals read the terms that were agreed, not those of today."""

from types import SimpleNamespace

import pytest

from tests.factories import insert, value
from tests.sql.commitments import committed, decide

ASKED = """select t.component ->> 'kind', t.component ->> 'rate_bps', t.component ->> 'vat_rate_bps', t.own,
                  t.terms_version, t.commitment_id, t.component ->> 'fee_plan_id'
             from (select to_jsonb(x.component) as component, x.own, x.terms_version, x.commitment_id
                     from app.terms_of_allocation(%s) x) t order by 1"""
COLUMNS = "kind rate vat own version commitment plan".split()


def terms(owner, allocation) -> list[SimpleNamespace]:
    rows = owner.execute(ASKED, [allocation]).fetchall()
    return [SimpleNamespace(**dict(zip(COLUMNS, row, strict=True))) for row in rows]


@pytest.fixture
def fee(owner, deal):
    owner.execute("update fee_components set vat_rate_bps = 2500")
    insert(owner, "fee_components", fee_plan_id=deal.fee_plan_id, kind="spread_markup", calc_method="per_unit_spread")
    return str(value(owner, "select id from fee_components where kind = 'subscription'"))


def test_what_was_agreed_counts_whatever_changed_since(owner, superuser, cast, deal, fee, app_connection):
    insert(owner, "investor_terms", deal_id=deal.id, investor_id=cast.aldgate, overrides={fee: {"rate_bps": 100}})
    made = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 500)
    decide(app_connection(cast.abe), made.approval)
    allocation = value(owner, "select id from allocations where commitment_id = %s", made.id)
    sheet = "select s.terms_data ->> 'hash' from term_sheets s join deal_commitments c on c.term_sheet_id = s.id"
    agreed = [SimpleNamespace(kind="subscription", rate="500", vat="2500", own={"rate_bps": 100},
                              version=value(owner, sheet), commitment=made.id, plan=str(deal.fee_plan_id))]  # fmt: skip
    assert terms(owner, allocation) == agreed
    owner.execute("update investor_terms set status = 'superseded'")
    superuser.execute("alter table fee_components disable trigger guard_fee_plan")
    owner.execute("update fee_components set rate_bps = 900, vat_rate_bps = null where kind = 'subscription'")
    superuser.execute("alter table fee_components enable trigger guard_fee_plan")
    assert terms(owner, allocation) == agreed


def test_without_a_commitment_the_terms_of_now_count(owner, cast, deal, fee):
    allocation = insert(owner, "allocations", deal_id=deal.id, investor_id=cast.aldgate, units=5, unit_price=28)
    plan = f"plan {deal.fee_plan_id} version 1"
    (found,) = terms(owner, allocation)
    assert (found.rate, found.own, found.version, found.commitment) == ("500", None, plan, None)
    insert(owner, "investor_terms", deal_id=deal.id, investor_id=cast.aldgate, overrides={fee: {"rate_bps": 0}},
           selected_fee_plan_id=deal.fee_plan_id)  # fmt: skip
    (found,) = terms(owner, allocation)
    assert (found.rate, found.own) == ("500", {"rate_bps": 0})


def test_it_is_for_functions_alone(cast, deal, app_connection):
    asked = "select has_function_privilege('app.terms_of_allocation(uuid)', 'execute')"
    assert value(app_connection(cast.sam), asked) is False
