"""Agreement of raters, forms and occasions."""
