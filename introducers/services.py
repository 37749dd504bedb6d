"""Verbs of introducers: keep them, agree terms, record introductions, accrue, bill and pay. The database audits.

An introducer with its agreement, an introduction and a commission in a few calls: ``add_introducer``,
``propose_agreement`` (another person then approves it: ``approvals.services.decide``), ``record_introduction``, and
``accrue`` once the money is there.
"""

from collections.abc import Iterator
from datetime import date
from typing import BinaryIO
from uuid import UUID

from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from audit.identity import SYSTEM_PROFILE_ID, acting_as_system, as_acting_user
from deals.models import Deal, DealStatus
from documents import contents
from documents.services import store_document
from fees.models import Invoice
from fees.papers import file_name, invoice_pdf
from fees.selectors.invoices import sheet_of
from fees.services.invoices import NoIdentity
from house.selectors import today
from introducers import db, selectors
from introducers.models import Introducer
from investors.models import Profile, VatTreatment
from lib import bank_details, text
from lib.db import BadValue, Conflict, NotAllowed, NotLive, Refused, translated
from lib.emails import normal_email
from lib.versions import Shown, expect
from ui.pdf import PdfUnavailable

BATCH = 1_000
MAY_CHANGE = ("staff_admin", "staff_ops")
FACTS = (
    "legal_name", "status", "contact_name", "email", "phone", "street", "postcode", "town", "country",
    "vat_id", "vat_treatment", "vat_rate_bps", "account_holder", "bank_name", "iban", "bic",
)  # fmt: skip
LINES = ("contact_name", "phone", "street", "postcode", "town", "vat_id", "account_holder", "bank_name")


class BadIntroducer(BadValue):
    sentence = _("An introducer needs a legal name, and details that can be read. Nothing was changed.")
    field = None


class NoSuchPerson(BadIntroducer):
    sentence = _("Nobody outside the firm signs in with this e-mail. Add the person first. Nothing was changed.")
    field = "portal_email"


class NoVatNumber(BadIntroducer):
    sentence = _("Reverse charge needs the introducer’s VAT number. Nothing was changed.")
    field = "vat_id"


class NoPaper(BadValue):
    sentence = _("Attach the signed agreement. Nothing was changed.")
    field = "paper"


class NoRate(BadValue):
    sentence = _("Enter a rate, or tiers. Nothing was changed.")
    field = "rate_bps"


class BadTiers(BadValue):
    sentence = _("These tiers can’t be used: each goes up to more than the one before. Nothing was changed.")
    field = "tiers"


class BadDates(BadValue):
    sentence = _("Terms end on or after the day they begin, and are signed by today. Nothing was changed.")
    field = "valid_until"


class NotInForce(Conflict):
    sentence = _("These terms are not active, or have ended already. Nothing was changed.")


class ReasonMissing(BadValue):
    sentence = _("Say why: whoever reads this later needs the reason.")
    field = "reason"


class NotAnEmail(BadValue):
    sentence = _("Enter the prospect’s e-mail address. Nothing was changed.")
    field = "email"


class NotActive(Refused):
    sentence = _("This introducer is inactive, so nothing new is recorded. Nothing was changed.")


class IsLost(Conflict):
    sentence = _("This introduction is lost. Nothing was changed.")


class HasEarned(Refused):
    sentence = _("Commission was earned by this introduction, so it stays as it is. Nothing was changed.")


class IsSettled(Conflict):
    sentence = _("This alert is settled. Nothing was changed.")


class BadDay(BadValue):
    sentence = _("Commissions accrue up to today. Nothing was changed.")
    field = "as_of"


class IsBilled(Conflict):
    sentence = _("Only a commission that isn’t invoiced yet can be cancelled. Nothing was changed.")


class TakesBack(Refused):
    sentence = _("What was clawed back stays, so there is nothing to cancel. Nothing was changed.")


class NothingToBill(Refused):
    sentence = _("No accrued commission to invoice, or no more than was clawed back. Nothing was changed.")


class DetailsMissing(Refused):
    sentence = _("The introducer’s town, country or IBAN is missing. Add them, then issue the invoice again.")


class NothingOpen(Conflict):
    sentence = _("Nothing of this invoice is open. Nothing was changed.")


class PayoutWaits(Conflict):
    sentence = _("A payout of this invoice already awaits approval. Nothing was changed.")


class BadPayDay(BadValue):
    sentence = _("A payout is dated from the invoice’s day to 31 days ahead. Nothing was changed.")
    field = "paid_on"


class NotItsLine(Refused):
    sentence = _("This bank line doesn’t fit: its currency, or more than the invoice has open. Nothing was changed.")


class PaidMeanwhile(NotLive):
    sentence = _("The invoice was paid meanwhile, so this payout isn’t due any more. Nothing was changed; reject it.")


class BankPaidIt(Refused):
    sentence = _("A bank line settled this payout. Take that match back first. Nothing was changed.")


class PayoutIsOver(NotLive):
    sentence = _("This payout doesn’t count, or was reversed before. Nothing was changed.")


_OF_TERMS = {"document": NoPaper, "rate": NoRate, "tiers": BadTiers, "dates": BadDates, "status": NotInForce,
             "reason": ReasonMissing}  # fmt: skip
_OF_INTRODUCTIONS = {"email": NotAnEmail, "inactive": NotActive, "status": IsLost, "earned": HasEarned,
                     "settled": IsSettled, "reason": ReasonMissing}  # fmt: skip
_OF_COMMISSIONS = {"as_of": BadDay, "status": IsBilled, "taken_back": TakesBack, "reason": ReasonMissing}
_OF_INVOICES = {"identity": NoIdentity, "details": DetailsMissing, "open": NothingOpen, "waits": PayoutWaits,
                "paid_on": BadPayDay, "amount": NotItsLine, "currency": NotItsLine,
                "matched": BankPaidIt, "reason": ReasonMissing}  # fmt: skip


def _said(refusal: BadValue, words: dict[str, type[Refused]]) -> Refused:
    """The refusal with the sentence that says what is wrong."""
    kind = words.get(refusal.detail)
    return kind(detail=refusal.detail) if kind else refusal


# --- introducers


@as_acting_user
def add_introducer(*, acting_user, legal_name: str, **facts) -> Introducer:
    """A new introducer, without terms yet. ``facts``: any of FACTS, and ``portal_email``, who reads its portal.

    Raises NotAllowed, BadIntroducer, NoSuchPerson, Busy.
    """
    return _keep(acting_user, Introducer(created_by=acting_user), {"legal_name": legal_name} | facts)


@as_acting_user
def edit_introducer(*, acting_user, introducer_id: UUID, shown: Shown | None = None, **facts) -> Introducer:
    """Change an introducer. Invoices that were issued keep what they say.

    Raises NotAllowed, ChangedMeanwhile, BadIntroducer, NoSuchPerson, Busy.
    """
    introducer = _locked(introducer_id)
    if introducer is None:
        raise NotAllowed()
    expect(shown, kept_of(introducer))
    return _keep(acting_user, introducer, facts)


def kept_of(introducer: Introducer) -> dict:
    """What the form of an introducer shows of it."""
    kept = {name: getattr(introducer, name) for name in FACTS}
    return kept | {"portal_email": (introducer.user.email or "") if introducer.user else ""}


def _locked(introducer_id: UUID) -> Introducer | None:
    try:
        return Introducer.objects.select_for_update(no_key=True).filter(pk=introducer_id).first()
    except DatabaseError as error:
        raise translated(error) or error from error


def _keep(acting_user, introducer: Introducer, facts: dict) -> Introducer:
    if not acting_user.is_staff:
        raise NotAllowed()
    portal = {"user_id": _person(facts["portal_email"])} if "portal_email" in facts else {}
    facts = _tidied({name: value for name, value in facts.items() if name in FACTS}) | portal
    changed = [name for name in facts if getattr(introducer, name) != facts[name]]
    for name in changed:
        setattr(introducer, name, facts[name])
    if introducer.vat_treatment != VatTreatment.DOMESTIC and introducer.vat_rate_bps:
        introducer.vat_rate_bps = 0
        changed.append("vat_rate_bps")
    if introducer.vat_treatment == VatTreatment.REVERSE_CHARGE and not introducer.vat_id:
        raise NoVatNumber()
    try:
        introducer.save(force_insert=True) if introducer._state.adding else introducer.save(update_fields=changed)
    except DatabaseError as error:
        refusal = translated(error)
        raise (BadIntroducer() if isinstance(refusal, BadValue) else refusal or error) from error
    return introducer


def _person(email: str) -> UUID | None:
    """Whose account this e-mail is: somebody's who is not staff. Raises NoSuchPerson."""
    if not email:
        return None
    found = selectors.person(normal_email(email))
    if found is None:
        raise NoSuchPerson()
    return found.pk


def _tidied(facts: dict) -> dict:
    facts |= {name: text.line(facts[name] or "") for name in LINES if name in facts}
    if "legal_name" in facts and not (legal_name := text.line(facts["legal_name"] or "")):
        raise BadIntroducer()
    elif "legal_name" in facts:
        facts["legal_name"] = legal_name
    if "email" in facts:
        facts["email"] = normal_email(facts["email"])
    try:
        facts |= {name: read(facts[name]) for name, read in _NUMBERS.items() if facts.get(name)}
    except ValueError as error:
        raise BadIntroducer() from error
    return facts


_NUMBERS = {"iban": bank_details.iban, "bic": bank_details.bic}


# --- agreements


@as_acting_user
def propose_agreement(
    *,
    acting_user,
    introducer_id: UUID,
    paper: BinaryIO | bytes,
    filename: str,
    valid_from: date,
    rate_bps: int | None = None,
    **terms,
) -> UUID:
    """Propose a signed agreement with its paper; it counts once a second person confirms it. Its id.

    ``terms``: basis_type, cap_amount, tiers, trail_years, signed_on, valid_until, note. The paper is stored before
    anything is locked. Raises NotAllowed, NoPaper, NoRate, BadTiers, BadDates, BadFile (of documents), Busy.
    """
    introducer = selectors.introducer(introducer_id)
    if introducer is None or not acting_user.is_staff:
        raise NotAllowed()
    if not paper:
        raise NoPaper()
    document = store_document(
        acting_user=acting_user,
        content=paper,
        filename=filename,
        title=str(_("Introducer agreement, %(name)s") % {"name": introducer})[: text.TITLE],
        type="Agreement",
        owner_user=introducer.user_id,
        accepts=contents.PAPERS,
    )
    facts = {"document_id": document.pk, "rate_bps": rate_bps, "valid_from": valid_from} | terms
    return _proposed(introducer_id, facts)


@as_acting_user
def propose_deal_terms(*, acting_user, introducer_id: UUID, deal_id: UUID, valid_from: date, **terms) -> UUID:
    """Propose what an introducer earns on a deal, in place of the default; its id. A second person confirms it.

    ``terms``: basis_type, rate_bps, cap_amount, tiers, trail_years, valid_until, note.
    Raises NotAllowed, NoRate, BadTiers, BadDates, Busy.
    """
    return _proposed(introducer_id, {"deal_id": deal_id, "valid_from": valid_from} | terms)


def _proposed(introducer_id: UUID, facts: dict) -> UUID:
    try:
        return db.fn_propose_agreement(introducer_id, facts | {"note": text.text(facts.get("note") or "")})
    except BadValue as refusal:
        raise _said(refusal, _OF_TERMS) from refusal


@as_acting_user
def end_agreement(*, acting_user, agreement_id: UUID, last_day: date, reason: str) -> None:
    """End terms with a day; what was earned by then stays.

    Raises NotAllowed, NotInForce, BadDates, ReasonMissing, Busy.
    """
    try:
        db.fn_end_agreement(agreement_id, last_day, text.text(reason))
    except BadValue as refusal:
        raise _said(refusal, _OF_TERMS | {"dates": BadLastDay}) from refusal


class BadLastDay(BadDates):
    sentence = _("The last day lies within the term. Nothing was changed.")
    field = "last_day"


# --- introductions


@as_acting_user
def record_introduction(
    *, acting_user, introducer_id: UUID, email: str, deal_id: UUID | None = None, name: str = ""
) -> UUID:
    """Record whom an introducer brought, to one deal or to all; the introduction. The first recorded one counts.

    Safe to repeat. Raises NotAllowed, NotAnEmail, NotActive, Busy.
    """
    try:
        return db.fn_record_introduction(introducer_id, normal_email(email), deal_id, text.line(name))
    except BadValue as refusal:
        raise _said(refusal, _OF_INTRODUCTIONS) from refusal


@as_acting_user
def link_introduction(*, acting_user, introduction_id: UUID, investor_id: UUID) -> None:
    """Say which investor a prospect is, where its e-mail doesn't. Raises NotAllowed, IsLost, HasEarned, Busy."""
    try:
        db.fn_link_introduction(introduction_id, investor_id)
    except BadValue as refusal:
        raise _said(refusal, _OF_INTRODUCTIONS) from refusal


@as_acting_user
def lose_introduction(*, acting_user, introduction_id: UUID, reason: str) -> None:
    """End an introduction that came to nothing. Raises NotAllowed, IsLost, HasEarned, ReasonMissing, Busy."""
    try:
        db.fn_lose_introduction(introduction_id, text.text(reason))
    except BadValue as refusal:
        raise _said(refusal, _OF_INTRODUCTIONS) from refusal


@as_acting_user
def settle_alert(*, acting_user, alert_id: UUID, reason: str) -> None:
    """Note what was found about two introductions of one prospect. Raises NotAllowed, IsSettled, ReasonMissing."""
    try:
        db.fn_settle_alert(alert_id, text.text(reason))
    except BadValue as refusal:
        raise _said(refusal, _OF_INTRODUCTIONS) from refusal


# --- commissions


@as_acting_user
def accrue(*, acting_user, deal_id: UUID, as_of: date | None = None) -> int:
    """Accrue what introducers earned on a deal, up to a day (today); how many rows. Running it again adds none.

    Locks the deal. Raises NotAllowed, BadDay, Busy.
    """
    try:
        return db.fn_accrue_commissions(deal_id, as_of or today())
    except BadValue as refusal:
        raise _said(refusal, _OF_COMMISSIONS) from refusal


@as_acting_user
def cancel_commission(*, acting_user, commission_id: UUID, reason: str) -> None:
    """Cancel what of a commission is not invoiced; it never accrues again.

    Raises NotAllowed, IsBilled, TakesBack, ReasonMissing, Busy.
    """
    try:
        db.fn_cancel_commission(commission_id, text.text(reason))
    except BadValue as refusal:
        raise _said(refusal, _OF_COMMISSIONS) from refusal


def deals_to_accrue(code: str | None = None) -> list[Deal]:
    """Deals on which introducers may earn, or the one of this code."""
    with acting_as_system():
        found = Deal.objects.filter(code=code) if code else Deal.objects.exclude(status=DealStatus.DRAFT)
        return list(found.order_by("code", "id"))


def accrue_each(deals: list[Deal], as_of: date) -> Iterator[tuple[Deal, int | Refused]]:
    """Accrue deal by deal, each in a transaction of its own: how many rows, or why none. As the system."""
    for deal in deals:
        try:
            with acting_as_system():
                made = db.fn_accrue_commissions(deal.pk, as_of)
        except Refused as refusal:
            yield deal, refusal
        else:
            yield deal, made


def recompute() -> Iterator[list[dict]]:
    """Every commission beside what its own inputs give, in batches. As the system. Changes nothing."""
    after = None
    while True:
        with acting_as_system():
            found = db.recomputed(after, BATCH)
        if found:
            yield found
        if len(found) < BATCH:
            return
        after = found[-1]["id"]


# --- self-billing invoices and payouts


@as_acting_user
def issue_invoice(*, acting_user, introducer_id: UUID, currency: str) -> UUID:
    """Issue the self-billing invoice of everything accrued in a currency; its id. The paper is filed after it.

    Raises NotAllowed, NothingToBill, NoIdentity, DetailsMissing, Busy.
    """
    try:
        made = db.fn_issue_self_billing(introducer_id, currency)
    except BadValue as refusal:
        raise _said(refusal, _OF_INVOICES) from refusal
    if made is None:
        raise NothingToBill()
    return made


@as_acting_user
def propose_payout(*, acting_user, invoice_id: UUID, paid_on: date, note: str = "") -> UUID:
    """Record that an invoice is paid; it counts once a second person approves it. The payout.

    Raises NotAllowed, NothingOpen, PayoutWaits, BadPayDay, Busy.
    """
    try:
        return db.fn_propose_payout(invoice_id, paid_on, text.text(note))
    except BadValue as refusal:
        raise _said(refusal, _OF_INVOICES) from refusal


@as_acting_user
def reverse_payout(*, acting_user, payout_id: UUID, reason: str) -> UUID:
    """Take an approved payout back that the bank never made: the invoice is owed again. The payment that answers it.

    For administrators. Raises NotAllowed, ReasonMissing, BankPaidIt, PayoutIsOver, Busy. Locks the invoice, then it.
    """
    try:
        return db.fn_reverse_payout(payout_id, text.text(reason))
    except BadValue as refusal:
        raise _said(refusal, _OF_INVOICES) from refusal
    except NotLive as refusal:
        raise PayoutIsOver() from refusal


@as_acting_user
def match_payout(*, acting_user, line_id: UUID, invoice_id: UUID) -> UUID:
    """Say which bank line paid an invoice; the match. Raises NotAllowed, NotItsLine, Busy."""
    try:
        return db.fn_match_payout(line_id, invoice_id)
    except BadValue as refusal:
        raise _said(refusal, _OF_INVOICES | {"open": NotItsLine}) from refusal


def file_papers() -> tuple[int, int]:
    """Make and file the PDF of each self-billing invoice that has none; how many were made, how many failed.

    Call it outside a transaction: each is read, made while nothing is open, and filed. As the system. Safe to repeat.
    """
    with acting_as_system():
        waiting = selectors.to_file()
    made = failed = 0
    for invoice_id in waiting:
        try:
            file_paper(invoice_id)
        except (Refused, PdfUnavailable):
            failed += 1
        else:
            made += 1
    return made, failed


def file_paper(invoice_id: UUID) -> None:
    """Make the PDF of one self-billing invoice and file it under its introducer. Raises PdfUnavailable, Busy."""
    with acting_as_system():
        system = Profile.objects.get(pk=SYSTEM_PROFILE_ID)
        invoice = selectors.self_billing_invoice(invoice_id)
        sheet = sheet_of(invoice)
    _filed(acting_user=system, invoice=invoice, content=invoice_pdf(sheet), filename=file_name(sheet))


@as_acting_user
def _filed(*, acting_user, invoice: Invoice, content: bytes, filename: str) -> None:
    document = store_document(
        acting_user=acting_user,
        content=content,
        filename=filename,
        title=f"{invoice.get_kind_display()} {invoice.number}",
        type="Invoice",
        owner_user=invoice.introducer.user_id,
        source_key=f"self-billing {invoice.number}",
    )
    db.file_self_billing(invoice.pk, document.pk)
