"""Removal without networks: VORNet's warping half (section 3.1) done with classical means."""
