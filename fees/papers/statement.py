"""The statement of account of an investor in one currency, as a paper."""

from datetime import date, datetime

from fees.papers.invoice import address_of
from ui.pdf import render_pdf


def statement_pdf(account: dict, *, seller: dict, start: date, end: date, made_at: datetime) -> bytes:
    """One account of ``selectors.statements_of`` as PDF/A-3, in the active language: opening, what moved it, closing.

    ``seller`` is who the firm is on the last day. Raises PdfUnavailable.
    """
    context = {
        "account": account, "seller": seller, "seller_address": address_of(seller), "start": start, "end": end,
        "closing": account["lines"][-1]["balance"],
    }  # fmt: skip
    return render_pdf("pdf/statement.html", context, made_at=made_at)
