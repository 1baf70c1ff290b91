"""Response style of models: each bias measured by its own probe."""
