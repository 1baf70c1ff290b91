"""Alpha, omega and generalizability."""
