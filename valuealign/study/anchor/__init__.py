"""Published numbers that are computed again from the raw data that were published with them."""
