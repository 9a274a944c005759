"""實名認證: a phone that answers, a name and an ID number that the roster knows; a person where they differ."""
