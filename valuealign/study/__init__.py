"""A study is a file: instruments x respondents x forms x occasions, and what is compared."""
