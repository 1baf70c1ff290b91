"""Instruments as data: items, response scales, scales, wording, and the linter for their files."""
