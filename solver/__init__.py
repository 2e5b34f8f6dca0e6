"""A problem in, a plan out: the planning of laboratory work in integer ticks.

Knows no dates, no database and no web.
"""
