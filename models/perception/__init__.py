"""How alike pictures look: features of classification networks, for losses, for metrics and for choosing candidates."""
