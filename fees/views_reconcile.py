"""Reconciling: one bank line after the other, with what it could pay; and the payments that came of it."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from fees import lists_bank as lists
from fees import selectors as invoices
from fees.forms_bank import AllocationForm, CreditForm, ReturnForm, TakeBackForm
from fees.models import BankTransaction, MatchKind, PaymentMethod
from fees.selectors import bank as selectors
from fees.selectors import matching
from fees.services import bank
from fees.services.write_offs import bank_fee_tolerance
from fees.views_bank import may_match, only_who_may
from investors.models import Role
from ui.editing import status_of
from ui.lists import Listing, list_page
from ui.pages import act, form_page, run
from ui.portals import ACT, FORM, or_404, posted, see_other, staff_page

# --- one line


@dataclass
class Inspected:
    """A bank line as somebody reconciles it."""

    line: BankTransaction
    suggested: list[dict]
    find: str = ""
    data: dict | None = None
    query: str = ""  # what the address says besides, kept on the way through a match

    @cached_property
    def found(self) -> list[matching.Candidate]:
        return matching.candidates(self.line, self.suggested, self.find, AllocationForm.used_in(self.data or {}))

    @cached_property
    def form(self) -> AllocationForm:
        investors = matching.investors_to_credit(self.line, self.found, self.find)
        ticked = matching.proposed(self.found)
        return AllocationForm(self.data, line=self.line, found=self.found, ticked=ticked, investors=investors)

    @cached_property
    def account(self):
        return selectors.account(self.line.receiving_account_id)

    @cached_property
    def matches(self) -> list:
        found = matching.matches_of(self.line)
        for each in found:
            each.why = matching.why(each)
        return found

    @cached_property
    def is_returning(self) -> bool:
        """Whether it takes money out, and nothing of it is matched: it may be a payment that the bank took back."""
        return self.line.left < 0 and self.line.left == self.line.amount

    @cached_property
    def return_form(self) -> ReturnForm:
        return ReturnForm(line=self.line, payments=matching.could_be_returned(self.line))

    @cached_property
    def is_certain_return(self) -> bool:
        """Whether the first payment is surely the one: the same amount from the same account."""
        first = next(iter(matching.could_be_returned(self.line)), None)
        same = first and first.counterparty_account and first.counterparty_account == self.line.counterparty_account
        return bool(same and first.amount == -self.line.amount)

    @cached_property
    def refunds(self) -> list:
        """Refunds, or whole files of them, that it may have paid."""
        return invoices.paid_by_line(self.line, self.line.left)

    @cached_property
    def teaches(self) -> bool:
        return matching.teaches(self.line)


@staff_page()
def reconcile(request):
    """The lines that wait, the oldest open beside them."""
    queue = _queue(request)
    if answer := queue.as_file():
        return answer
    first = queue.items[0] if queue.items else None
    return _page(request, queue, first and first.pk)


@staff_page(FORM)
def line(request, line_id: UUID):
    """One line with what it could pay; and saying what it is."""
    or_404(selectors.bank_line(line_id))
    queue = _queue(request)
    if request.method != "POST":
        return _page(request, queue, line_id, _looked_on(request, line_id))
    only_who_may(request)
    after = _after(queue, line_id)
    item = _inspected(request, line_id, request.POST)
    if "count" in request.POST:
        return _page(request, queue, line_id, item)
    if item.form.is_accepted() and run(item.form, bank.match_line, acting_user=request.user):
        messages.success(request, _said(item))
        return see_other(_address(after) + _filters(request))
    refusal, status = item.form.refusal, status_of(item.form)
    if refusal is not None:  # what is there now, with what was typed
        item = _inspected(request, line_id, request.POST.copy())
        item.form.data["seen"] = item.form.initial["seen"]
        item.form.refuse(refusal)
    return _page(request, _queue(request), line_id, item, status)


def _looked_on(request, line_id: UUID) -> Inspected | None:
    """The line with what was chosen already, where somebody goes on to look for another invoice."""
    if "seen" not in request.GET:
        return None
    item = _inspected(request, line_id, request.GET)
    item.form.go_on()
    return item


@staff_page()
def left(request, line_id: UUID):
    """What a line would then have left to allocate: asked for while somebody chooses."""
    or_404(selectors.bank_line(line_id))
    item = _inspected(request, line_id, request.GET)
    return render(request, "staff/fees/_left.html", {"item": item})


def _queue(request) -> Listing:
    accounts = selectors.accounts_with_statements()

    def source(words, shown, account):
        return selectors.bank_lines(words, account, "" if shown == "all" else shown)

    return Listing(lists.queue(accounts), request, source)


def _inspected(request, line_id: UUID, data=None, suggested=None) -> Inspected:
    found = matching.suggestions_for([line_id]) if suggested is None else suggested
    find = " ".join(request.GET.get("find", "").replace("\0", " ").split())[:100]
    return Inspected(selectors.bank_line(line_id), found.get(line_id, []), find, data, _filters(request, find))


def _page(request, queue: Listing, line_id, item: Inspected | None = None, status: int = 200) -> HttpResponse:
    ids = [row.pk for row in queue.items]
    suggested = (
        matching.suggestions_for([*ids, *([line_id] if line_id and line_id not in ids else [])]) if ids else None
    )
    if item is None and line_id:
        item = _inspected(request, line_id, suggested=suggested)
    for row in queue.items:
        row.best = ((suggested or {}).get(row.pk) or [{"score": None}])[0]["score"]
    context = {
        "listing": queue,
        "page": queue.page,
        "item": item,
        "place": item and item.line.pk in ids and queue.page.start_index() + ids.index(item.line.pk),
        "filters": _filters(request),
        "may_match": may_match(request),
        "may_book": item is not None and _may_book(request.user, item.line),
        "last": matching.last_matches(request.user) if may_match(request) else [],
    }
    return render(request, "staff/fees/reconcile.html", context, status=status)


def _may_book(profile, line: BankTransaction) -> bool:
    """Whether this person may book what is left of a line as bank charges: the service asks again."""
    at_most = profile.role == Role.STAFF_ADMIN or -line.left <= bank_fee_tolerance(line.currency)
    return line.left < 0 and at_most


def _filters(request, find: str = "") -> str:
    """The search and the page of the queue, to be kept on the way through a match; and what was looked for beside."""
    kept = request.GET.copy()
    for name in ("format", "find", *(name for name in list(kept) if AllocationForm.has(name))):
        kept.pop(name, None)
    if find:
        kept["find"] = find
    return f"?{kept.urlencode()}" if kept else ""


def _after(queue: Listing, line_id: UUID) -> UUID | None:
    """The line to go on with."""
    ids = [row.pk for row in queue.items]
    if line_id not in ids:
        return None
    at = ids.index(line_id)
    return next(iter(ids[at + 1 :] + ids[:at][::-1]), None)


def _address(line_id: UUID | None) -> str:
    return reverse("bank_staff:line", args=[line_id]) if line_id else reverse("bank_staff:reconcile")


def _said(item: Inspected) -> str:
    payer = item.line.counterparty or _("a payer who isn’t named")
    return _("Matched the payment of %(payer)s.") % {"payer": payer}


# --- taking back


@staff_page(ACT)
def undo(request):
    """Take back what the person matched last, together."""
    only_who_may(request)
    last = matching.last_matches(request.user)
    if not last or sorted(request.POST.getlist("match")) != sorted(str(each.pk) for each in last):
        messages.error(request, _("There is nothing to undo here. Open the line to take a match back."))
        return see_other("bank_staff:reconcile")
    to = _address(last[0].bank_transaction_id)
    said, reason = _("Undone: the line waits to be matched again."), _("Undone right after it was matched")
    return act(request, bank.undo, said=said, to=to, match_ids=[each.pk for each in last], reason=reason)


@staff_page(FORM)
def take_back(request, match_id: UUID):
    """Take a match back, with a reason."""
    only_who_may(request)
    found = or_404(matching.match(match_id))
    if found.reverses_id or found.kind == MatchKind.OTHER:
        raise Http404
    return form_page(
        request,
        "staff/fees/take_back.html",
        TakeBackForm(posted(request), initial={"reason": _("Matched by mistake")}),
        verb=partial(bank.reverse_match, match_id=match_id),
        said=_("The match was taken back. The line waits to be matched again."),
        to=_address(found.bank_transaction_id),
        of=found,
        amount=found.matched_amount,
        currency=found.bank_transaction.currency,
        back=_address(found.bank_transaction_id),
    )


@staff_page(FORM)
def returned(request, line_id: UUID):
    """Say which payment the bank took back by a line."""
    only_who_may(request)
    found = or_404(selectors.bank_line(line_id))
    if found.amount >= 0:
        raise Http404
    return form_page(
        request,
        "staff/fees/returned.html",
        ReturnForm(posted(request), line=found, payments=matching.could_be_returned(found)),
        verb=partial(bank.return_line, line_id=line_id),
        said=_("The payment is marked as returned. What it had paid is open again."),
        to=_address(line_id),
        line=found,
    )


@staff_page(ACT)
def charges(request, line_id: UUID):
    """Say that the bank took what is left of a line for itself."""
    only_who_may(request)
    found = or_404(selectors.bank_line(line_id))
    after = _after(_queue(request), found.pk)
    to = _address(after) + _filters(request)
    return act(request, bank.book_charges, said=_("Booked as bank charges."), to=to, line_id=found.pk)


# --- payments


@staff_page()
def payments(request):
    """Every payment and reversal, the newest first."""
    return list_page(request, "staff/fees/payments.html", lists.PAYMENTS, matching.payments)


@staff_page()
def payment(request, payment_id: UUID):
    """One payment: what it paid, where it came from, who matched it and why."""
    found = or_404(matching.payment(payment_id))
    context = {
        "payment": found,
        "why": found.match and matching.why(found.match),
        "may_take_back": may_match(request) and _may_be_taken_back(found),
    }
    return render(request, "staff/fees/payment.html", context)


def _may_be_taken_back(payment) -> bool:
    ways = (PaymentMethod.BANK, PaymentMethod.CREDIT)
    known = payment.method == PaymentMethod.CREDIT or payment.match is not None
    return payment.method in ways and known and not payment.reverses_id and not hasattr(payment, "reversal")


@staff_page(FORM)
def payment_back(request, payment_id: UUID):
    """Take a payment back, with a reason."""
    only_who_may(request)
    found = or_404(matching.payment(payment_id))
    if not _may_be_taken_back(found):
        raise Http404
    if found.method == PaymentMethod.CREDIT:
        verb = partial(bank.take_back_credit, payment_id=payment_id)
    else:
        verb = partial(bank.reverse_match, match_id=found.match.pk)
    address = reverse("bank_staff:payment", args=[payment_id])
    return form_page(
        request,
        "staff/fees/take_back.html",
        TakeBackForm(posted(request), initial={"reason": _("Applied by mistake")}),
        verb=verb,
        said=_("The payment was taken back. The invoice is open again."),
        to=address,
        of=found,
        amount=found.amount,
        currency=found.currency,
        back=address,
    )


@staff_page(FORM)
def apply_credit(request, invoice_id: UUID):
    """Pay an invoice with what its investor paid too much."""
    only_who_may(request)
    found = or_404(invoices.invoice(invoice_id))
    credit = matching.credit_of(found.investor_id, found.currency)
    most = min(credit, found.open)
    return form_page(
        request,
        "staff/fees/apply_credit.html",
        CreditForm(posted(request), most=most, currency=found.currency),
        verb=partial(bank.apply_credit, invoice_id=invoice_id),
        said=_("The credit was applied."),
        to=reverse("fees_staff:invoice", args=[invoice_id]),
        invoice=found,
        credit=credit,
    )
