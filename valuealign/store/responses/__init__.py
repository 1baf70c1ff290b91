"""Responses of a store as frames, with their design, respondents and instruments."""
