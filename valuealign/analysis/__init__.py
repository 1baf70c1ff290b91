"""Statistics of arrays, frames and plain values; this package imports no other of ours."""
