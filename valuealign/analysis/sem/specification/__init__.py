"""A model as it is written: syntax, parameter table, constraints and estimator names."""
