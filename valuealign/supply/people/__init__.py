"""People as respondents: who answers, what a given answer means, sheets out and in."""
