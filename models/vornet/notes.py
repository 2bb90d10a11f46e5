"""What VORNet notes on its fills. Light: the app's door to the models imports it at once."""

SKIPPED = "networks skipped"
"""The note of a fill that needed no network."""
SMALLER = "the graphics card's memory was full: the networks saw smaller pictures"
"""The note of a fill that was refined on a smaller crop than planned."""
MOVED = "the graphics card's memory was full: the networks ran on the CPU"
"""The note of a fill whose networks had to leave the graphics card."""
SHORT_OF_MEMORY = (SMALLER, MOVED)
