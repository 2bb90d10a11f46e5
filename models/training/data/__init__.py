"""What training reads: clips, masks and stills of a folder, their fixed halves, the SVOR recipe, synthetic motion."""
