"""Model specification: syntax, parameter table, constraints and estimator names."""
