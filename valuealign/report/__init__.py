"""The report: one self-contained HTML page, from the design to the verdict."""
