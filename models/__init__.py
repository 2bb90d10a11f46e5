"""Networks and the algorithms under them: numpy in, numpy out. Imports nothing of ``app``."""
