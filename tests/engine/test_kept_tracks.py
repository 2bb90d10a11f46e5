"""Finished walks are kept, and found again under the same clip, anchor and shot only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import models.registry
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.prompts import BoxPrompt, MaskPrompt, Prompt
from app.engine import kept_tracks
from app.engine.kept_tracks import KeptWalks, kept_or_tracked_together, pack_track, together_key, unpack_track
from app.engine.loader import tracker_version
from app.engine.results import ResultCache
from app.engine.track_settings import TrackSettings
from app.engine.track_ways import TrackedFrame, Way
from app.engine.tracking import track
from models.registry import WeightsFile

BOX = BoxPrompt(Rect(3, 4, 10, 12), 2)
SIZE, COUNT = (160, 120), 120
USUAL = TrackSettings()


def disc(x: int) -> MaskBlob:
    rows, columns = np.mgrid[:60, :90]
    return MaskBlob.from_array((rows - 30) ** 2 + (columns - x) ** 2 <= 100)


ANSWERS = [
    TrackedFrame(2, disc(20), 1.0),
    TrackedFrame(3, MaskBlob.empty(90, 60), 0.25),
    TrackedFrame(4, disc(70), 0.8),
]
WAY = Way(BOX, (0, 60), range(3, 20), range(1, -1, -1))


def walks(folder: Path, settings: TrackSettings = USUAL) -> KeptWalks:
    return KeptWalks.of(ResultCache(folder), "clip", SIZE, 40, fields=False, settings=settings)


def test_packed_answers_come_back_equal() -> None:
    assert unpack_track(pack_track(ANSWERS)) == ANSWERS


def test_a_walk_is_kept_by_its_direction(tmp_path: Path) -> None:
    kept = walks(tmp_path)
    assert kept.get(WAY, 1) is None
    kept.put(WAY, 1, ANSWERS)
    assert kept.get(WAY, 1) == ANSWERS and kept.get(WAY, -1) is None
    assert walks(tmp_path).get(replace(WAY, forward=range(3, 9)), 1) == ANSWERS  # where it ends is no part of its name


def test_a_cache_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    kept = walks(tmp_path / "file" / "cache")
    kept.put(WAY, 1, ANSWERS)
    assert kept.get(WAY, 1) is None


def test_everything_that_a_walk_depends_on_changes_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    usual = walks(tmp_path)
    model = tmp_path / "vit.onnx"
    model.write_bytes(b"1")
    kepts = [
        usual,
        replace(usual, identity="other"),
        replace(usual, scale=0.5),
        replace(usual, fields=True),
        walks(tmp_path, TrackSettings("box")),
        walks(tmp_path, TrackSettings("box", (model,))),
        walks(tmp_path, TrackSettings(look_again=5)),
        walks(tmp_path, TrackSettings(segmenter="mobile-sam")),
    ]
    names = [kept.key(WAY, 1).digest for kept in kepts]
    prompts: list[Prompt] = [BoxPrompt(BOX.rect, 3), BoxPrompt(Rect(3, 4, 10, 13), 2), MaskPrompt(disc(20), 2)]
    names += [usual.key(replace(WAY, anchor=prompt), 1).digest for prompt in prompts]
    names += [usual.key(replace(WAY, shot=(0, 61)), 1).digest, usual.key(WAY, -1).digest]
    names.append(usual.key(replace(WAY, beyond=((60, 90),)), 1).digest)
    assert usual.key(replace(WAY, beyond=((60, 90),)), -1).digest in names  # backward that shot is not gone through
    monkeypatch.setattr(kept_tracks, "tracker_version", lambda settings: "another")
    names.append(walks(tmp_path).key(WAY, 1).digest)
    assert len(set(names)) == len(names)


@dataclass
class _Frame:
    rgb: NDArray[np.uint8]


@dataclass
class _Still:
    """A red square on a grey wall, and which frames of it were decoded."""

    decoded: list[int] = field(default_factory=list)

    def mask(self) -> NDArray[np.bool_]:
        return box_mask(Rect(40, 40, 30, 30), *SIZE)

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[_Frame]:
        for index in range(start, COUNT if stop is None else stop):
            self.decoded.append(index)
            view = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
            view[self.mask()] = (200, 40, 30)
            yield _Frame(view)


@dataclass
class _Counting:
    """A keeper that counts what is walked."""

    kept: KeptWalks
    walked: list[tuple[int, int, int]] = field(default_factory=list)

    def get(self, way: Way, direction: int) -> object:
        return self.kept.get(way, direction)

    def put(self, way: Way, direction: int, answers: list[TrackedFrame]) -> None:
        if direction:
            self.walked.append((way.anchor.frame, direction, len(answers)))
        self.kept.put(way, direction, answers)


def test_a_new_anchor_walks_only_to_its_neighbours(tmp_path: Path) -> None:
    clip = _Still()
    anchors = [MaskPrompt(MaskBlob.from_array(clip.mask()), frame) for frame in (0, 100)]
    first = _Counting(walks(tmp_path))
    whole = list(track(clip, anchors, frames=(0, COUNT), count=COUNT, kept=first))
    assert first.walked == [(0, 1, 50), (100, 1, 19), (100, -1, 49)]
    again = _Counting(walks(tmp_path))
    clip.decoded.clear()
    told: list[int] = []
    same = track(clip, anchors, frames=(0, COUNT), count=COUNT, kept=again, on_answer=lambda a: told.append(a.index))
    assert list(same) == whole and not again.walked and not clip.decoded
    assert sorted(told) == list(range(COUNT))
    third = MaskPrompt(MaskBlob.from_array(clip.mask()), 20)
    between = _Counting(walks(tmp_path))
    answers = list(track(clip, [*anchors, third], frames=(0, COUNT), count=COUNT, kept=between))
    assert between.walked == [(20, 1, 40), (20, -1, 9)]
    assert clip.decoded == list(range(91))  # 30 frames beyond what is walked
    assert answers[:11] == whole[:11] and answers[61:] == whole[61:]


def test_a_walk_that_breaks_off_is_not_kept(tmp_path: Path) -> None:
    clip = _Still()
    kept = _Counting(walks(tmp_path))

    def stop(answer: TrackedFrame) -> None:
        if answer.index == 3:
            raise KeyboardInterrupt

    anchor = MaskPrompt(MaskBlob.from_array(clip.mask()), 0)
    with pytest.raises(KeyboardInterrupt):
        list(track(clip, [anchor], frames=(0, 10), count=COUNT, kept=kept, on_answer=stop))
    assert not kept.walked


def test_a_joint_track_is_made_once(tmp_path: Path) -> None:
    objects = {5: [BOX], 3: [BoxPrompt(Rect(1, 1, 5, 5), 0)]}
    cache, key = ResultCache(tmp_path), together_key("clip", objects, (2, 5), fields=False, settings=USUAL)
    made: list[int] = []

    def track_anew() -> dict[int, list[TrackedFrame]]:
        made.append(1)
        return {5: ANSWERS, 3: [replace(answer, presence=0.5) for answer in ANSWERS]}

    for _ in range(2):
        found = kept_or_tracked_together(cache, key, [5, 3], track_anew)
        assert found[5] == ANSWERS and {answer.presence for answer in found[3]} == {0.5}
    assert len(made) == 1
    stopping = replace(USUAL, stop_when_lost=True)
    others = [
        together_key("clip", objects, (2, 5), fields=False, settings=stopping),
        together_key("clip", objects, (2, 6), fields=False, settings=USUAL),
        together_key("clip", {5: [BOX, *objects[3]], 3: objects[3]}, (2, 5), fields=False, settings=USUAL),
    ]
    assert len({key.digest, *(other.digest for other in others)}) == 4


def test_a_segmenter_whose_weights_are_damaged_is_none(user_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"part{number}.bin": f"part {number}".encode() for number in range(2)}
    entries = tuple(
        WeightsFile(f"test {name}", name, len(data), hashlib.sha256(data).hexdigest()) for name, data in files.items()
    )
    monkeypatch.setitem(models.registry.SEGMENTERS, "mobile-sam", entries)
    folder = user_folders / "data" / "weights"
    folder.mkdir(parents=True)
    named = [tracker_version(USUAL)]
    for name, data in files.items():
        (folder / name).write_bytes(data)
        named.append(tracker_version(USUAL))
    (folder / "part1.bin").write_bytes(b"damage")
    named.append(tracker_version(USUAL))
    assert [" mobile-sam " in version for version in named] == [False, False, True, False]
    assert named[0] == named[3]
