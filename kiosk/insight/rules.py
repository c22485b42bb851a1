"""What the figures may be asked for, and when small numbers keep silent."""

# The five factors of the ministry's survey, in its order (contract of the figures API).
FACTORS = ("access", "procedure", "staff", "result", "feedback")

# Levels 4 and 5 of the five-level scale: Hài lòng, Rất hài lòng.
SATISFIED = 4
