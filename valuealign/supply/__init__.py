"""From a model's name to something that answers, and from there to responses in a store."""
