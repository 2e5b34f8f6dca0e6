"""A test module per constraint, by the names of the rules."""
