"""Surveys that other programs hold, as the items of a new instrument."""
