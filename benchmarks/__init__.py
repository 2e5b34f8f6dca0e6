"""Measures the solver on public instance families, and peers beside it.

Knows nothing of laboratories, dates or the database; the instances themselves are not part of the project.
"""
