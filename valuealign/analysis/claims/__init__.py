"""Claims that the answers of one respondent, or of many, permit."""
