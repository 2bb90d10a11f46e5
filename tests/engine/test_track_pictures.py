"""Pictures for the tracker: who decodes them is closed when they are read, and at once when that is stopped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.errors import Cancelled
from app.engine.track_pictures import Pictures


@dataclass(frozen=True)
class Frame:
    """A frame of one grey."""

    index: int

    @property
    def rgb(self) -> NDArray[np.uint8]:
        return np.full((12, 16, 3), self.index, np.uint8)


class Walk:
    """Frames of a clip, which note that they were closed."""

    def __init__(self) -> None:
        self.closed = False

    def frames(self) -> Iterator[Frame]:
        try:
            yield from map(Frame, range(5))
        finally:
            self.closed = True


def test_pictures_are_kept_in_order_and_told_of() -> None:
    walk, told = Walk(), []
    with Pictures(None, 8) as pictures:
        pictures.read(walk.frames(), told.append)
        assert told == [1, 2, 3, 4, 5] and walk.closed
        assert [int(pictures[place][0, 0, 0]) for place in range(len(pictures))] == [0, 1, 2, 3, 4]
        pictures.read([Frame(9)], told.append)
        assert len(pictures) == 6


def test_a_stop_closes_the_decoder_while_whoever_stopped_it_is_told() -> None:
    walk = Walk()

    def stopping(number: int) -> None:
        if number == 3:
            raise Cancelled

    with Pictures(None, 8) as pictures, pytest.raises(Cancelled) as stopped:
        pictures.read(walk.frames(), stopping)
    assert walk.closed and stopped.tb is not None
    assert len(pictures) == 2
