"""``final``: both directions of time, every frame once and in order, bounded, and cancellable."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from panned_scene import HEIGHT, WIDTH, Scene, crossing, errors, in_picture, make_scene, same_fill, shown_before
from test_live import magenta_left, run

from models.propagation import propagator
from models.propagation.final import fill_range
from models.propagation.guess import guess_picture
from models.propagation.picture import BoolMask, Fill, HoleFrame, Picture
from models.propagation.settings import PropagationSettings
from models.propagation.store import SourcePicture

SIZE = (HEIGHT, WIDTH)
SETTINGS = PropagationSettings()


class StoppedError(Exception):
    """What a checkpoint raises to cancel."""


@dataclass
class Watched:
    """A range that counts its walks and knows which are still open."""

    scene: Scene
    walks: int = 0
    open: set[int] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.scene)

    def walk(self) -> Iterator[HoleFrame]:
        self.walks += 1
        number = self.walks
        self.open.add(number)
        try:
            yield from self.scene.frames
        finally:
            self.open.discard(number)


def final(scene: Scene, store: Path, settings: PropagationSettings = SETTINGS, **options: object) -> list[Fill]:
    store.mkdir(exist_ok=True)
    return list(fill_range(scene, settings, store=store, checkpoint=lambda: None, **options))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def leaving() -> Scene:
    """The object stands in the first frame and crosses: what it hides is shown only later."""
    return make_scene(crossing(12, start=4, step=6))


@pytest.fixture(scope="module")
def fills(leaving: Scene, tmp_path_factory: pytest.TempPathFactory) -> list[Fill]:
    return final(leaving, tmp_path_factory.mktemp("final"))


def test_every_frame_gives_one_fill_in_order(fills: list[Fill], leaving: Scene) -> None:
    assert [fill.index for fill in fills] == list(range(len(leaving)))


def test_sources_of_both_directions_are_found(fills: list[Fill], leaving: Scene) -> None:
    live = run(leaving)
    assert not live[0].seen.any()
    assert fills[0].seen.sum() > 0.8 * leaving.frames[0].hole.sum()
    assert fills[-1].seen.sum() > 0.5 * leaving.frames[-1].hole.sum()
    for one, other in zip(fills, live, strict=True):
        assert one.seen.sum() >= other.seen.sum()
    assert sum(fill.seen.sum() for fill in fills) > sum(fill.seen.sum() for fill in live)


def test_what_counts_as_seen_was_seen(fills: list[Fill], leaving: Scene) -> None:
    for position, fill in enumerate(fills):
        seen, hole = in_picture(fill.seen, fill, SIZE), leaving.frames[position].hole
        shown = shown_before(leaving, position, (2, 0), later=True)
        assert (seen & ~shown).sum() <= 0.02 * hole.sum(), position
        assert (shown & hole & ~seen).sum() <= 0.25 * hole.sum(), position


def test_the_background_comes_back(fills: list[Fill], leaving: Scene) -> None:
    for fill, truth, frame in zip(fills, leaving.truth, leaving.frames, strict=True):
        assert errors(fill, truth, in_picture(fill.seen, fill, SIZE))[0].mean() < 5, fill.index
        assert magenta_left(fill, frame) < 0.05, fill.index


def test_a_cut_is_not_looked_across(tmp_path: Path) -> None:
    old = make_scene([None, None, (40, 24, 16, 14)], pan=(0, 0), seed=1)
    new = make_scene([(40, 24, 16, 14), (40, 24, 16, 14), None], pan=(0, 0), seed=50, first=3)
    both = final(Scene(old.frames + new.frames, old.truth + new.truth), tmp_path / "both")
    alone = final(old, tmp_path / "old") + final(new, tmp_path / "new")
    assert all(same_fill(one, other) for one, other in zip(both, alone, strict=True))
    assert both[2].seen.any() and both[3].seen.any()
    first_of_new = replace(new.frames[0], picture=new.frames[0].picture)
    lonely = Scene([*old.frames, first_of_new], [])
    assert not final(lonely, tmp_path / "lonely")[-1].seen.any()


def test_a_small_store_drops_sources_and_says_so_but_fills_every_frame(tmp_path: Path, leaving: Scene) -> None:
    found = final(leaving, tmp_path / "store", store_bytes=1500)
    assert [fill.index for fill in found] == list(range(len(leaving)))
    assert all(any("dropped" in note for note in fill.notes) for fill in found)
    kept = sum(path.stat().st_size for path in (tmp_path / "store").glob("source_*"))
    assert kept < 10_000  # 1500 bytes of samples in at most a few files
    for fill, frame in zip(found, leaving.frames, strict=True):
        assert fill.seen.sum() + fill.guessed.sum() == frame.hole.sum()
        assert magenta_left(fill, frame) < 0.05


def test_without_dropped_sources_nothing_is_noted(fills: list[Fill]) -> None:
    assert not any("dropped" in note for fill in fills for note in fill.notes)


def test_a_store_of_no_bytes_fills_like_live(tmp_path: Path, leaving: Scene) -> None:
    found = final(leaving, tmp_path, store_bytes=0)
    for one, other in zip(found, run(leaving), strict=True):
        assert one.seen.sum() == pytest.approx(other.seen.sum(), abs=0.05 * one.seen.size)


@pytest.mark.parametrize("calls", [0, 5, 15, 26, 40, 55])
def test_a_checkpoints_exception_gets_out_and_leaves_nothing_open(tmp_path: Path, leaving: Scene, calls: int) -> None:
    watched, left = Watched(leaving), calls

    def checkpoint() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise StoppedError

    with pytest.raises(StoppedError):
        list(fill_range(watched, SETTINGS, store=tmp_path, checkpoint=checkpoint))
    assert watched.walks and not watched.open
    for path in tmp_path.iterdir():
        path.unlink()  # Windows would refuse an open file


def test_fills_that_nobody_takes_leave_nothing_open(tmp_path: Path, leaving: Scene) -> None:
    watched = Watched(leaving)
    fills = fill_range(watched, SETTINGS, store=tmp_path, checkpoint=lambda: None)
    next(iter(fills))
    fills.close()  # type: ignore[attr-defined]
    assert not watched.open


def test_a_checkpoint_is_passed_at_least_once_a_frame_of_every_walk(tmp_path: Path, leaving: Scene) -> None:
    watched, passed = Watched(leaving), 0

    def checkpoint() -> None:
        nonlocal passed
        passed += 1

    list(fill_range(watched, SETTINGS, store=tmp_path, checkpoint=checkpoint))
    assert watched.walks <= 3
    assert passed >= (watched.walks + 1) * len(leaving)


def test_progress_counts_every_walk_to_its_end(tmp_path: Path, leaving: Scene) -> None:
    told: dict[str, list[tuple[int, int]]] = {}
    final(leaving, tmp_path, progress=lambda name, done, total: told.setdefault(name, []).append((done, total)))
    assert len(told) >= 3
    for steps in told.values():
        assert steps == [(done, len(leaving)) for done in range(1, len(leaving) + 1)]


@pytest.mark.parametrize("box", [None, (40, 24, 16, 14), (0, 0, WIDTH, HEIGHT)])
def test_a_range_of_one_frame_is_filled(tmp_path: Path, box: tuple[int, int, int, int] | None) -> None:
    scene = make_scene([box])
    (fill,) = final(scene, tmp_path)
    assert fill.guessed.sum() == scene.frames[0].hole.sum() and not fill.seen.any()


def test_an_empty_range_gives_nothing(tmp_path: Path) -> None:
    assert final(Scene([], []), tmp_path) == []


def test_a_range_may_start_anywhere_in_the_clip(tmp_path: Path) -> None:
    scene = make_scene(crossing(5), first=1000)
    assert [fill.index for fill in final(scene, tmp_path)] == list(range(1000, 1005))


def test_frames_without_holes_pass_and_serve_as_sources(tmp_path: Path) -> None:
    scene = make_scene([None, (40, 24, 16, 14), (40, 24, 16, 14), None], pan=(0, 0))
    found = final(scene, tmp_path)
    assert [fill.width > 0 for fill in found] == [False, True, True, False]
    for fill in found[1:3]:
        assert fill.seen.sum() == scene.frames[1].hole.sum()


def test_a_retouched_frame_is_carried_both_ways(tmp_path: Path) -> None:
    scene = make_scene([(40, 24, 16, 14)] * 5, pan=(0, 0))
    found = final(scene.with_frame(2, picture=scene.truth[2], reference=True), tmp_path)
    assert [bool(fill.seen.any()) for fill in found] == [True, True, False, True, True]


def test_long_ranges_are_filled_across_the_blocks_they_are_worked_in(tmp_path: Path) -> None:
    count = 60  # more than two blocks of backward maps
    boxes = [None if index in (12, 36, 59) else (20 + index % 3, 20, 14, 14) for index in range(count)]
    scene = make_scene(boxes, pan=(0, 0), size=(56, 64))
    found = final(scene, tmp_path)
    assert [fill.index for fill in found] == list(range(count))
    assert all(fill.seen.sum() == frame.hole.sum() for fill, frame in zip(found, scene.frames, strict=True))


@pytest.mark.parametrize("size", [(16, 16), (17, 33)])
def test_tiny_and_odd_pictures_are_filled(tmp_path: Path, size: tuple[int, int]) -> None:
    scene = make_scene([(2 + index, size[0] // 3, 4, 5) for index in range(4)], size=size)
    for fill, frame in zip(final(scene, tmp_path), scene.frames, strict=True):
        assert fill.seen.sum() + fill.guessed.sum() == frame.hole.sum()


def test_ten_bit_planes_stay_ten_bit(tmp_path: Path) -> None:
    scene = make_scene([*crossing(4), None], pan=(0, 0), bits=10)
    for fill, truth in zip(final(scene, tmp_path)[:4], scene.truth, strict=False):
        assert all(samples.dtype == np.uint16 for samples in fill.planes)
        assert errors(fill, truth, in_picture(fill.seen, fill, SIZE))[0].mean() < 20


@pytest.mark.parametrize("cores", [2, 4])
def test_two_runs_are_equal_on_whatever_machine(
    tmp_path: Path, leaving: Scene, fills: list[Fill], monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    assert all(same_fill(one, other) for one, other in zip(final(leaving, tmp_path), fills, strict=True))


def test_what_a_guess_is_made_from_has_the_scenes_colours_up_to_the_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Borders at odd places: chroma samples lie half in what is known and half in what is guessed.
    scene = make_scene([(21 + 4 * position, 9, 33, 41) for position in range(4)], pan=(0, 0))
    apart: list[float] = []

    def watched(
        picture: Picture, unknown: BoolMask, forbidden: BoolMask, painted: NDArray[np.uint8] | None, **rest: Any
    ) -> SourcePicture:
        assert painted is not None
        filled = forbidden & ~unknown
        assert filled.sum() > 100
        difference = np.abs(painted[filled].astype(int) - scene.truth[picture.index].view[filled])
        apart.append(float(difference.mean(-1).max()))
        return guess_picture(picture, unknown, forbidden, painted, **rest)

    monkeypatch.setattr(propagator, "guess_picture", watched)
    final(scene, tmp_path / "store")
    assert apart and max(apart) < 20
