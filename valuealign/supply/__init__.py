"""Suppliers: from a model's name to an endpoint, and to responses in a store."""
