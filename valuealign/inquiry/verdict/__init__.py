"""Which claims responses permit: rules, decisions and sentences."""
