"""Judgements of yes or no, and probabilities, against the truth."""
