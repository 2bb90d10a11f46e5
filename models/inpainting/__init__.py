"""Single-image fill: what no frame of the clip ever shows is guessed here."""
