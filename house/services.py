"""What staff say of the house's own machinery."""

from audit.identity import acting_as
from house import db


def confirm_clock(*, acting_user) -> None:
    """Say that the database's clock is right, so that jobs act by it again. Raises NotAllowed. Leaves an audit row."""
    with acting_as(acting_user.pk):
        db.confirm_clock()
