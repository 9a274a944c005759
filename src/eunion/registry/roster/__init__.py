"""The roster's way in and out: reading files, checking rows, applying them, writing them."""
