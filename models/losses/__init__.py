"""What training minimises (VORNet section 3.4)."""
