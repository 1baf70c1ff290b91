"""Official wordings: the user's own copies, checked and kept in the data folder."""
