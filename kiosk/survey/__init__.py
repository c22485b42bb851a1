"""Questionnaires, their versions and their wording."""
