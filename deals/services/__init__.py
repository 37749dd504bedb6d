"""Public names of this app, gathered from its files."""

from deals.services.changes import (
    kept_of_overrides,
    negotiable_fees,
    propose_default_plan,
    propose_overrides,
    propose_plan,
    propose_price,
)
from deals.services.deals import (
    cancel_deal,
    close_deal,
    close_due_deals,
    create_deal,
    edit_deal,
    kept_of_deal,
    open_deal,
    start_allocation,
)
from deals.services.fee_plans import (
    create_fee_plan,
    edit_fee_plan,
    fees_of_plan,
    kept_of_component,
    kept_of_plan,
    make_default,
    new_plan_version,
    remove_component,
    save_component,
)
from deals.services.invites import accept_invite, create_invite, revoke_invite
from deals.services.members import accept_membership, add_member, kept_of_member, remove_member
from deals.services.refusals import DealRefused
from deals.services.terms import make_terms, ticket_of

__all__ = [
    "kept_of_overrides",
    "kept_of_plan",
    "negotiable_fees",
    "kept_of_member",
    "kept_of_deal",
    "kept_of_component",
    "fees_of_plan",
    "DealRefused",
    "accept_invite",
    "accept_membership",
    "add_member",
    "cancel_deal",
    "close_deal",
    "close_due_deals",
    "create_deal",
    "create_fee_plan",
    "create_invite",
    "edit_deal",
    "edit_fee_plan",
    "make_default",
    "make_terms",
    "new_plan_version",
    "open_deal",
    "propose_default_plan",
    "propose_overrides",
    "propose_plan",
    "propose_price",
    "remove_component",
    "remove_member",
    "revoke_invite",
    "save_component",
    "start_allocation",
    "ticket_of",
]
