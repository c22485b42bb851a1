"""Twelve simulated months, sent through the real intake."""
