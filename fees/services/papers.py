"""Papers of issued invoices: made one by one, outside any transaction, each stored once and told of once."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from datetime import time as clock
from uuid import UUID

import structlog
from celery import current_app
from django.db import transaction
from django.utils.text import slugify
from kombu.exceptions import OperationalError

from audit import services as audit
from audit.identity import SYSTEM_PROFILE_ID, acting_as_system, as_acting_user
from documents.services import store_document
from fees import db, papers, selectors
from fees.selectors.invoices import Sheet
from fees.selectors.statements import Account
from house.db import house_identity_on
from investors.models import Profile
from lib.db import NotAllowed
from lib.text import tidy_line
from notifications.services import ask_to_send
from ui.pdf import PdfUnavailable

log = structlog.get_logger(__name__)
LEASE_SECONDS, RUN_SECONDS = 600, 300


def ask_to_render() -> None:
    """Ask a worker for the papers that wait. With the broker down nothing is lost: beat asks again."""
    try:
        current_app.send_task("fees.tasks.render_invoices", ignore_result=True)
    except OperationalError as error:
        log.warning("papers wait for the next run", broker=str(error))


def render_invoices(*, done: Callable[[int], None] = int) -> tuple[int, int]:
    """Make the paper of every issued invoice that has none, as VERSO system; how many were filed and how many failed.

    Claim and commit; make and store; note, with the news for the investor, and commit: killed at any point, the next
    run goes on, and there is one paper and one mail. What fails is tried again after a pause that grows. Where this
    machine can't make PDFs the run ends. Two runs at once never take the same invoice. ``done`` hears of each.
    """
    filed = failed = 0
    ends = time.monotonic() + RUN_SECONDS
    while time.monotonic() < ends and (invoice_id := _claim()):
        problem = _file(invoice_id)
        filed, failed = filed + (problem is None), failed + (problem is not None)
        done(1)
        if isinstance(problem, PdfUnavailable):
            break
    return filed, failed


def _claim() -> UUID | None:
    with acting_as_system():
        return db.claim_invoice_paper(LEASE_SECONDS)


def _file(invoice_id: UUID) -> Exception | None:
    """One try of one paper, claimed before; what went wrong, which is noted."""
    try:
        document_id = _stored(invoice_id)
    except Exception as problem:  # whatever it is: one that can't be made must not stop all others
        log.exception("invoice not filed", invoice=str(invoice_id))
        with acting_as_system():
            db.paper_failed(invoice_id, tidy_line(f"{type(problem).__name__}: {problem}".replace("\0", " ")))
        return problem
    with acting_as_system():
        if db.file_invoice(invoice_id, document_id):
            transaction.on_commit(ask_to_send)
    return None


def _stored(invoice_id: UUID) -> UUID:
    """The paper of an invoice, made and stored; the one that is there, where a run was killed before it was noted."""
    with acting_as_system():
        sheet = selectors.sheet_of(selectors.invoice(invoice_id))
        system = Profile.objects.only("pk").get(pk=SYSTEM_PROFILE_ID)
    invoice = sheet.invoice
    document = store_document(
        acting_user=system,
        content=papers.invoice_pdf(sheet),
        filename=papers.file_name(sheet),
        title=papers.title_of(sheet),
        type="Invoice" if not sheet.is_credit else "Credit note",
        owner_investor=invoice.investor_id,
        deal_id=invoice.deal_id,
        source_key=f"invoice {invoice.number}",
    )
    return document.pk


def paper_with_derivation(*, acting_user: Profile, invoice_id: UUID) -> tuple[str, bytes]:
    """An issued invoice with how each fee came about: its file name and its PDF, made now and kept nowhere.

    Call it outside a transaction: it reads in one, and renders after it. Leaves an audit row, as opening a document
    does. Raises NotAllowed, PdfUnavailable.
    """
    sheet = open_sheet(acting_user=acting_user, invoice_id=invoice_id)
    return papers.file_name(sheet, with_derivation=True), papers.invoice_pdf(sheet, with_derivation=True)


@as_acting_user
def open_sheet(*, acting_user: Profile, invoice_id: UUID) -> Sheet:
    """All that stands on an invoice which this person may see, with the name of its deal. Leaves an audit row.

    Raises NotAllowed.
    """
    found = selectors.invoice(invoice_id)
    if found is None or found.number is None:
        raise NotAllowed()
    audit.record("invoices.opened", "invoices", found.pk, deal_id=found.deal_id)
    with acting_as_system():  # a colleague who is no member of the deal reads the same paper
        return selectors.sheet_of(selectors.invoice(invoice_id))


def statement_paper(*, account: Account) -> tuple[str, bytes]:
    """A statement of account that its reader has seen: file name and PDF. Call it outside a transaction.

    Raises PdfUnavailable.
    """
    end = account.statement.end
    with acting_as_system():
        seller = house_identity_on(end) or {}
    made_at = datetime.combine(end, clock.max, UTC)
    name = f"statement-{slugify(account.investor)}-{account.currency}-{end}.pdf"
    return name, papers.statement_pdf(account, seller=seller, made_at=made_at)
