"""Ordinal items: thresholds, polychoric and polyserial correlations, collapsed categories."""
