"""Optical flow estimators behind one protocol."""
