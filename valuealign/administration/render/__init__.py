"""Rendering: the page that a respondent sees, and the body of a request."""
