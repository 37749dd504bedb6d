"""Makes papers of invoices, beside WeasyPrint with their bare pages: the process that the bench measures."""

import json
import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.template.loader import render_to_string  # noqa: E402

from audit.identity import acting_as  # noqa: E402
from fees.models import Invoice  # noqa: E402
from fees.papers import invoice_pdf  # noqa: E402
from fees.papers.invoice import context_of  # noqa: E402
from fees.selectors.invoices import Sheet, sheet_of  # noqa: E402
from ui import pdf_kit  # noqa: E402

ROUNDS = 5


def ours(invoices: list) -> None:
    for each in invoices:
        invoice_pdf(_sheet(each))


def _sheet(invoice) -> Sheet:
    return sheet_of(Invoice.objects.select_related("deal", "investor").get(pk=invoice))


def bare(pages: list[str]) -> None:
    """The same pages by WeasyPrint alone, fonts and sheet loaded once as ours are."""
    for page in pages:
        made = pdf_kit.weasyprint.HTML(string=page, base_url=pdf_kit.BASE, url_fetcher=pdf_kit.fetcher())
        made.write_pdf(stylesheets=[pdf_kit.sheet()], font_config=pdf_kit.fonts())


def run(person: str, count: int) -> list[tuple[float, float]]:
    """Papers a second of processor, ours and theirs, round by round."""
    with acting_as(person):
        invoices = [invoice.pk for invoice in Invoice.objects.exclude(number=None).order_by("number")[:count]]
        pages = [_page(each) for each in invoices]
        ours(invoices[:1]), bare(pages[:1])
        return [(count / _spent(ours, invoices), count / _spent(bare, pages)) for _round in range(ROUNDS)]


def _page(invoice) -> str:
    sheet = _sheet(invoice)
    return render_to_string("pdf/invoice.html", {"language": "en", "created": ""} | context_of(sheet))


def _spent(work, things: list) -> float:
    begun = time.process_time()
    work(things)
    return time.process_time() - begun


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], int(sys.argv[2]))))
