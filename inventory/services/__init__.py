"""Public names of this room, gathered from its files."""

from inventory.services.holds import cancel_hold, expire_all, expire_reservations, reserve_units

__all__ = ["cancel_hold", "expire_all", "expire_reservations", "reserve_units"]
