"""Human samples: persons or sufficient statistics, with who, when, where and how."""
