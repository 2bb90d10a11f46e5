"""A second opinion on where the object is: the mask network, asked in every step of the flow tracker.

Fixed methods add up evidence from the last picture and from the shot; the network compares the picture with templates
of the object. Where the one is led astray (a leak that goes on and on), the other has something to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.tracking.appearance import ColorModel
from models.tracking.mask_crops import Square, color_hint
from models.tracking.mask_network import Features, MaskNetwork, Memory
from models.weights import load_network

FloatMap = NDArray[np.float32]
View = NDArray[np.uint8]

SIDE_PX = 128
"""Of the crop that the network sees."""
_LARGEST_ODDS = np.float32(6)
_MOST_ANCHORS = 3
_SURE = 0.9
"""Presence from which an answer becomes the template of the pictures after it."""
_COUNTING = Lock()


@contextmanager
def one_thread() -> Iterator[None]:
    """Torch with one thread: a small network is no faster with two, which wait for each other actively.

    On two cores, beside the tracker's own threads, that takes as long again as all the rest of a step.
    """
    with _COUNTING:  # the number is the whole process's
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(before)


class MaskOpinion:
    """The mask network with its memory of one object.

    Args:
        network: in evaluation mode, on the CPU; may be shared, it holds no state.
        side_px: of the crop it sees, a multiple of ``mask_network.STRIDE``.
    """

    def __init__(self, network: MaskNetwork, side_px: int = SIDE_PX) -> None:
        self._network = network
        self._side_px = side_px
        self._anchors: list[Memory] = []
        self._last: Memory | None = None
        self._seen: tuple[Square, Features] | None = None

    def start(self) -> None:
        """Forgets everything."""
        self._anchors, self._last, self._seen = [], None, None

    @torch.inference_mode()
    @one_thread()
    def anchor(self, view: View, answer: FloatMap) -> None:
        """Takes a picture ``(H, W, 3)`` and the object's mask ``(H, W)``, 0 to 1, that the user gave; not empty."""
        square = Square.around(answer > 0.5)
        memory = self._memory(square, self._features(square, view), answer)
        self._anchors = [*self._anchors, memory][-_MOST_ANCHORS:]
        self._last = None

    @torch.inference_mode()
    @one_thread()
    def look(self, view: View, carried: FloatMap, color: ColorModel) -> tuple[FloatMap, float]:
        """Where the object is.

        Args:
            view: ``(H, W, 3)``.
            carried: ``(H, W)``, 0 to 1, the last answer carried over; not empty.
            color: what colours the object has.

        Returns:
            ``(H, W)`` log odds, very low outside the crop, and how sure it is that the object is there, 0 to 1.
        """
        assert self._anchors, "anchor first"
        square = Square.around(carried > 0.5)
        features = self._features(square, view)
        self._seen = square, features
        crop = square.cut(view, self._side_px)
        hints = [square.cut(carried, self._side_px, outside=cv2.BORDER_CONSTANT), color_hint(color, crop)]
        memory = Memory.of(*self._anchors, *([self._last] if self._last is not None else []))
        found = self._network(features, memory, *(torch.from_numpy(hint)[None, None] for hint in hints))
        odds = np.clip(found.logits[0, 0].numpy(), -_LARGEST_ODDS, _LARGEST_ODDS)
        return square.paste(odds, carried.shape[:2], -float(_LARGEST_ODDS)), float(found.presence.sigmoid())

    @torch.inference_mode()
    @one_thread()
    def remember(self, answer: FloatMap, presence: float) -> None:
        """Takes the answer ``(H, W)`` to the picture last looked at for the next template, if it is sure enough."""
        if self._seen is not None and presence >= _SURE and bool((answer > 0.5).any()):
            self._last = self._memory(*self._seen, answer)

    def _features(self, square: Square, view: View) -> Features:
        crop = square.cut(view, self._side_px)
        picture = torch.from_numpy(crop).movedim(-1, 0)[None].float() / 255
        found: Features = self._network.features(picture.contiguous(memory_format=torch.channels_last))
        return found

    def _memory(self, square: Square, features: Features, answer: FloatMap) -> Memory:
        mask = square.cut(answer, self._side_px, outside=cv2.BORDER_CONSTANT)
        return self._network.memorise(features, _tensor(mask))


def _tensor(mask: FloatMap) -> Tensor:
    return torch.from_numpy(mask)[None, None]


def load_mask_network(file: Path) -> MaskNetwork:
    """The network in a file of weights, ready for ``MaskOpinion``.

    Raises:
        WeightsError: the file holds none.
    """
    config, arrays = load_network(file, MaskNetwork.__name__)
    network = MaskNetwork(**config)
    network.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
    return network.eval().requires_grad_(False).to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]
