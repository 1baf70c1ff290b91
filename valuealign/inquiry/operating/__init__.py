"""Operating characteristics: error rates of the verdict under known truths."""
