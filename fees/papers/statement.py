"""The statement of account of an investor in one currency, as a paper."""

from datetime import datetime

from fees.papers.invoice import address_of
from fees.selectors.statements import Account
from ui.pdf import render_pdf


def statement_pdf(account: Account, *, seller: dict, made_at: datetime) -> bytes:
    """A statement of account as PDF/A-3, in the active language: opening, what moved it, closing.

    ``seller`` is who the firm is on the last day. Raises PdfUnavailable.
    """
    context = {
        "account": account, "statement": account.statement, "seller": seller, "seller_address": address_of(seller),
    }  # fmt: skip
    return render_pdf("pdf/statement.html", context, made_at=made_at)
