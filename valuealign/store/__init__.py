"""What was answered: an append-only store of every request, every reply and what it says."""
