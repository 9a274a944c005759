"""Staff screens of 雲博士, one file each; `listing` is what their lists share."""
