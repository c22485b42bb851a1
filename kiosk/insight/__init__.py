"""The cube of daily counts, and the figures and dashboard read from it."""
