"""A finished track is kept, and found again under the same clip, prompts and frames only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.core.geometry import Rect
from app.core.masks import MaskBlob
from app.core.prompts import BoxPrompt, MaskPrompt, Prompt
from app.engine import kept_tracks
from app.engine.kept_tracks import kept_or_tracked, pack_track, track_key, unpack_track
from app.engine.results import ResultCache
from app.engine.tracking import TrackedFrame

BOX = BoxPrompt(Rect(3, 4, 10, 12), 2)


def disc(x: int) -> MaskBlob:
    rows, columns = np.mgrid[:60, :90]
    return MaskBlob.from_array((rows - 30) ** 2 + (columns - x) ** 2 <= 100)


ANSWERS = [
    TrackedFrame(2, disc(20), 1.0),
    TrackedFrame(3, MaskBlob.empty(90, 60), 0.25),
    TrackedFrame(4, disc(70), 0.8),
]


def test_packed_answers_come_back_equal() -> None:
    assert unpack_track(pack_track(ANSWERS)) == ANSWERS


def test_a_kept_track_is_told_and_not_made_again(tmp_path: Path) -> None:
    cache, key = ResultCache(tmp_path), track_key("clip", [BOX], (2, 5), fields=False)
    made: list[int] = []
    told: list[TrackedFrame] = []

    def track_anew() -> Iterator[TrackedFrame]:
        made.append(len(made))
        yield from ANSWERS

    assert kept_or_tracked(cache, key, track_anew, told.append) == ANSWERS
    assert not told  # the tracker itself tells as it goes
    assert kept_or_tracked(cache, key, track_anew, told.append) == ANSWERS
    assert told == ANSWERS and made == [0]
    assert kept_or_tracked(None, key, track_anew, told.append) == ANSWERS and made == [0, 1]


def test_a_track_that_breaks_off_is_not_kept(tmp_path: Path) -> None:
    cache, key = ResultCache(tmp_path), track_key("clip", [BOX], (2, 5), fields=False)

    def track_anew() -> Iterator[TrackedFrame]:
        yield ANSWERS[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept_or_tracked(cache, key, track_anew, lambda answer: None)
    assert cache.get(key) is None


def test_a_track_is_good_though_it_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    cache, key = ResultCache(tmp_path / "file" / "cache"), track_key("clip", [BOX], (2, 5), fields=False)
    assert kept_or_tracked(cache, key, lambda: ANSWERS, lambda answer: None) == ANSWERS


def test_everything_that_a_track_depends_on_changes_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def named(*prompts: Prompt, clip: str = "clip", frames: tuple[int, int] = (2, 5), fields: bool = False) -> bytes:
        return track_key(clip, prompts, frames, fields=fields).digest

    names = [
        named(BOX),
        named(BOX, clip="other"),
        named(BOX, frames=(2, 6)),
        named(BOX, fields=True),
        named(BoxPrompt(BOX.rect, 3)),
        named(BoxPrompt(Rect(3, 4, 10, 13), 2)),
        named(BOX, MaskPrompt(disc(20), 4)),
        named(MaskPrompt(disc(20), 4)),
        named(MaskPrompt(disc(21), 4)),
        named(MaskPrompt(disc(20), 3)),
    ]
    monkeypatch.setattr(kept_tracks, "tracker_version", lambda: "another")
    names.append(named(BOX))
    assert len(set(names)) == len(names)
