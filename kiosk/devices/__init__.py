"""Tablets and posters: where an answer may come from."""
