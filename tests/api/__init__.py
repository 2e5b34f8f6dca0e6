"""Tests of the doors: REST, pages, command line."""
