"""What staff say of the house's own machinery."""

from audit.identity import as_acting_user
from house import db


@as_acting_user
def confirm_clock(*, acting_user) -> None:
    """Say that the database's clock is right, so that jobs act by it again. Raises NotAllowed. Leaves an audit row."""
    db.confirm_clock()
