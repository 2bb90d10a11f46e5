"""What VORNet notes on its fills. Light: the app's door to the models imports it at once."""

SKIPPED = "networks skipped"
"""The note of a fill that needed no network."""
