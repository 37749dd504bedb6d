"""What undoing an allocation does, before anybody asks or decides. Amounts are in the deal's currency. For staff."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from approvals.models import Approval
from approvals.subjects import Asked
from deals.db import amounts
from deals.models import Deal
from fees import db
from fees.derivations import kind_of
from fees.models import Invoice
from inventory.models import Allocation, AllocationLotItem, AllocationStatus, AllocationUndo, UndoStatus
from inventory.selectors.lots import lot_names
from ui import figures


@dataclass(frozen=True)
class Undoing:
    """One allocation, and what follows if it is undone now."""

    allocation: Allocation
    amount: Decimal
    lots: list[tuple[str, Decimal]]
    voided: list[tuple[str, Decimal]]
    credits: list[dict]

    @property
    def deal(self) -> Deal:
        return self.allocation.deal

    @property
    def currency(self) -> str:
        return self.deal.currency

    @property
    def money_back(self) -> Decimal:
        """What was paid on invoices that are credited whole: it becomes the investor's credit."""
        return sum((credit["applied"] for credit in self.credits if credit["whole"]), Decimal(0))

    @property
    def will(self) -> list[str]:
        """What happens, in the order in which it does, as sentences."""
        facts = {"units": figures.unit_count(self.allocation.units), "investor": self.allocation.investor}
        facts["lots"] = ", ".join(f"{name}: {figures.units(units)}" for name, units in self.lots)
        said = [
            _("%(units)s go back to their lots (%(lots)s) and can be reserved immediately.") % facts,
            _("Units and cost leave the position of %(investor)s, as if they had never been held.") % facts,
        ]
        for word, amount in self.voided:
            fee = {"fee": word, "amount": figures.money(amount, self.currency)}
            said.append(_("%(fee)s of %(amount)s, accrued and not invoiced, is voided.") % fee)
        said += [self._credit(credit) for credit in self.credits]
        if self.money_back:
            paid = {"amount": figures.money(self.money_back, self.currency)}
            said.append(_("%(amount)s that was paid becomes the investor’s credit.") % paid)
        said.append(_("Commission that an introducer earned on it, if any, is taken back."))
        return [*said, _("The investor is notified with the reason, and so is whoever approved the purchase.")]

    def _credit(self, credit: dict) -> str:
        facts = {"number": credit["number"], "amount": figures.money(credit["amount"], self.currency)}
        if credit["whole"]:
            words = _("Invoice %(number)s is credited in full: %(amount)s, and its VAT.")
            return (words if credit["taxed"] else _("Invoice %(number)s is credited in full: %(amount)s.")) % facts
        words = _("Of invoice %(number)s, %(amount)s and its VAT is credited.")
        return (words if credit["taxed"] else _("Of invoice %(number)s, %(amount)s is credited.")) % facts


def undoing_of(allocation: Allocation) -> Undoing:
    """What undoing an allocation would do now."""
    found = db.undo_preview(allocation.pk) or {"events": [], "credits": []}
    names = lot_names(allocation.deal_id)
    ids = [credit["invoice"] for credit in found["credits"]]
    taxed = {str(pk) for pk in Invoice.objects.filter(pk__in=ids).exclude(tax=0).values_list("pk", flat=True)}
    items = AllocationLotItem.objects.filter(allocation=allocation)
    (amount,) = amounts([(allocation.units, allocation.unit_price, allocation.deal.currency)])
    money = ("amount", "applied")
    return Undoing(
        allocation=allocation,
        amount=amount,
        lots=sorted((names[item.lot_id], item.units) for item in items),
        voided=[
            (kind_of(event["kind"], event["house_only"]), Decimal(event["amount"]))
            for event in found["events"]
            if Decimal(event["amount"])
        ],
        credits=[
            credit | {"taxed": credit["invoice"] in taxed} | {name: Decimal(credit[name]) for name in money}
            for credit in found["credits"]
        ],
    )


def allocation_of(deal: Deal, allocation_id: UUID) -> Allocation | None:
    """One allocation of a deal; None where there is none."""
    found = Allocation.objects.select_related("deal", "investor", "reservation")
    return found.filter(deal=deal, pk=allocation_id).first()


def reason_of(allocation: Allocation) -> str:
    """Why an allocation was undone; '' where it was not."""
    done = AllocationUndo.objects.filter(allocation=allocation, status=UndoStatus.APPROVED).first()
    return done.reason if done else ""


def waiting_undo(allocation: Allocation) -> Approval | None:
    """The approval that a proposed undoing of it waits for."""
    proposed = AllocationUndo.objects.filter(allocation=allocation, status=UndoStatus.PROPOSED).first()
    asked = Approval.objects.filter(entity_type="allocation_undo", entity_id=proposed and proposed.pk)
    return asked.order_by("-step").first() if proposed else None


def why_not(allocation: Allocation) -> str:
    """Why an allocation that is not undone can't be, as far as its status tells; '' where it does not."""
    if allocation.status == AllocationStatus.SETTLED:
        return _("Its funding invoice is paid. What is settled is sold on or redeemed, not undone.")
    if allocation.status != AllocationStatus.APPROVED and not allocation.undone_at:
        return _("Only an approved allocation can be undone.")
    return ""


@dataclass(frozen=True)
class AskedUndo(Asked):
    """A proposed undoing as its decider reads it."""

    row: AllocationUndo
    undoing: Undoing

    @property
    def title(self) -> str:
        return str(self.row.investor)

    @property
    def facts(self) -> dict[str, str]:
        units = figures.unit_count(self.undoing.allocation.units)
        return {"who": self.title, "units": units, "deal": str(self.row.deal)}


def asked_undo(undo_id: UUID) -> AskedUndo | None:
    """One undoing that somebody decides about; None where it is not there."""
    found = AllocationUndo.objects.select_related("deal", "investor", "proposed_by")
    row = found.select_related("allocation__deal", "allocation__investor").filter(pk=undo_id).first()
    return row and AskedUndo(row, undoing_of(row.allocation))
