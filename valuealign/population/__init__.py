"""Human samples: persons or sufficient statistics, with their provenance."""
