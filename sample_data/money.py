"""What the sample house was paid, and what waits at its bank: invoices in every status, lines of every sort."""

from datetime import date, timedelta
from decimal import Decimal as D
from io import BytesIO
from uuid import UUID

from approvals import services as approvals
from approvals.models import Approval
from audit.identity import acting_as
from fees.models import BankTransaction, Invoice
from fees.services import bank, refunds, write_offs
from inventory.models import Allocation
from inventory.services.undo import propose_undo
from sample_data import owner
from sample_data.cast import ACCOUNTS
from sample_data.statements import Account, Entry, statement

DOLLARS = next(account["iban"] for account in ACCOUNTS if account["currency"] == "USD")
OPENING = D("0.00")
GIVEN_UP = D("17.25")


def settle(house, today: date) -> None:
    """Date the invoices back, bring in two statements, match the first, undo one allocation; a write-off, refunds."""
    invoices = _invoices(house)
    for key, days in (("ferrand", 40), ("morland", 72), ("fees", 68), ("harrow", 12), ("later", 8)):
        owner.bill_since(invoices[key].pk, timedelta(days=days))
    _undo(house, "ferrand", D("100"))
    first = [
        _wire(today - timedelta(days=33), invoices["ferrand"], invoices["ferrand"].total - GIVEN_UP),
        _wire(today - timedelta(days=30), invoices["morland"], D("200000.00"), "First instalment"),
    ]
    twice = _wire(today - timedelta(days=25), invoices["ferrand"], D("1500.00"), "By mistake,")
    came = [*first, twice]
    closing = _bring_in(house, 10, today - timedelta(days=45), today - timedelta(days=16), OPENING, came)
    for entry in first:
        _match(house, entry, invoices)
    _give_up(house, invoices["ferrand"])
    _send_back(house, twice)
    _bring_in(house, 11, today - timedelta(days=15), today - timedelta(days=1), closing, _waiting(today, invoices))


def _invoices(house) -> dict[str, Invoice]:
    """The invoices of the story: the funding of each investor, and Morland's fees, billed and billed later."""
    with acting_as(house.people["ada"].pk):
        found = list(
            Invoice.objects.filter(currency="USD", kind="invoice").select_related("investor").order_by("number")
        )
    named = {}
    for invoice in found:
        key = next(key for key, investor in house.investors.items() if investor.pk == invoice.investor_id)
        if invoice.generated_from == "fee_events":
            key = "later" if "fees" in named else "fees"
        named.setdefault(key, invoice)
    return named


def _undo(house, investor: str, units: D) -> None:
    """An allocation made by mistake: proposed by Sam, undone once Ada and Abe approved; its invoice is credited."""
    with acting_as(house.people["sam"].pk):
        mistake = Allocation.objects.get(investor=house.investors[investor].pk, units=units)
    asked = propose_undo(acting_user=house.people["sam"], allocation_id=mistake.pk, reason="Entered twice by mistake")
    for key in ("abe", "ada"):
        with acting_as(house.people[key].pk):
            step = Approval.objects.filter(entity_id=asked, status="pending").order_by("step").first()
        approvals.decide(acting_user=house.people[key], approval_id=step.pk, action="approve")


# --- what is settled without money, and what goes back


def _give_up(house, invoice: Invoice) -> None:
    """A small rest: Sam proposes to write it off, Ada approves."""
    facts = {"invoice_id": invoice.pk, "amount": GIVEN_UP, "reason": "The payer’s bank converted at another rate."}
    _approve(house, write_offs.propose_write_off(acting_user=house.people["sam"], **facts))


def _send_back(house, entry: Entry) -> None:
    """What came by mistake is credit; a part of it goes back with the next bank file, another waits for approval."""
    investor, sam = house.investors["ferrand"], house.people["sam"]
    with acting_as(sam.pk):
        line = BankTransaction.objects.get(amount=entry.amount, counterparty=entry.name)
    part = {"credit_of": investor.pk, "amount": entry.amount}
    bank.match_line(acting_user=sam, line_id=line.pk, parts=[part])
    payee = {"name": entry.name, "bic": "EXEMFRPPXXX", "street": "27, allée de l’Exemple", "postcode": "00027"}
    payee |= {"town": "Lyon", "country": "FR", "investor_id": investor.pk, "line_id": line.pk}
    sent = refunds.propose_refund(acting_user=sam, amount=D("1000.00"), reason="Paid twice by mistake", **payee)
    _approve(house, sent.pk)
    refunds.propose_refund(acting_user=sam, amount=D("250.00"), reason="The investor keeps the rest", **payee)


def _approve(house, thing: UUID) -> None:
    with acting_as(house.people["ada"].pk):
        asked = Approval.objects.get(entity_id=thing, status="pending")
    approvals.decide(acting_user=house.people["ada"], approval_id=asked.pk, action="approve")


# --- the bank


PAYERS = {
    "Elena Ferrand": "FR1420041010050500013M02606", "Morland Partners": "GB29NWBK60161331926819",
    "Harrow Pension Scheme": "GB33BUKB20201555555555",
}  # fmt: skip


def _wire(day: date, invoice: Invoice, amount: D, memo: str = "") -> Entry:
    """What an investor paid, naming the invoice as people do."""
    name = invoice.investor.legal_name
    return Entry(amount, day, name, PAYERS[name], f"{memo} {invoice.number}".strip(), f"E2E-{invoice.number[-4:]}")


def _waiting(today: date, invoices: dict[str, Invoice]) -> list[Entry]:
    """One to accept at once, one for two invoices, one that falls short, unknown ones, one taken back, and a fee."""
    day = [today - timedelta(days=n) for n in range(15)]
    rest = invoices["morland"].total - D("200000.00")
    both = _wire(day[10], invoices["fees"], rest + invoices["fees"].total, f"{invoices['morland'].number} and")
    harrow, later = invoices["harrow"], invoices["later"]
    return [
        both,
        Entry(harrow.total, day[9], harrow.investor.legal_name, PAYERS[harrow.investor.legal_name], harrow.reference),
        Entry(D("1250.00"), day[7], "Quill and Sons", "DK5000400440116243", "Thank you for lunch"),
        Entry(D("4100.00"), day[5], "Morland Treasury Services", "GB29NWBK60161331926819", "On account"),
        Entry(
            D("-4100.00"), day[4], "Morland Treasury Services", "GB29NWBK60161331926819", "Returned", is_reversal=True
        ),
        _wire(day[3], later, later.total - D("4.50")),
        Entry(D("-18.50"), day[2], "Banque de l’Exemple", "", "Account fee"),
    ]


def _bring_in(house, number: int, first: date, last: date, opening: D, entries: list[Entry]) -> D:
    """Import a statement of the account in dollars; its closing balance."""
    total = sum((entry.amount for entry in entries), D(0))
    account = Account(DOLLARS, "USD", opening, number, first, last)
    file = BytesIO(b"".join(statement("camt.053.001.08", account, entries, total)))
    bank.import_statement(acting_user=house.people["sam"], file=file, file_name=f"statement-{number}.xml")
    return opening + total


def _match(house, entry: Entry, invoices: dict[str, Invoice]) -> UUID:
    """Sam says what a line is, as the page suggests it."""
    invoice = next(each for each in invoices.values() if each.investor.legal_name == entry.name)
    with acting_as(house.people["sam"].pk):
        line = BankTransaction.objects.get(amount=entry.amount, counterparty=entry.name)
    part = {"invoice": invoice.pk, "amount": entry.amount}
    return bank.match_line(acting_user=house.people["sam"], line_id=line.pk, parts=[part])
