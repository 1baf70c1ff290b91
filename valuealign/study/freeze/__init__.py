"""Freezing of studies: hashes written before data are collected, and compared afterwards."""
