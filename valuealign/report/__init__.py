"""The report: one self-contained page, from what was asked to what may be said of it."""
