"""A deal from draft to its end: setting it up, opening, allocating, closing, cancelling.

Status moves: draft → open → allocation_pending → closed; cancelled from any but closed. The database guards
them too. Every service locks the deal's row first; each change leaves its audit row by the table's trigger.
"""

import re
from functools import partial
from uuid import UUID

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.identity import as_acting_user
from deals import db
from deals.models import MOST_DESCRIPTION, Deal, DealStatus
from deals.selectors.checklists import Check, close_checks, open_checks
from deals.services.changes import propose_price
from deals.services.refusals import LIVE, DealRefused, ReasonMissing, WrongStatus, not_over, staff_only
from deals.services.terms import check_terms, ticket_of
from house.clock import by_the_clock
from lib import text
from lib.db import translated
from lib.versions import Shown, expect
from ui import numbers

# What others already rely on once a deal was open: links, papers, positions.
FIXED_ONCE_OPEN = ("code", "currency", "vehicle_id")
# While a deal sells, a second person approves what buyers pay.
BY_PROPOSAL = (DealStatus.OPEN, DealStatus.ALLOCATION_PENDING)
EDITABLE = frozenset(
    "name code deal_type currency vehicle_id offer_unit_price close_at summary description hold_minutes max_holds"
    " decision_days lot_size terms_schema receiving_account_id".split()
)

_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{1,62}")
_UUID = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}")
_TEXTS = {
    "name": text.line,
    "summary": partial(text.line, most=text.SENTENCE),
    "description": partial(text.text, most=MOST_DESCRIPTION),
}
_SHOWN = (
    "name code deal_type currency vehicle offer_unit_price close_at lot_size hold_minutes decision_days max_holds"
    " receiving_account summary description".split()
)
_OWN_WORDS = frozenset({"new"})  # of our addresses


class CodeTaken(DealRefused):
    sentence = gettext_lazy("Another deal has this code. Choose another one; nothing was changed.")
    field = "code"


class BadCode(DealRefused):
    sentence = gettext_lazy(
        "A code has 2 to 63 small letters, digits, - or _ and begins with a letter or digit, as in northlight_2027."
    )
    field = "code"


class NotReady(DealRefused):
    """The checklist has open items; ``checks`` is the whole list."""

    sentence = gettext_lazy("The checklist has open items. Nothing was changed.")

    def __init__(self, checks: list[Check]):
        super().__init__()
        self.checks = checks


# ---------- setting up ----------


@as_acting_user
def create_deal(*, acting_user, name: str, code: str = "", **facts) -> Deal:
    """A new deal, in draft; other facts as the columns of the deal (EDITABLE), prices in its currency.

    Without a code one is made from the name. Raises NotAllowed, BadCode, CodeTaken, BadValue, DealRefused.
    """
    staff_only(acting_user)
    facts = _tidy(facts | {"name": name})
    name = facts.pop("name")
    deal = Deal(name=name, code=code or suggest_code(name), created_by=acting_user, **facts)
    _check_facts(deal)
    _save(deal, force_insert=True)
    deal.refresh_from_db()
    return deal


@as_acting_user
def edit_deal(*, acting_user, deal_id: UUID, shown: Shown | None = None, price_reason: str = "", **facts) -> Deal:
    """Change facts of a deal (EDITABLE). Locks the deal; nothing to change writes nothing.

    Code, currency and vehicle stay as they are once a deal was open; an open deal keeps a price and a closing
    date ahead; nothing of a closed or cancelled deal changes. Another price of an open deal is proposed, with
    ``price_reason``, and a second person approves it: the deal that is returned still has the old one.
    ``shown`` is what stood in the form. Raises NotAllowed, DealOver, ChangedMeanwhile, BadCode, CodeTaken, BadValue,
    DealRefused.
    """
    staff_only(acting_user)
    facts = _tidy(facts)
    # A lot in the old currency may be on its way in, under KEY SHARE.
    deal = db.lock_deal(deal_id, closing="currency" in facts)
    not_over(deal)
    expect(shown, kept_of_deal(deal))
    changed = {field: value for field, value in facts.items() if getattr(deal, field) != value}
    _check_may_change(deal, changed)
    before = deal.offer_unit_price
    for field, value in changed.items():
        setattr(deal, field, value)
    _check_facts(deal)
    if deal.status in BY_PROPOSAL and "offer_unit_price" in changed:
        _propose_price(acting_user, deal, changed.pop("offer_unit_price"), price_reason)
        deal.offer_unit_price = before
    if changed:
        _save(deal, update_fields=[field.removesuffix("_id") for field in changed])
    return deal


def kept_of_deal(deal: Deal) -> dict:
    """What the form of a deal shows of it."""
    tickets = {name: ticket_of(deal, name) for name in ("min_ticket", "max_ticket")}
    terms = (deal.terms_schema or {}).get("terms") or []
    return {name: getattr(deal, name) for name in _SHOWN} | tickets | {"terms": terms}


def _propose_price(acting_user, deal: Deal, price, reason: str) -> None:
    if not reason.strip():
        raise DealRefused(
            _("Enter why the price changes. The person who approves it reads this."), field="price_reason"
        )
    propose_price(acting_user=acting_user, deal_id=deal.pk, price=price, reason=reason)


def suggest_code(name: str) -> str:
    """A readable code from a name: "Northlight Secondary" gives northlight_secondary."""
    code = slugify(name).replace("-", "_").strip("_")
    whole_words = code[:64].rpartition("_")[0] if len(code) > 63 else code
    return whole_words or code[:63]


def _tidy(facts: dict) -> dict:
    if unknown := facts.keys() - EDITABLE:
        raise TypeError(f"a deal has no {sorted(unknown)}")
    return facts | {name: tidy(facts[name]) for name, tidy in _TEXTS.items() if name in facts}


def _check_may_change(deal: Deal, changed: dict) -> None:
    if deal.status == DealStatus.DRAFT:
        return
    for field in FIXED_ONCE_OPEN:
        if field in changed:
            sentence = _("This can’t be changed once a deal has opened. Nothing was changed.")
            raise DealRefused(sentence, field=field.removesuffix("_id"))
    if "offer_unit_price" in changed and changed["offer_unit_price"] is None:
        raise DealRefused(_("An open deal has a price. Nothing was changed."), field="offer_unit_price")
    closes = changed.get("close_at")
    if deal.status == DealStatus.OPEN and closes and closes <= timezone.now():
        raise DealRefused(_("Enter a future date and time, or close the book manually."), field="close_at")


def _check_facts(deal: Deal) -> None:
    if not deal.name:
        raise DealRefused(_("A deal needs a name. Nothing was changed."), field="name")
    if not _CODE.fullmatch(deal.code) or _UUID.fullmatch(deal.code) or deal.code in _OWN_WORDS:
        raise BadCode()
    checks = (
        ("currency", numbers.check_currency),
        ("offer_unit_price", numbers.check_price),
        ("lot_size", numbers.check_units),
    )
    for field, check in checks:
        try:
            if (value := getattr(deal, field)) is not None or field == "currency":
                check(value)
        except numbers.NotANumber as error:
            raise DealRefused(str(error), field=field) from error
    if deal.terms_schema is not None:
        check_terms(deal.terms_schema, deal.currency)


def _save(deal: Deal, **how) -> None:
    try:
        with transaction.atomic():
            deal.save(**how)
    except DatabaseError as error:
        diagnostics = getattr(error.__cause__, "diag", None)
        if isinstance(error, IntegrityError) and diagnostics.constraint_name == "deals_code_key":
            raise CodeTaken() from error
        refusal = translated(error) or error
        if getattr(refusal, "detail", "") == "lots":
            sentence = _("The lots are in another currency, so the deal keeps its own. Nothing was changed.")
            refusal = DealRefused(sentence, field="currency")
        if getattr(refusal, "detail", "") == "receiving_account":
            sentence = _("Choose an active account in the deal’s currency. Nothing was changed.")
            refusal = DealRefused(sentence, field="receiving_account")
        raise refusal from error


# ---------- moves ----------


@as_acting_user
def open_deal(*, acting_user, deal_id: UUID, shown: Shown | None = None) -> Deal:
    """Open a draft to its members, from now, as it was shown.

    Raises NotAllowed, WrongStatus, ChangedMeanwhile, NotReady.
    """
    staff_only(acting_user)
    deal = db.lock_deal(deal_id)
    _expect(deal, DealStatus.DRAFT)
    expect(shown, kept_of_deal(deal))
    _expect_all(open_checks(deal))
    return _move(deal, DealStatus.OPEN, open_at=Now())


@as_acting_user
def start_allocation(*, acting_user, deal_id: UUID) -> Deal:
    """Stop reservations by investors; staff can still reserve for them. Raises NotAllowed, WrongStatus."""
    staff_only(acting_user)
    deal = db.lock_deal(deal_id, closing=True)
    _expect(deal, DealStatus.OPEN)
    return _move(deal, DealStatus.ALLOCATION_PENDING)


@as_acting_user
def close_deal(*, acting_user, deal_id: UUID) -> Deal:
    """End a deal on which nothing is on hold or undecided. Raises NotAllowed, WrongStatus, NotReady."""
    staff_only(acting_user)
    deal = db.lock_deal(deal_id, closing=True)
    _expect(deal, DealStatus.OPEN, DealStatus.ALLOCATION_PENDING)
    _expect_all(close_checks(deal))
    return _move(deal, DealStatus.CLOSED, ended_at=Now())


@as_acting_user
def cancel_deal(*, acting_user, deal_id: UUID, reason: str) -> Deal:
    """Call a deal off: every hold and undecided commitment ends with it (app.release_cancelled_deal); allocations stay.

    Raises NotAllowed, ReasonMissing, WrongStatus (closed or cancelled already).
    """
    staff_only(acting_user)
    reason = text.text(reason)
    if not reason:
        raise ReasonMissing()
    deal = db.lock_deal(deal_id, closing=True)
    _expect(deal, *LIVE)
    return _move(deal, DealStatus.CANCELLED, ended_at=Now(), end_reason=reason)


def close_due_deals() -> int:
    """Move every open deal past its ``close_at`` to allocation_pending, as VERSO system; how many.

    A deal on which a reserve is under way is left for the next run: it refuses investors by itself meanwhile.
    Raises ClockAhead.
    """
    return by_the_clock(_close_batch)


def _close_batch() -> int:
    ids = db.lock_due_deals()
    return Deal.objects.filter(pk__in=ids).update(status=DealStatus.ALLOCATION_PENDING) if ids else 0


def _expect(deal: Deal, *statuses: str) -> None:
    if deal.status not in statuses:
        raise WrongStatus()


def _expect_all(checks: list[Check]) -> None:
    if not all(check.ok for check in checks):
        raise NotReady(checks)


def _move(deal: Deal, status: str, **facts) -> Deal:
    deal.status = status
    for field, value in facts.items():
        setattr(deal, field, value)
    _save(deal, update_fields=["status", *facts])
    deal.refresh_from_db()
    return deal
