"""Operating characteristics: how often the verdict errs where the truth is planted."""
