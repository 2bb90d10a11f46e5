"""Cleanplate's application: media, edits, jobs, engine, command line and window."""
