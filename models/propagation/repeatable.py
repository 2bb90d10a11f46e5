"""The same input gives the same bits: OpenCV's IPP paths do not promise that.

Seen with OpenCV 5.0.0: a Gaussian of IPP rounds by where its array happens to lie in memory, and now and then a sample
of a fill differed by one level between two runs. Its switch counts for the calling thread only.
"""

from __future__ import annotations

import cv2


def use_repeatable_arithmetic() -> None:
    """Turns IPP off for the calling thread; quick enough to be called for every frame."""
    cv2.ipp.setUseIPP(False)
