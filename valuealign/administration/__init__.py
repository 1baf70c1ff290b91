"""Administration of instruments: plan, render, send, read, record."""
