"""From the bytes of an exchange to a text, an outcome and option probabilities."""
