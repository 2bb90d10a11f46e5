"""What the pointer does on the picture: one tool at a time, each a gesture that ends in one edit."""
