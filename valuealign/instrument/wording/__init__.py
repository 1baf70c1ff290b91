"""Official wordings: the user's own copy, checked, kept in the user's data folder."""
