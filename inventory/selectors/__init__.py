"""Public names of this room, gathered from its files."""
from inventory.selectors.availability import count_lapsed_holds as count_lapsed_holds
