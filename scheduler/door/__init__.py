"""Who is let in: accounts and their roles, passwords, sessions, one-time links and tokens.

Knows no HTTP, and nothing of what is booked.
"""
