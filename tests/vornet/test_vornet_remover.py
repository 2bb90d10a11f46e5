"""VORNet on top of ``propagate``: equal to it before training, inside the hole only, exact to resume."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from panned_scene import HEIGHT, WIDTH, Scene, crossing, in_picture, make_scene, plane_mask, same_fill
from small_networks import make_remover

from models.propagation.final import fill_range
from models.propagation.picture import Fill, HoleFrame
from models.propagation.remover import LiveRemover
from models.propagation.settings import PropagationSettings
from models.vornet.notes import SKIPPED
from models.vornet.remover import VornetRemover, fill_range_refined

SIZE = (HEIGHT, WIDTH)
PAN = (2, 0)


@pytest.fixture(params=[2, 4])
def cores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Machines on which colours are made at once, and ahead."""
    monkeypatch.setattr(os, "cpu_count", lambda: request.param)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return make_scene([None, *crossing(9)], pan=PAN)


def run(scene: Scene, remover: VornetRemover | LiveRemover) -> list[Fill]:
    fills = [fill for frame in scene.frames for fill in remover.step(frame)]
    return fills + remover.flush()


def propagated(scene: Scene, **settings: object) -> list[Fill]:
    return run(scene, LiveRemover(PropagationSettings(**settings)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"delay": 2},
        {"largest_px": 64},
        {"inpaint": False},
        {"bits": 10},
        {"shifts": (1, 0)},
        {"shifts": (0, 0)},
        {"grid_limit_px": 48},
    ],
    ids=str,
)
def test_before_training_it_is_propagate_to_the_bit(how: dict[str, int]) -> None:
    scene = make_scene(crossing(5), pan=PAN, **{key: how[key] for key in how if key in ("bits", "shifts")})  # type: ignore[arg-type]
    options = {key: how[key] for key in how if key not in ("bits", "shifts")}
    remover = make_remover(answers=0, **options)
    given = {key: how[key] for key in how if key in ("delay", "grid_limit_px")}
    expected = propagated(scene, **given)
    found = run(scene, remover)
    assert all(same_fill(*pair) for pair in zip(found, expected, strict=True))
    assert remover.refiner.frames == 5 and remover.refiner.skipped == 0


@pytest.mark.usefixtures("cores")
def test_before_training_final_is_propagates_final_to_the_bit(scene: Scene, tmp_path: Path) -> None:
    refiner = make_remover(answers=0).refiner
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    calls: list[int] = []
    found = list(fill_range_refined(scene, refiner, store=tmp_path / "a", checkpoint=lambda: calls.append(1)))
    expected = fill_range(scene, PropagationSettings(), store=tmp_path / "b", checkpoint=lambda: None)
    assert all(same_fill(*pair) for pair in zip(found, expected, strict=True))
    assert len(calls) >= len(scene)


def test_final_decodes_no_more_often_than_without_networks(scene: Scene, tmp_path: Path) -> None:
    class Counting:
        walks = 0

        def __len__(self) -> int:
            return len(scene)

        def walk(self) -> Iterator[HoleFrame]:
            self.walks += 1
            return scene.walk()

    plain, refined = Counting(), Counting()
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    list(fill_range(plain, PropagationSettings(), store=tmp_path / "a", checkpoint=lambda: None))
    list(fill_range_refined(refined, make_remover().refiner, store=tmp_path / "b", checkpoint=lambda: None))
    assert refined.walks == plain.walks


def test_final_refines_what_propagate_fills(scene: Scene, tmp_path: Path) -> None:
    plain, refined = tmp_path / "plain", tmp_path / "refined"
    plain.mkdir()
    refined.mkdir()
    refiner = make_remover().refiner
    fills = fill_range(scene, refiner.propagation, store=plain, checkpoint=lambda: None)
    expected = [refiner.refine(frame, fill) for frame, fill in zip(scene.frames, fills, strict=True)]
    found = list(fill_range_refined(scene, make_remover().refiner, store=refined, checkpoint=lambda: None))
    assert all(same_fill(*pair) for pair in zip(found, expected, strict=True))


@dataclass
class LastWalk:
    """A scene whose last walk tells how far it is, and may break off before a frame."""

    scene: Scene
    breaks_at: int | None = None

    def __post_init__(self) -> None:
        self.walks = 0
        self.closed = threading.Event()
        self.reached = [threading.Event() for _ in self.scene.frames]

    def __len__(self) -> int:
        return len(self.scene)

    def walk(self) -> Iterator[HoleFrame]:
        self.walks += 1
        last = self.walks == 3
        try:
            for position, frame in enumerate(self.scene.walk()):
                if last:
                    if position == self.breaks_at:
                        raise OSError("no such frame")
                    self.reached[position].set()
                yield frame
        finally:
            if last:
                self.closed.set()


def test_final_fills_the_next_frame_while_the_networks_refine_the_last(scene: Scene, tmp_path: Path) -> None:
    walked = LastWalk(scene)
    refiner = make_remover().refiner
    refine, met = refiner.refine, []

    def refine_once_the_next_is_on_its_way(frame: HoleFrame, fill: Fill) -> Fill:
        following = frame.picture.index - scene.frames[0].picture.index + 1
        met.append(following == len(scene) or walked.reached[following].wait(30))
        return refine(frame, fill)

    refiner.refine = refine_once_the_next_is_on_its_way  # type: ignore[method-assign, assignment]
    assert len(list(fill_range_refined(walked, refiner, store=tmp_path, checkpoint=lambda: None))) == len(scene)
    assert all(met) and len(met) == len(scene)


@pytest.mark.usefixtures("cores")
def test_final_tells_what_went_wrong_with_a_frame_after_the_frames_before_it(scene: Scene, tmp_path: Path) -> None:
    fills = fill_range_refined(
        LastWalk(scene, breaks_at=5), make_remover().refiner, store=tmp_path, checkpoint=lambda: None
    )
    found = []
    with pytest.raises(OSError, match="no such frame"):
        found.extend(fills)
    assert [fill.index for fill in found] == [frame.picture.index for frame in scene.frames[: len(found)]]
    assert len(found) == 5


@pytest.mark.usefixtures("cores")
def test_final_that_is_closed_early_ends_its_walk(scene: Scene, tmp_path: Path) -> None:
    walked = LastWalk(scene)
    fills = fill_range_refined(walked, make_remover().refiner, store=tmp_path, checkpoint=lambda: None)
    next(fills)
    fills.close()
    assert walked.closed.is_set()


@pytest.mark.parametrize("limit", [960, 48])
def test_a_trained_network_changes_the_hole_and_nothing_else(scene: Scene, limit: int) -> None:
    found, plain = run(scene, make_remover(grid_limit_px=limit)), propagated(scene, grid_limit_px=limit)
    changed = 0
    for fill, before, frame in zip(found[1:], plain[1:], scene.frames[1:], strict=True):
        assert same_fill(replace(fill, planes=before.planes), before)
        for plane, mine, theirs in zip(frame.picture.planes, fill.planes, before.planes, strict=True):
            hole = plane_mask(frame.hole, plane)
            top, left = fill.top >> plane.shift_y, fill.left >> plane.shift_x
            inside = hole[top : top + mine.shape[0], left : left + mine.shape[1]]
            assert np.array_equal(mine[~inside], theirs[~inside])
            changed += int((mine != theirs).sum())
        assert (in_picture(fill.seen | fill.guessed, fill, SIZE) == frame.hole).all()
    assert changed > 1000 and not found[0].width


@pytest.mark.parametrize("delay", [0, 2])
@pytest.mark.parametrize("stop", [1, 4, 7])
def test_a_saved_state_continues_exactly(scene: Scene, delay: int, stop: int) -> None:
    expected = run(scene, make_remover(delay=delay))
    first = make_remover(delay=delay)
    found = [fill for frame in scene.frames[:stop] for fill in first.step(frame)]
    second = make_remover(delay=delay)
    second.load_state(first.save_state())
    found += [fill for frame in scene.frames[stop:] for fill in second.step(frame)] + second.flush()
    assert all(same_fill(*pair) for pair in zip(found, expected, strict=True))


def test_a_state_of_other_settings_or_a_damaged_one_is_refused(scene: Scene) -> None:
    remover = make_remover()
    for frame in scene.frames[:3]:
        remover.step(frame)
    state = remover.save_state()
    with pytest.raises(ValueError, match="other settings or weights"):
        make_remover(answers=0.1).load_state(state)
    for damaged in (b"", state[:20], state[:-3], state + b"x", b"x" + state):
        with pytest.raises(ValueError, match="state"):
            make_remover().load_state(damaged)


def test_a_cut_forgets_everything(scene: Scene) -> None:
    other = make_scene(crossing(4), pan=PAN, seed=77, first=len(scene))
    alone = run(other, make_remover())
    remover = make_remover()
    both = run(scene, remover) + run(other, remover)
    assert all(same_fill(*pair) for pair in zip(both[len(scene) :], alone, strict=True))


def test_naming_the_next_frame_changes_no_answer(scene: Scene) -> None:
    expected, remover, found = run(scene, make_remover()), make_remover(), []
    for position, frame in enumerate(scene.frames):
        if position + 1 < len(scene):
            remover.foresee(scene.frames[position + 1])
        found += remover.step(frame)
    assert all(same_fill(*pair) for pair in zip(found, expected, strict=True))


def test_the_past_changes_the_answer(scene: Scene) -> None:
    whole = run(scene, make_remover(inpaint=False))[-1]
    late = make_remover(inpaint=False)
    last = scene.frames[-1]
    for frame, fill in zip(scene.frames, propagated(scene), strict=True):
        if frame is last:
            alone = late.refiner.refine(frame, fill)
    assert not same_fill(whole, alone)


def test_a_frame_that_fits_goes_by_without_the_networks() -> None:
    still = make_scene([None, None, *crossing(8)], pan=(0, 0))
    remover = make_remover(skip=True)
    skipped = []
    for frame, expected in zip(still.frames, propagated(still), strict=True):
        before = remover.refiner.skipped
        (fill,) = remover.step(frame)
        skipped.append(remover.refiner.skipped > before)
        assert skipped[-1] == (SKIPPED in fill.notes)
        assert same_fill(replace(fill, notes=()), expected) or not skipped[-1]
    assert remover.refiner.frames == 8 and sum(skipped) >= 6


def test_a_guess_is_refined_and_its_successors_too() -> None:
    still = make_scene([(30, 24, 16, 16)] * 4, pan=(0, 0))
    remover = make_remover(skip=True)
    found, plain = run(still, remover), propagated(still)
    assert remover.refiner.skipped == 0
    assert not any(same_fill(*pair) for pair in zip(found, plain, strict=True))


def test_a_reference_frame_stays_as_it_is(scene: Scene) -> None:
    retouched = scene.with_frame(4, reference=True)
    found, plain = run(retouched, make_remover()), propagated(retouched)
    assert same_fill(found[4], plain[4]) and not same_fill(found[6], plain[6])
