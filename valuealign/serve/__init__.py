"""The web form in which people answer an instrument."""
