"""Reading and writing video through PyAV, frame-exact and in the clip's own planes."""
