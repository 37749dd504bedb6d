"""One Python function per SQL function of this app."""

from lib import db


def clock_ahead(wall: float, boot: str, ticks: float) -> float:
    """By how many seconds the database's clock ran ahead of these since they last agreed; 0 while it did not.

    Raises NotAllowed. Tells staff of a jump; locks the clock's row when something is noted.
    """
    return db.call("select app.clock_ahead(%s, %s, %s)", [wall, boot, ticks])


def confirm_clock() -> None:
    """Believe the database's clock from here on. Raises NotAllowed."""
    db.call("select app.confirm_clock()")
