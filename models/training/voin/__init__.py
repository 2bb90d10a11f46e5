"""VOIN's training: the YouTube-VOI recipe, four stages, tables with their floors."""
