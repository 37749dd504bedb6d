"""Public names of this room, gathered from its files."""
