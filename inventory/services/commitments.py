"""Commitments: request, answer, reduce and withdraw them, and carry out staff's decision.

The SQL function of the same name enforces every rule. These services pass it the acting user and turn its
refusals into exceptions; when one is raised, nothing has changed.

``shown_hash`` is that of the quotation the person agreed to, for all units together; None says that nobody was shown
one. Where it is not what is frozen, ShownChanged is raised.
"""

from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from audit.identity import acting_as_system, as_acting_user
from house.clock import by_the_clock
from inventory import db
from investors.models import Profile
from lib import text
from lib.db import ApprovalMissing, BadValue, KycNotValid, NotLive, Refused

BATCH = 500


class KycEnded(KycNotValid):
    sentence = _(
        "The investor’s KYC is no longer approved. Nothing was decided and the units stay on hold: resolve the KYC"
        " first, or reject the commitment."
    )


class NobodyActs(BadValue):
    sentence = _(
        "Nobody who can sign in represents this investor on the deal any longer. Nothing was decided and the units stay"
        " on hold: invite someone, or reject the commitment."
    )


class NotAsCommitted(ApprovalMissing):
    sentence = _(
        "Units, price or fee plan differ from those of the commitment. Nothing was decided and the units stay on hold:"
        " reject the commitment."
    )


@as_acting_user
def commit_hold(
    *,
    acting_user: Profile,
    reservation_id: UUID,
    shown_hash: str | None,
    fee_plan_id: UUID | None = None,
    request_key: UUID | None = None,
) -> UUID:
    """Ask to buy what a live hold keeps, at its price; the commitment's id. The default plan if none is
    chosen.

    The hold is pinned until the decision limit. Where the investor has an undecided commitment on this deal,
    this adds to it: one commitment to all its holds takes its place, and nothing is released. The same
    ``request_key`` of the same profile gives back the same commitment.

    Raises ShownChanged, NotAllowed, DealNotOpen, KycNotValid, NotLive, BadValue (also: the earlier one is at another
    price), Busy.
    """
    return db.fn_commit_hold(reservation_id, fee_plan_id, request_key, shown_hash)


@as_acting_user
def commit_units(
    *,
    acting_user: Profile,
    deal_id: UUID,
    investor_id: UUID,
    shown_hash: str | None,
    units: Decimal | None = None,
    amount: Decimal | None = None,
    unit_price: Decimal | None = None,
    fee_plan_id: UUID | None = None,
    request_key: UUID | None = None,
) -> UUID:
    """Reserve and ask to buy in one, all or nothing; the commitment's id.

    Either ``units`` or ``amount`` (deal's currency; it buys units rounded down to the lot size or 8
    decimals). The
    price is the offer price; staff may state another one.

    Raises ShownChanged, NotAllowed, DealNotOpen, KycNotValid, NotEnoughUnits (with ``available``), BadValue, Busy.
    """
    return db.fn_commit_units(deal_id, investor_id, units, amount, unit_price, fee_plan_id, request_key, shown_hash)


@as_acting_user
def reduce_commitment(*, acting_user: Profile, commitment_id: UUID, units: Decimal, shown_hash: str | None) -> UUID:
    """Keep only ``units`` of an undecided commitment; the id of the one that takes its place.

    Exactly the difference is released, of the newest hold first. A new term sheet and a new question to
    staff follow.

    Raises ShownChanged, NotAllowed, BadValue (``detail``: not_less, min_ticket, lot_size), DealNotOpen, NotLive
    (decided, ended or replaced already), Busy.
    """
    return db.fn_reduce_commitment(commitment_id, units, shown_hash)


@as_acting_user
def withdraw_commitment(*, acting_user: Profile, commitment_id: UUID) -> None:
    """Take an undecided commitment back: its units are released at once. Twice changes nothing.

    Raises NotAllowed, NotLive (decided or replaced already), Busy.
    """
    db.fn_withdraw_commitment(commitment_id)


@as_acting_user
def answer_changes(
    *,
    acting_user: Profile,
    commitment_id: UUID,
    shown_hash: str | None,
    fee_plan_id: UUID | None = None,
    note: str = "",
) -> UUID:
    """Answer staff who asked for changes, with another plan, a sentence, or both; the new approval's id.

    Raises ShownChanged, NotAllowed, DealNotOpen, KycNotValid, NotLive (nothing is asked), BadValue (nothing
    said), Busy.
    """
    return db.fn_answer_changes(commitment_id, fee_plan_id, text.text(note), shown_hash)


# --- what follows from a decision: fn_decide_approval carries it out


def why_not_allocated(refusal: Refused) -> Refused | None:
    """Why an approved commitment cannot be allocated, for whoever decides; None for what has its own words."""
    if isinstance(refusal, KycNotValid):
        return KycEnded()
    known = {"membership": NobodyActs, "not_as_committed": NotAsCommitted, "hold_ended": NotLive}.get(refusal.detail)
    return known and known()


# --- jobs


def lapse_commitments() -> int:
    """End, as VERSO system, every commitment past its decision limit; how many.

    A second run changes nothing. Raises ClockAhead.
    """
    total = 0
    while ended := by_the_clock(lambda: db.fn_lapse_commitments(BATCH)):
        total += ended
    return total


def tell_lapsed_holds() -> int:
    """Write the notices of holds that ended unused; of how many holds. A second run changes nothing."""
    total = 0
    while told := _tell_batch():
        total += told
    return total


def _tell_batch() -> int:
    with acting_as_system():
        return db.fn_tell_lapsed_holds(BATCH)
