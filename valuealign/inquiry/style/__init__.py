"""What a model would answer whatever was asked: each bias by its own probe."""
