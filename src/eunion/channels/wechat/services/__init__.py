"""Every change in this room, a file per use."""
