"""The commands behind ./eunion: up, test, bench, manage."""
