"""The one guard of all jobs that end things: none acts by a database clock that jumped ahead."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from audit.identity import acting_as_system
from house import db
from lib.jobs import NotAllDone
from ui import figures

T = TypeVar("T")
# Changes with every start of the machine: seconds since then are comparable only within one.
BOOT = Path("/proc/sys/kernel/random/boot_id")


class ClockAhead(NotAllDone):
    """The database's clock ran ahead of this machine's: nothing was ended, and staff are told."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        said = _("The database clock is %(how_far)s ahead, so nothing was ended. See Jobs for what to do.")
        super().__init__(str(said % {"how_far": figures.span(seconds)}))


def own_clock() -> tuple[float, str, float]:
    """What this machine's clocks say: the time, which start of the machine this is, and the seconds since then.

    The last counts on through a suspension and no time service moves it.
    """
    boot = BOOT.read_text().strip() if BOOT.exists() else ""
    return time.time(), boot, time.clock_gettime(time.CLOCK_BOOTTIME) if boot else 0.0


def by_the_clock(batch: Callable[[], T]) -> T:
    """Run one batch of a job that ends things, as VERSO system, in one transaction with the look at the clock.

    Raises ClockAhead, and then the batch did not run; what was found is kept.
    """
    with acting_as_system():
        ahead = db.clock_ahead(*own_clock())
        if not ahead:  # [1]
            return batch()
    raise ClockAhead(ahead)
