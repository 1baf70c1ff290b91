"""Mixed models: fixed effects with crossed, nested and interacting random effects."""
