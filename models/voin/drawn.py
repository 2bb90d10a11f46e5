"""What a user drew of an object's whole shape beyond what other frames show of it: there, too, the object is painted.

Other frames say where a predicted shape takes in too much, and are believed. A user who draws knows better; but who
mends a shape in one place has not looked at every border, so slips beside an outline stay what other frames say.
"""

from __future__ import annotations

import cv2
import numpy as np

from models.voin.picture import Mask

_HALF = 0.5


def wide_parts(beyond: Mask, beside_px: float) -> Mask:
    """``(h, w)`` bool: of a mask ``(h, w)`` the parts that are at least ``beside_px`` wide, with what joins them."""
    reach = max(1, round(_HALF * beside_px))
    apart = cv2.distanceTransform(np.pad(beyond, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    wide = (apart >= reach).astype(np.uint8)
    return np.asarray((cv2.dilate(wide, np.ones((2 * reach + 3,) * 2, np.uint8)) > 0) & beyond, np.bool_)
