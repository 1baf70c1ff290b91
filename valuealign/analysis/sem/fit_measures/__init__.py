"""Test statistics, baseline models, fit indices and residuals."""
