"""That what is written about Pilotline is true of it."""
