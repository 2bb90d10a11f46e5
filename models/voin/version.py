"""What names restorations in caches: goes up when the same masks and weights would give another picture or shape."""

from __future__ import annotations

RESTORER_VERSION = "17"
