"""What every flow estimator offers: the displacement of each pixel from one picture to another."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Flow = NDArray[np.float32]


class FlowEstimator(Protocol):
    """Dense motion between two pictures of the same size."""

    def flow(self, from_view: NDArray[np.uint8], to_view: NDArray[np.uint8]) -> Flow:
        """Motion of every pixel of ``from_view``.

        Args:
            from_view: ``(H, W, 3)`` uint8 RGB, or ``(H, W)`` uint8 grey.
            to_view: the picture to find the pixels in, of the same height and width (either form).

        Returns:
            ``(H, W, 2)`` float32, dx then dy, in pixels: what is at ``(x, y)`` in ``from_view`` is at
            ``(x + dx, y + dy)`` in ``to_view``. A new array; the caller may change it.

        Raises:
            ValueError: the pictures differ in size.
        """
        ...
