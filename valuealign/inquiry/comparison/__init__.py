"""Models beside people: scales, profiles, items, structure, nearness."""
