"""Posters with QR codes: laid out once in millimetres, painted as PDF, PNG or SVG."""
