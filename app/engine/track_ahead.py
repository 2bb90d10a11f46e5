"""Pictures that a segmenter looks at ahead, beside the tracker: in a thread of its own, one at a time.

Looking at a picture takes a segmenter as long as the tracker takes for ten frames or more. Which pictures it will look
at is known beforehand, so that it looks while the tracker is on its way there. An answer depends on the picture and the
prompt alone, never on when it was ready.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from app.core.errors import Cancelled
from app.engine.loader import Embedding, Segmentation, Segmenter, SegmentPrompt, go_on
from app.engine.track_sight import USUAL, Sight

View = NDArray[np.uint8]

_KEPT = 16
"""Looks that are kept: several objects are looked at in the same pictures, or each in a part of its own."""


class LooksAhead:
    """A segmenter and its looks at a clip's pictures. Close it, or use it in a ``with`` statement.

    Args:
        segmenter: which; nobody else may use it meanwhile.
        checkpoint: raises to stop, from whatever thread it is called in.
    """

    def __init__(self, segmenter: Segmenter, checkpoint: Callable[[], object] = go_on) -> None:
        self.segmenter = segmenter
        self._checkpoint = checkpoint
        self._closed = False
        self._worker = ThreadPoolExecutor(1, "look-ahead")
        self._looks: OrderedDict[tuple[int, Sight], Future[Embedding]] = OrderedDict()

    def begin(self, index: int, view: View, sight: Sight = USUAL) -> None:
        """Looks at a frame's picture beside what the caller does, unless that look is known.

        Args:
            index: the frame.
            view: ``(H, W, 3)`` uint8 RGB.
            sight: what of it is looked at, and how.
        """
        key = index, sight
        if key in self._looks:
            self._looks.move_to_end(key)
            return
        arguments = () if sight.side_px is None else (sight.side_px,)
        self._looks[key] = self._worker.submit(self.segmenter.embed, sight.of(view), self._go_on, *arguments)
        while len(self._looks) > _KEPT:
            self._looks.popitem(last=False)[1].cancel()

    def answer(self, index: int, view: View, prompt: SegmentPrompt, sight: Sight = USUAL) -> Segmentation:
        """What a prompt means in a frame's picture; waits for the look at it.

        Args:
            index: the frame.
            view: ``(H, W, 3)`` uint8 RGB, the whole picture.
            prompt: in pixels of what is looked at.
            sight: see ``begin``.

        Raises:
            UserError: the segmenter fails.
            Cancelled: the checkpoint stopped it.
        """
        self.begin(index, view, sight)
        embedding = self._looks[index, sight].result()
        return self._worker.submit(self.segmenter.predict, embedding, prompt).result()

    def close(self) -> None:
        """Stops what is under way and forgets everything."""
        self._closed = True
        self._worker.shutdown(wait=True, cancel_futures=True)
        self._looks.clear()

    def _go_on(self) -> None:
        if self._closed:
            raise Cancelled
        self._checkpoint()
