"""The verdict: rules, decisions and sentences about permitted claims."""
