"""Composites with known truth: what the benchmark measures on and trainings are watched on."""
