"""What is written about Pilotline, and the programs that draw it."""
