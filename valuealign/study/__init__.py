"""Studies: files that declare instruments, respondents, forms, occasions and comparisons."""
