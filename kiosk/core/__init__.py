"""Ids, periods, text and the database base: the ground every room stands on."""
