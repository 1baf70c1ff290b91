"""Pictures: checked by their content, known by their hash, changed by named rules, or drawn."""
