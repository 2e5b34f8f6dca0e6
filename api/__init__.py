"""The doors: REST, web pages, command line. No SQL, no rules."""
