"""The one-stop centre: its points, service fields, opening hours and targets."""
