"""Ratings of a judge, corrected by ratings that people gave to a random part."""
