"""Staff screens of limited places, one file each."""
