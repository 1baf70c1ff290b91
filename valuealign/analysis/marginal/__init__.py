"""Marginal models: effects on a probability, a count or an ordered category over clusters."""
