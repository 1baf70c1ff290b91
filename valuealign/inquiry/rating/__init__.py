"""Ratings of replies: joined to what was rated, combined over raters, and labelled."""
