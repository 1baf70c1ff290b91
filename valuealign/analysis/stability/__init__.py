"""Stability of answers over variants of a stimulus or settings."""
