"""Statistics that take arrays, frames and plain values, and know nothing of the other rooms."""
