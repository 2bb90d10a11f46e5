"""What every segmenter offers: look at a picture once, then answer prompts about it as often as asked.

Coordinates are picture pixels as the pointer gives them: x to the right and y down, from the picture's top left corner,
so that the first pixel's middle is (0.5, 0.5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

RgbView = NDArray[np.uint8]
"""``(H, W, 3)`` uint8."""
Logits = NDArray[np.float32]
Checkpoint = Callable[[], object]
"""Called several times a second; raises to stop."""

_SURE = 16.0
"""How sure a rough mask is made to look. Measured with MobileSAM on 20 stills, masks of IoU 0.653 and the boxes
round them: IoU 0.732 at 8, 0.773 at 16, 0.768 at 40; the boxes alone give 0.739, the masks alone nothing of use."""
OUTSIDE = -_SURE
"""The logit of what is surely outside the object."""


class SegmenterError(RuntimeError):
    """A segmenter cannot start or fails; the message says what to do."""


def go_on() -> None:
    """Stands in for a checkpoint where nobody stops anything."""


def threads_in_words(count: int) -> str:
    """``1 thread``, ``2 threads``: how ``running_on`` says it."""
    return "1 thread" if count == 1 else f"{count} threads"


def _no_points() -> NDArray[np.float32]:
    return np.zeros((0, 2), np.float32)


def _no_labels() -> NDArray[np.int64]:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class SegmentPrompt:
    """What is said about an object; at least a point that is in it, a box, or a low-resolution mask.

    Attributes:
        points: ``(N, 2)`` float32, x then y.
        labels: ``(N,)`` 1 where the point is on the object, 0 where it is not.
        box: left, top, right, bottom; None if there is none.
        low_res: ``(S, S)`` float32 logits, as ``Segmentation.low_res`` or from ``Segmenter.low_res_of``; None if there
            are none.
    """

    points: NDArray[np.float32] = field(default_factory=_no_points)
    labels: NDArray[np.int64] = field(default_factory=_no_labels)
    box: tuple[float, float, float, float] | None = None
    low_res: Logits | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing says where the object is."""
        return self.box is None and self.low_res is None and not bool((self.labels == 1).any())


class Masks(Protocol):
    """Masks of one picture, ``(H, W)`` bool, True = the object: in an array ``(K, H, W)``, or made when asked for."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: int, /) -> NDArray[np.bool_]: ...

    def __iter__(self) -> Iterator[NDArray[np.bool_]]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Enlarged:
    """Masks from logits, each enlarged to the picture when it is asked for: of a large picture that takes its time.

    Attributes:
        logits: ``(K, S, S)``, see ``full_size``.
        height: of the picture.
        width: of the picture.
    """

    logits: Logits
    height: int
    width: int

    def __len__(self) -> int:
        return len(self.logits)

    def __getitem__(self, place: int, /) -> NDArray[np.bool_]:
        return full_size(self.logits[place], self.height, self.width)

    def __iter__(self) -> Iterator[NDArray[np.bool_]]:
        return (self[place] for place in range(len(self)))


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """A segmenter's candidates, the one to take first.

    Attributes:
        masks: of all K candidates; K is at least 1.
        scores: ``(K,)`` float32, how well the segmenter believes each to fit (0 to 1).
        low_res: ``(K, S, S)`` float32 logits to refine from.
    """

    masks: Masks
    scores: NDArray[np.float32]
    low_res: NDArray[np.float32]


class Embedding(Protocol):
    """What a segmenter keeps of a picture; opaque to everybody else."""

    @property
    def size_bytes(self) -> int:
        """Memory that it takes."""
        ...


class Segmenter(Protocol):
    """Answers prompts. ``embed`` and ``predict`` may be called from several threads, one at a time."""

    @property
    def name(self) -> str:
        """What ``--segmenter`` takes."""
        ...

    @property
    def running_on(self) -> str:
        """What computes, for people: library, device or provider, threads."""
        ...

    def embed(self, view: RgbView, checkpoint: Checkpoint = go_on, side_px: int | None = None) -> Embedding:
        """Looks at a picture ``(H, W, 3)`` uint8 RGB; the slow part.

        Args:
            view: the picture.
            checkpoint: raises to stop.
            side_px: of the network's square, the pixels that the picture's longer side is to span, for one that takes
                less time for fewer; the others look as always. None for all that there are.

        Raises:
            SegmenterError: it fails, for want of memory for example.
        """
        ...

    def predict(self, embedding: Embedding, prompt: SegmentPrompt) -> Segmentation:
        """The object that a prompt means.

        Args:
            embedding: from this segmenter's ``embed``.
            prompt: not empty.

        Raises:
            SegmenterError: it fails.
        """
        ...

    def low_res_of(self, mask: NDArray[np.bool_]) -> Logits:
        """A rough mask ``(H, W)`` bool of the same picture as logits to refine from."""
        ...


def rough_logits(mask: NDArray[np.bool_], side: int) -> Logits:
    """A mask on the grid of ``low_res``: the picture's longer side spans it, the rest is outside the object.

    Args:
        mask: ``(H, W)`` bool.
        side: of the grid.
    """
    import cv2

    height, width = mask.shape
    scale = side / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    share = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    logits = np.full((side, side), OUTSIDE, np.float32)
    logits[: size[1], : size[0]] = (2 * share - 1) * _SURE
    return logits


def full_size(low_res: Logits, height: int, width: int) -> NDArray[np.bool_]:
    """Where logits on the grid are above 0, in the picture's pixels.

    Args:
        low_res: ``(S, S)``, whose S spans the picture's longer side.
        height: of the picture.
        width: of the picture.
    """
    import cv2

    step = low_res.shape[0] / max(height, width)
    shift = 0.5 * step - 0.5
    place = np.array([[step, 0, shift], [0, step, shift]], np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    logits = cv2.warpAffine(low_res, place, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(logits > 0)
