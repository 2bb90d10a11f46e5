"""The metrics, their tables and their picture."""
