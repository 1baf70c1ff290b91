"""Model profiles beside people's: differences, equivalence, likeness, distance, discrimination."""
