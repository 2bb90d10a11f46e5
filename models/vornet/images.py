"""VORNet on plain pictures: ``step(image, mask) -> image``, for scripts, notebooks and tests.

The product hands over native planes instead (``remover.py``); here R, G and B are the planes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.propagation.picture import HoleFrame, Picture, PicturePlane
from models.vornet.paper import PaperRemover
from models.vornet.remover import VornetRemover


@dataclass(frozen=True, slots=True)
class ImageState:
    """All that later pictures depend on.

    Attributes:
        index: of the next picture.
        cut: whether it begins a shot.
        remover: the remover's own state.
    """

    index: int
    cut: bool
    remover: bytes


class ImageRemover:
    """Removes an object from pictures that come one after another.

    Args:
        remover: VORNet without a delay, at its beginning.
    """

    def __init__(self, remover: VornetRemover | PaperRemover) -> None:
        self._remover = remover
        self._index = 0
        self._cut = True

    def reset(self) -> None:
        """Forgets everything: the next picture begins a shot."""
        self._remover.reset()
        self._cut = True

    def save_state(self) -> ImageState:
        """Where it is now; ``load_state`` continues exactly from there."""
        return ImageState(self._index, self._cut, self._remover.save_state())

    def load_state(self, state: ImageState) -> None:
        """Goes on from a saved state.

        Raises:
            ValueError: it was saved under other settings or weights.
        """
        self._remover.load_state(state.remover)
        self._index, self._cut = state.index, state.cut

    def step(self, image: NDArray[np.uint8], mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """The next picture without what the mask covers.

        Args:
            image: ``(H, W, 3)`` uint8 RGB, all of one size until ``reset``.
            mask: ``(H, W)`` bool, True = fill; it should reach a few pixels beyond the object.

        Returns:
            A new ``(H, W, 3)`` uint8 picture; outside the mask it equals ``image``.
        """
        assert image.shape[:2] == mask.shape
        planes = tuple(PicturePlane(np.ascontiguousarray(image[..., channel])) for channel in range(3))
        frame = HoleFrame(Picture(self._index, image, planes), mask, cut=self._cut)
        self._index, self._cut = self._index + 1, False
        (fill,) = self._remover.step(frame)
        result = image.copy()
        part = slice(fill.top, fill.top + fill.height), slice(fill.left, fill.left + fill.width)
        hole = mask[part]
        for channel, samples in enumerate(fill.planes):
            result[part][..., channel][hole] = samples[hole]
        return result
