"""What is wrong with the way in which answers arrive, and who was told."""
