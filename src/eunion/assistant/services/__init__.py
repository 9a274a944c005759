"""Every change in this room, by subject."""
