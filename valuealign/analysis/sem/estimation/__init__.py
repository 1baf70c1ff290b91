"""From sample statistics and a parameter table to estimates."""
