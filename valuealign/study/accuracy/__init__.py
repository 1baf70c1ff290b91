"""Right answers in a study: against chance, by groups of items, by condition and by position."""
