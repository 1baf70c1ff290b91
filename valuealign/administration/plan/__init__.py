"""Plans: forms, personas, and the plan that crosses them."""
