"""Why a service of this app refused. Nothing was changed then; ``sentence`` is what the person reads."""

from django.utils.translation import gettext_lazy as _

from deals.models import Deal, DealStatus
from lib.db import Conflict, NotAllowed, Refused

LIVE = (DealStatus.DRAFT, DealStatus.OPEN, DealStatus.ALLOCATION_PENDING)


class DealRefused(Refused):
    """``field`` is what to correct, where it is one."""

    field: str | None = None

    def __init__(self, sentence="", *, field: str | None = None):
        super().__init__(str(sentence))
        self.sentence = sentence or self.sentence
        self.field = field or self.field


class WrongStatus(DealRefused, Conflict):
    """The thing is not in a status from which this can be done; someone may have been faster."""

    sentence = _("This has changed in the meantime, so it can no longer be done. Nothing was changed.")


class DealOver(WrongStatus):
    """A closed or cancelled deal stays as it is."""

    sentence = _("This deal has ended and can’t be changed.")


class ReasonMissing(DealRefused):
    sentence = _("Enter a reason. It is kept with the deal; nothing was changed yet.")
    field = "reason"


def staff_only(profile) -> None:
    """Raises NotAllowed unless the profile is staff. The policies say the same."""
    if not profile.is_staff:
        raise NotAllowed()


def not_over(deal: Deal) -> None:
    """Raises DealOver for a deal that is closed or cancelled."""
    if deal.status not in LIVE:
        raise DealOver()
