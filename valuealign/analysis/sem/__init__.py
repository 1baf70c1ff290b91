"""Structural equation models, from lavaan's syntax to a fit and its measures.

``specification`` reads the syntax into a parameter table and resolves the estimator's options.
``estimation`` holds the implied and observed moments, the discrepancy and the optimiser.
``fit_measures`` holds the fit indices and tests. ``after`` holds what takes a finished fit:
difference tests, modification indices, bootstrap, simulation, factor scores, reliability.
``model`` has the public calls (`cfa`, `sem`, `growth`), and ``fit`` their result.
"""
