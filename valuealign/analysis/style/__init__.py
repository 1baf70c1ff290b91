"""Response style: use of the scale, acquiescence, and effects of the form."""
