"""Benchmarks: each row a ratio within one run, because absolute figures are a machine's."""
