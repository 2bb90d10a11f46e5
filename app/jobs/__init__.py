"""Work beside the window: the job runner, cancel tokens and the bounded pipeline."""
