"""Decoding for the screen on a device: only where it is exact, and software as soon as it fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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

    def __init__(
        self,
        exact: ClipReader,
        *,
        wrong_from: int = COUNT,
        fails_from: int = COUNT,
        with_error: Exception | None = None,
        leaves_out: int | None = None,
    ) -> None:
        self.info, self.timestamps, self.durations = exact.info, exact.timestamps, exact.durations
        self.exact, self.wrong_from, self.fails_from = exact, wrong_from, fails_from
        self.error = with_error or UserError("The card is gone.")
        self.leaves_out = leaves_out
        self.closed = False
        self.asked: list[int] = []

    def frame(self, index: int) -> VideoFrame:
        self.asked.append(index)
        if index >= self.fails_from:
            raise self.error
        frame = self.exact.frame(index)
        if index == self.leaves_out:  # as the reader fills in for a packet that the device refused
            return replace(frame, planes=self.exact.frame(index - 1).planes, damaged=True)
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


@pytest.mark.parametrize(
    "error",
    [
        av.error.ExternalError(542398533, "device lost"),
        RuntimeError("the driver was reset"),
        MemoryError(),
        OSError(5, "Input/output error"),
        ValueError("no such surface"),
    ],
)
def test_whatever_a_device_raises_in_the_middle_software_goes_on(exact: ClipReader, error: Exception) -> None:
    reader = ScreenReader(exact, Card(exact, fails_from=9, with_error=error), "card")
    _assert_exact(exact, list(reader.frames(5, 15)), range(5, 15))
    other = ScreenReader(exact, Card(exact, fails_from=9, with_error=error), "card")
    _assert_exact(exact, [other.frame(index) for index in (8, 9, 3, 12)], [8, 9, 3, 12])
    assert reader.decoder.startswith(SOFTWARE) and other.decoder.startswith(SOFTWARE)


def test_a_frame_that_a_device_leaves_out_is_never_another_one(exact: ClipReader) -> None:
    reader = ScreenReader(exact, Card(exact, leaves_out=11), "card")
    _assert_exact(exact, list(reader.frames()), range(COUNT))
    other = ScreenReader(exact, Card(exact, leaves_out=11), "card")
    _assert_exact(exact, [other.frame(10), other.frame(11)], [10, 11])
    assert "no picture for frame 11" in other.decoder


def test_a_card_that_fails_in_two_threads_is_given_up_once(exact: ClipReader) -> None:
    card = Card(exact, fails_from=4)
    reader = ScreenReader(exact, card, "card")
    walks = [reader.frames(0, 10), reader.frames(0, 10)]
    frames = [[next(walk) for _ in range(6)] for walk in walks]
    for found in frames:
        _assert_exact(exact, found, range(6))
    assert card.closed and reader.decoder == f"{SOFTWARE} (the card failed: The card is gone.)"
    reader.close()


def test_a_machine_without_devices_says_so(exact: ClipReader) -> None:
    def open_on(device: str) -> ClipReader:
        raise UserError(f"There is no {device} here.")

    assert screen_reader(exact, [], open_on).decoder == "software (FFmpeg knows no device here)"
    tried = screen_reader(exact, ["cuda", "qsv"], open_on)
    assert tried.decoder == "software (no device decodes this clip: cuda, qsv were tried)"


def _assert_exact(exact: ClipReader, frames: list[VideoFrame], indices: Iterable[int]) -> None:
    for frame, index in zip(frames, indices, strict=True):
        assert frame.index == index and not frame.damaged
        assert all(map(np.array_equal, frame.planes, exact.frame(index).planes)), index


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
