"""The wire: address, key, transport, rate limits and what an endpoint does not take."""
