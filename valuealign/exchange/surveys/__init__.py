"""Survey files of other programs, read as items of a new instrument."""
