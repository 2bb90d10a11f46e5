"""VOIN: completes an object's shape, motion and picture behind what covers it (Ke, Tai and Tang 2021)."""
