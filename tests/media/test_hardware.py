"""Decoding for the screen on a device: only where it is exact, and software as soon as it fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from clips import Recipe, write_clip

from app.core.errors import UserError
from app.media.clip_reader import ClipReader
from app.media.frame import VideoFrame
from app.media.hardware import SOFTWARE, ScreenReader, known_devices, screen_reader
from app.media.reader import open_clip

COUNT = 20


@pytest.fixture
def exact(tmp_path: Path) -> Iterator[ClipReader]:
    path = write_clip(Recipe("libx264", "clip.mkv", times=range(COUNT)), tmp_path)
    with open_clip(path) as reader:
        yield reader


class Card(ClipReader):
    """A card's decoder: the software's frames, changed or refused from some frame on."""

    def __init__(self, exact: ClipReader, *, wrong_from: int = COUNT, fails_from: int = COUNT) -> None:
        self.info, self.timestamps, self.durations = exact.info, exact.timestamps, exact.durations
        self.exact, self.wrong_from, self.fails_from = exact, wrong_from, fails_from
        self.closed = False
        self.asked: list[int] = []

    def frame(self, index: int) -> VideoFrame:
        self.asked.append(index)
        if index >= self.fails_from:
            raise UserError("The card is gone.")
        frame = self.exact.frame(index)
        return frame if index < self.wrong_from else replace(frame, planes=tuple(255 - each for each in frame.planes))

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[VideoFrame]:
        for index in range(*self._checked_range(start, stop)):
            yield self.frame(index)

    def close(self) -> None:
        self.closed = True


def test_an_exact_device_decodes_for_the_screen(exact: ClipReader) -> None:
    card = Card(exact)
    reader = screen_reader(exact, ["card"], lambda _device: card)
    assert reader.decoder == "card"
    card.asked.clear()
    assert reader.frame(7).index == 7 and card.asked == [7]
    assert [frame.index for frame in reader.frames(3, 6)] == [3, 4, 5]
    assert reader.decoding_start(5) == exact.decoding_start(5) and len(reader) == COUNT
    reader.close()
    assert card.closed


def test_a_device_that_gives_other_samples_is_not_used(exact: ClipReader) -> None:
    card = Card(exact, wrong_from=5)
    reader = screen_reader(exact, ["card"], lambda _device: card)
    assert card.closed and reader.decoder.startswith(SOFTWARE)
    assert np.array_equal(reader.frame(7).planes[0], exact.frame(7).planes[0])


def test_the_next_device_is_tried_when_one_cannot_be_opened(exact: ClipReader) -> None:
    def open_on(device: str) -> ClipReader:
        if device == "missing":
            raise UserError("There is no such card.")
        return Card(exact)

    assert screen_reader(exact, ["missing", "card"], open_on).decoder == "card"
    assert screen_reader(exact, ["missing"], open_on).decoder.startswith(SOFTWARE)
    assert screen_reader(exact, [], open_on).decoder.startswith(SOFTWARE)


def test_a_device_that_fails_later_is_given_up_without_a_gap(exact: ClipReader) -> None:
    card = Card(exact, fails_from=14)
    reader = ScreenReader(exact, card, "card")
    frames = list(reader.frames())
    assert [frame.index for frame in frames] == list(range(COUNT))
    assert card.closed and "The card is gone" in reader.decoder
    card.asked.clear()
    assert reader.frame(2).index == 2 and card.asked == []
    second = ScreenReader(exact, Card(exact, fails_from=3), "card")
    assert second.frame(4).index == 4 and second.decoder.startswith(SOFTWARE)


def test_asking_this_machine_never_fails(exact: ClipReader) -> None:
    with screen_reader(exact) as reader:
        assert reader.decoder in known_devices() or reader.decoder.startswith(SOFTWARE)
        assert np.array_equal(reader.frame(9).planes[0], exact.frame(9).planes[0])


def test_a_device_that_is_not_there_is_told_in_a_sentence(exact: ClipReader) -> None:
    with pytest.raises(UserError, match="cannot be decoded on vdpau"):
        open_clip(exact.info.path, hardware="vdpau")


@pytest.mark.parametrize(
    ("given", "wanted", "dtype", "shift"), [("nv12", "yuv420p", np.uint8, 0), ("p010le", "yuv420p10le", np.uint16, 6)]
)
def test_what_cards_give_is_taken_apart_without_loss(given: str, wanted: str, dtype: type, shift: int) -> None:
    bits = 8 if shift == 0 else 10
    samples = np.random.default_rng(3).integers(0, 1 << bits, (96, 128)).astype(dtype)
    frame = av.VideoFrame(128, 64, given)
    for plane, rows in zip(frame.planes, (samples[:64], samples[64:]), strict=True):
        line = np.zeros((plane.height, plane.line_size), np.uint8)
        packed = np.ascontiguousarray(rows << shift).view(np.uint8)
        line[:, : packed.shape[1]] = packed
        plane.update(line.tobytes())
    found = frame.reformat(format=wanted)
    planes = [np.frombuffer(plane, dtype).reshape(plane.height, -1)[:, : plane.width] for plane in found.planes]
    assert np.array_equal(planes[0], samples[:64])
    assert np.array_equal(planes[1], samples[64:, 0::2]) and np.array_equal(planes[2], samples[64:, 1::2])
