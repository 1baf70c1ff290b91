"""Shares of right answers: intervals over items, and differences between groups and conditions."""
