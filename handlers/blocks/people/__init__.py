"""People on the screen: the list, one person's form, somebody leaving, and what they are told."""
