"""From what was answered, or a file of people, to the rows an analysis takes, and back."""
