"""The store: an append-only database of requests, replies and their readings."""
