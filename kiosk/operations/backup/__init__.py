"""Copies of the whole database: made, proved, brought back, and thinned out with age."""
