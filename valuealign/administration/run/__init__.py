"""Carrying out a plan: asking, retrying, counting the cost, reporting progress."""
