"""Staff screens of medical mutual aid."""
