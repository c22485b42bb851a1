"""Taps and forms become stored answer sheets."""
