"""A made-up citizen who proves that every score is taken in and counted nowhere."""
