"""What an administration is about: sets of stimuli, factorial templates, tables and variants."""
