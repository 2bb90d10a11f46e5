"""Composites with known truth, metrics, and the networks' trainings. Imports nothing of ``app``."""
