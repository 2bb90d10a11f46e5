"""The mask propagator's training."""
