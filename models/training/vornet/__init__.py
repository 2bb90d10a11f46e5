"""The refinement network's training, on ``propagate``'s real candidates."""
