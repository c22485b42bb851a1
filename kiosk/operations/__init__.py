"""Keeping the service: health, periodic work, public pages."""
