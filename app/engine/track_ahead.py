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

View = NDArray[np.uint8]

_KEPT = 4
"""Looks that are kept: several objects are looked at in the same pictures."""


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
        self._looks: OrderedDict[int, Future[Embedding]] = OrderedDict()

    def begin(self, index: int, view: View) -> None:
        """Looks at a frame's picture ``(H, W, 3)`` uint8 RGB beside what the caller does, unless it is known."""
        if index in self._looks:
            self._looks.move_to_end(index)
            return
        self._looks[index] = self._worker.submit(self.segmenter.embed, view, self._go_on)
        while len(self._looks) > _KEPT:
            self._looks.popitem(last=False)[1].cancel()

    def answer(self, index: int, view: View, prompt: SegmentPrompt) -> Segmentation:
        """What a prompt means in a frame's picture; waits for the look at it.

        Raises:
            UserError: the segmenter fails.
            Cancelled: the checkpoint stopped it.
        """
        self.begin(index, view)
        embedding = self._looks[index].result()
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
