"""What a bank line could be: open invoices, with what speaks for each, and what a person is proposed to accept."""

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from fees import db
from fees.models import (
    AliasOf,
    BankTransaction,
    Invoice,
    InvoiceKind,
    InvoiceStatus,
    PayerAlias,
    Payment,
    Reconciliation,
)
from fees.selectors.bank import bank_lines
from fees.selectors.invoices import invoices
from investors.models import Investor
from ledger.models import LedgerAccount
from lib.search import having_all

SHOWN = 20
MOST_KEPT = 100
REASONS = {
    "reference": _("The payment names this invoice"),
    "account": _("Paid from an account that paid for this investor before"),
    "name": _("The payer’s name is the investor’s, or paid for it before"),
    "amount": _("Exactly what this invoice has open"),
    "all_open": _("Exactly all that this investor has open"),
    "date": _("Within 45 days of the due date"),
}
RULES = {
    "reference_and_amount": _("Applied automatically: it names the invoice and brings exactly what is open"),
    "confirmed": _("A suggestion that was confirmed"),
    "by_hand": _("Chosen by hand"),
}


@dataclass
class Candidate:
    """An open invoice that a line could pay. ``score`` is None for one that was searched for."""

    invoice: Invoice
    score: int | None = None
    reasons: list[str] = field(default_factory=list)

    @property
    def open(self) -> Decimal:
        return self.invoice.open

    @property
    def words(self) -> list:
        return [REASONS[reason] for reason in self.reasons if reason in REASONS]


def open_invoices(currency: str) -> QuerySet[Invoice]:
    """What is open in a currency, the earliest due first."""
    due = invoices(currency=currency).filter(kind=InvoiceKind.INVOICE)
    return due.filter(status__in=[InvoiceStatus.SENT, InvoiceStatus.PARTIAL]).order_by("due_date", "number")


def suggestions_for(line_ids: list[UUID]) -> dict[UUID, list[dict]]:
    """The suggestions of each line, best first."""
    found: dict[UUID, list[dict]] = {}
    for each in db.suggest_matches(line_ids):
        found.setdefault(each["bank_transaction_id"], []).append(each)
    return found


def candidates(
    line: BankTransaction, suggested: list[dict], find: str = "", kept: Collection[UUID] = ()
) -> list[Candidate]:
    """What a line could pay: what is suggested, best first, what is ``kept`` of another search, what is found."""
    if line.left <= 0:
        return []
    scores = {each["invoice_id"]: each for each in suggested[:SHOWN]}
    there = {each.pk: each for each in open_invoices(line.currency).filter(pk__in=list(scores))}
    found = [Candidate(there[key], each["score"], each["reasons"]) for key, each in scores.items() if key in there]
    found.sort(key=lambda each: (-each.score, each.invoice.due_date, each.invoice.number))
    others = list(open_invoices(line.currency).filter(pk__in=[key for key in kept if key not in there])[:MOST_KEPT])
    if find:
        asked = having_all(
            open_invoices(line.currency), find, "number", "reference", "investor__legal_name", "deal__name"
        )
        others += [each for each in asked[:SHOWN] if each.pk not in there and each not in others]
    return found + [Candidate(each) for each in others]


def proposed(found: list[Candidate]) -> list[UUID]:
    """The invoices to accept with one key, in the order in which they are paid; none where a person has to choose."""
    named = [each for each in found if "reference" in each.reasons]
    if exact := [each for each in named if "amount" in each.reasons]:
        named = exact
    if named:
        return [each.invoice.pk for each in sorted(named, key=lambda each: each.invoice.number)]
    whole = [each for each in found if "all_open" in each.reasons]
    exact = [each for each in found if "amount" in each.reasons]
    if exact and (len(exact) == 1 or exact[0].score > exact[1].score):
        return [exact[0].invoice.pk]
    one_investor = len({each.invoice.investor_id for each in whole}) == 1
    return [each.invoice.pk for each in whole] if one_investor and not exact else []


def investors_to_credit(line: BankTransaction, found: list[Candidate], find: str = "") -> list[tuple[str, str]]:
    """Whose credit the rest of a line may become: the candidates' investors, who paid before, who is found."""
    ids = {each.invoice.investor_id for each in found} | set(_known(line).values_list("investor_id", flat=True))
    if line.amount < 0:
        ids |= set(_paid_from(line.counterparty_account))
    wanted = Investor.objects.filter(pk__in=ids)
    if find:
        wanted = wanted | Investor.objects.filter(pk__in=having_all(Investor.objects.all(), find, "legal_name")[:SHOWN])
    return [(str(each.pk), each.legal_name) for each in wanted.order_by("legal_name")]


def _known(line: BankTransaction) -> QuerySet[PayerAlias]:
    """Whom this payer's account paid for before."""
    return PayerAlias.objects.filter(of=AliasOf.ACCOUNT, value=line.counterparty_account or None)


def _paid_from(account: str) -> list[UUID]:
    paid = Reconciliation.objects.filter(bank_transaction__counterparty_account=account or None, investor__isnull=False)
    return list(paid.values_list("investor_id", flat=True).distinct())


def teaches(line: BankTransaction) -> bool:
    """Whether a match of this line could teach a name or an account that is not known yet."""
    said = line.counterparty or line.counterparty_account
    return bool(line.amount > 0 and said and not (line.counterparty_account and _known(line).exists()))


def could_be_returned(line: BankTransaction) -> list[BankTransaction]:
    """The payments that a line by which the bank takes money back could answer, the likeliest first."""
    taken = Reconciliation.objects.filter(kind="other").values("bank_transaction")
    paid = bank_lines(account=str(line.receiving_account_id)).filter(amount__gt=0, booking_date__lte=line.booking_date)
    paid = paid.filter(currency=line.currency).exclude(pk__in=taken)
    near = paid.order_by("-booking_date", "pk")
    exact = list(near.filter(amount=-line.amount)[:SHOWN])
    same = list(
        near.filter(counterparty_account=line.counterparty_account or None).exclude(amount=-line.amount)[:SHOWN]
    )
    exact.sort(key=lambda each: each.counterparty_account != line.counterparty_account)
    return (exact + same)[:SHOWN]


def matches_of(line: BankTransaction) -> list[Reconciliation]:
    """What a line was matched to, taken back or not, as it happened."""
    found = Reconciliation.objects.filter(bank_transaction=line)
    people = ("invoice", "investor", "matched_by", "reversal__matched_by")
    return list(found.filter(reverses=None).select_related(*people).order_by("matched_at", "pk"))


def match(match_id: UUID) -> Reconciliation | None:
    """One match with its line, invoice and reversal."""
    found = Reconciliation.objects.select_related("bank_transaction", "invoice", "investor", "matched_by", "reversal")
    return found.filter(pk=match_id).first()


def last_matches(profile) -> list[Reconciliation]:
    """What a person matched last, together, if none of it was taken back."""
    own = Reconciliation.objects.filter(matched_by=profile, reverses=None).exclude(kind="other")
    last = own.order_by("-matched_at").first()
    if last is None:
        return []
    together = own.filter(bank_transaction=last.bank_transaction_id, matched_at=last.matched_at)
    found = list(together.select_related("bank_transaction", "invoice", "investor", "reversal").order_by("pk"))
    return [] if any(hasattr(each, "reversal") for each in found) else found


def credit_of(investor_id: UUID, currency: str) -> Decimal:
    """What an investor paid too much in a currency, and has not used."""
    held = LedgerAccount.objects.filter(kind="credit", investor=investor_id, currency=currency).first()
    return -held.balance if held and held.balance else Decimal("0.00")


def why(of: Reconciliation) -> dict:
    """How a match came about: the rule in words, score and reasons of what was suggested; for its derivation."""
    said = of.derivation or {}
    suggested = (said.get("suggested") or {}).get(str(of.invoice_id)) or {}
    rule = said.get("rule") or ("confirmed" if suggested else "by_hand")
    reasons = [REASONS[each] for each in suggested.get("reasons", []) if each in REASONS]
    return {"rule": RULES.get(rule, rule), "score": suggested.get("score"), "reasons": reasons}


# --- payments


def payments(words: str = "", method: str = "") -> QuerySet[Payment]:
    """Every payment of investors and every reversal, the newest first; payouts are the introducers' app's."""
    found = Payment.objects.exclude(invoice__kind=InvoiceKind.SELF_BILLING).order_by("-created_at", "pk")
    found = found.select_related("investor", "invoice", "bank_txn", "reversal")
    if method:
        found = found.filter(method=method)
    searched = ("invoice__number", "invoice__reference", "investor__legal_name", "bank_txn__counterparty")
    return having_all(found, words, *searched) if words else found


def payment(payment_id: UUID) -> Payment | None:
    """One payment, with ``match``: the match that it came by, None for credit."""
    people = ("created_by", "reverses", "reversal__created_by", "credited_from")
    found = payments().select_related(*people).filter(pk=payment_id).first()
    if found is not None:
        found.match = Reconciliation.objects.select_related("matched_by").filter(payment=found).first()
    return found
