"""Rules that rate replies without a model: their files, how they rate, and who asks them."""
