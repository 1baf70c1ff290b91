"""What the answers of a respondent, or of many, permit a person to conclude."""
