"""What waits of write-offs, refunds and undoing: two are proposed, and a refund waits for its file to be written."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from django.utils import timezone

from approvals import services as approvals
from approvals.models import Approval
from audit.identity import acting_as, acting_as_system
from fees.services import refunds, write_offs
from inventory.services import propose_undo
from investors.models import Profile
from sample_data.cast import email_of
from tests import factories

ONE_APPROVED = """
select investor_id, bank_transaction_id as line_id, payee_name as name, bic, street, postcode, town, country
  from refunds where status = 'approved' limit 1
"""


def settle(owner) -> None:
    """Ada proposes to write off a little and to undo an allocation; another refund is claimed for a file that waits."""
    with acting_as_system():
        ada, abe = (Profile.objects.get(email=email_of(key)) for key in ("ada", "abe"))
    owed = "select id from invoices where kind = 'invoice' and status = 'sent' order by number limit 1"
    facts = {"invoice_id": factories.value(owner, owed), "amount": Decimal(1), "reason": "Not worth a letter."}
    write_offs.propose_write_off(acting_user=ada, **facts)
    sound = "select id from allocations where status = 'approved' and undone_at is null order by created_at limit 1"
    propose_undo(acting_user=ada, allocation_id=factories.value(owner, sound), reason="Entered twice, it seems.")
    _refund(owner, ada, abe)


def _refund(owner, ada: Profile, abe: Profile) -> None:
    """Another 100.00 to whom the sample's refund goes."""
    cursor = owner.execute(ONE_APPROVED)
    payee = dict(zip((column.name for column in cursor.description), cursor.fetchone(), strict=True))
    made = refunds.propose_refund(acting_user=ada, amount=Decimal(100), reason="Paid twice", **payee)
    with acting_as(abe.pk):
        asked = Approval.objects.get(entity_id=made.pk, status="pending")
    approvals.decide(acting_user=abe, approval_id=asked.pk, action="approve")
    later = timezone.now().date() + timedelta(days=7)
    refunds.claim_refunds(acting_user=ada, refunds=[made.pk], execution_date=later, batch_id=uuid4())
