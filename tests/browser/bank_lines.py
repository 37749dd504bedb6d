"""A bank statement for the sample house, in which there is something of everything to reconcile."""

from io import BytesIO

from audit.identity import acting_as_system
from fees.models import BankTransaction, Invoice
from fees.services import bank
from house.models import ReceivingAccount
from investors.models import Profile
from sample_data.cast import email_of
from tests.fees.bank import camt

OPEN = {"currency": "USD", "status__in": ("sent", "partial")}
QUILL = "DK5000400440116243"


def statement() -> BytesIO:
    """Payments named and unnamed, combined, unknown and returned, and a fee, on the account in dollars."""
    with acting_as_system():
        iban = ReceivingAccount.objects.get(currency="USD", is_default=True).iban
        first, second, third = Invoice.objects.filter(**OPEN).order_by("number")[:3]
        named = [(each.number, each.total, each.investor.legal_name) for each in (first, second, third)]
    (one, one_total, one_payer), (two, two_total, payer), (three, three_total, _) = named
    return camt(
        [
            (one_total, one_payer, "FR1420041010050500013M02606", one),
            (two_total + three_total, payer, "GB29NWBK60161331926819", f"{two} and {three}"),
            ("50000.00", "Morland Treasury Services of the Northern Counties Limited", "", "First instalment"),
            ("1250.00", "Quill and Sons", QUILL, "Thank you for lunch"),
            ("-1250.00", "Quill and Sons", QUILL, "Returned: account closed"),
            ("-100.00", "Elena Ferrand", "FR1420041010050500013M02606", "Refund"),
            ("-18.50", "Banque de l’Exemple", "", "Account fee"),
        ],
        iban=iban,
        opening="52340.17",
    )


def add_bank_lines() -> None:
    """Import it; match a part of a line to an invoice and a part to credit, and take another part back."""
    with acting_as_system():
        sam = Profile.objects.get(email=email_of("sam"))
    bank.import_statement(acting_user=sam, file=statement(), file_name="november.xml")
    with acting_as_system():
        part = BankTransaction.objects.get(amount="50000.00")
        invoice = Invoice.objects.filter(**OPEN).order_by("number")[1]
    for amount in ("10000.00", "15000.00"):
        match = {"line_id": part.pk, "parts": [{"invoice": invoice.pk, "amount": amount}], "learn": False}
        (made,) = bank.match_line(acting_user=sam, **match)
    credit = [{"credit_of": invoice.investor_id, "amount": "5000.00"}]
    bank.match_line(acting_user=sam, line_id=part.pk, parts=credit, learn=False)
    bank.reverse_match(acting_user=sam, match_id=made, reason="Matched by mistake")
