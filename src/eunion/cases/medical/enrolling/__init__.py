"""Lists of members to enrol: reading files, checking rows, enrolling them."""
