"""What is edited: masks, documents, edits and errors. No Qt, no media, no networks."""
