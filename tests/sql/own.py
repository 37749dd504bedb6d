"""Negotiated fees from psql's side, for tests."""

from tests.factories import insert


def negotiate(owner, deal, investor, **by_fee):
    """Active terms with these overrides, by fee id as text."""
    return insert(
        owner, "investor_terms", deal_id=deal.id, investor_id=investor, overrides=by_fee,
        selected_fee_plan_id=deal.fee_plan_id,
    )  # fmt: skip
