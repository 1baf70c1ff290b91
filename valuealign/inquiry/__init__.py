"""Inquiry: from responses or people's rows to results, evidence and verdicts."""
