"""Mask tracking behind one protocol."""
