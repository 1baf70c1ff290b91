"""Factor extraction, number of factors, retention and congruence."""
