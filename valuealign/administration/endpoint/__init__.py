"""Endpoints: address, key, transport, rate limits and unsupported request fields."""
