"""The circle of values: scaling, order, angles, profiles, and models of it."""
