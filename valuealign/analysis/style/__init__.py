"""How a respondent answers whatever is asked: position, agreement, level, form."""
