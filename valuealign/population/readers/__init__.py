"""Readers of files of people: columns, codes, groups, weights and sums."""
