"""Structural equation models: what is written, what it implies, how far the data are from it.

``syntax -> table -> implied``; ``observed``; ``discrepancy(observed, implied)``;
``estimate``; then ``information``, ``robust``, ``indices`` say what the estimate is worth.
The parameter table is the one representation of a model.
"""
