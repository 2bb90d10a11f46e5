"""Composites with known truth, metrics and, later, training loops. Imports nothing of ``app``."""
