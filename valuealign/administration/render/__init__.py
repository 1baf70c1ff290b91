"""What a respondent is shown, and the body of a request."""
