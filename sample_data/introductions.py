"""Ingrid's firm introduces two investors: an agreement, a commission that was billed, and one not earned yet."""

from datetime import timedelta
from decimal import Decimal as D

from django.utils import timezone

from approvals import services as approvals
from approvals.models import Approval
from audit.identity import acting_as
from deals.models import Deal
from introducers import services as introducers
from sample_data.cast import INTRODUCER, email_of

INTRODUCED = ("elena", "hanna")


def introduce(house) -> None:
    """Before anybody of them buys: Dora keeps the introducer and its agreement, Abe confirms it."""
    dora, today = house.people["dora"], timezone.now().date()
    made = introducers.add_introducer(acting_user=dora, portal_email=email_of("ingrid"), **INTRODUCER)
    terms = {"rate_bps": 100, "cap_amount": D("5000.00"), "signed_on": today - timedelta(days=300)}
    agreement = introducers.propose_agreement(
        acting_user=dora,
        introducer_id=made.pk,
        paper=f"Introducer agreement\n{made.legal_name}\n1 % of what is funded, at most 5,000.00 for each.\n".encode(),
        filename="introducer-agreement.txt",
        valid_from=today - timedelta(days=300),
        **terms,
    )
    with acting_as(house.people["abe"].pk):
        asked = Approval.objects.get(entity_id=agreement, status="pending")
    approvals.decide(acting_user=house.people["abe"], approval_id=asked.pk, action="approve")
    for key in INTRODUCED:
        introducers.record_introduction(acting_user=dora, introducer_id=made.pk, email=email_of(key))
    house.introducer = made


def reward(house) -> None:
    """Once the first of them has paid: the commission accrues and is billed. The other is not funded yet."""
    sam = house.people["sam"]
    with acting_as(sam.pk):
        north = Deal.objects.get(code="northlight_2027")
    introducers.accrue(acting_user=sam, deal_id=north.pk)
    introducers.issue_invoice(acting_user=sam, introducer_id=house.introducer.pk, currency="USD")
