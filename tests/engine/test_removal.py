"""Walking a clip through an engine: what it sees, what is kept, what is not computed again."""

from __future__ import annotations

import copy
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from standin_engine import StandInEngine, make_plan, moving_mask, synthetic_frame

from app.core.errors import Cancelled
from app.engine.compositing import touched_samples
from app.engine.final_removal import FinalRemoval
from app.engine.holes import HoleSettings
from app.engine.live_removal import LiveRemoval
from app.engine.plan import HoleLayer, Mode, RemovalPlan, ResultKeys
from app.engine.removal import EngineFailure, Filled, as_written, composited
from app.engine.results import ResultCache
from app.jobs.context import CancelToken, JobContext
from app.media.frame import VideoFrame

SCENE_LENGTH = 70


@pytest.fixture
def engine() -> StandInEngine:
    return StandInEngine()


def frames_of(first: int, end: int, *, interlaced: bool = False) -> Generator[VideoFrame]:
    for index in range(first, end):
        yield synthetic_frame(index, scene=index // SCENE_LENGTH, interlaced=interlaced)


def keep(cache: ResultCache | None, filled: Filled) -> None:
    if cache is not None:
        for key, value in filled.keep:
            cache.keep(key, value)
        if filled.drop is not None:
            cache.drop(filled.drop)


def run_live(
    plan: RemovalPlan,
    engine: StandInEngine,
    cache: ResultCache | None = None,
    *,
    stop: int | None = None,
    count: int = 0,
) -> list[VideoFrame]:
    removal = LiveRemoval(plan, engine, cache)
    out = []
    for filled in removal.run(removal.prepare(f) for f in frames_of(0, plan.frames[1], interlaced=plan.fields)):
        keep(cache, filled)
        out.append(composited(as_written(filled, plan)))
        if stop is not None and len(out) == stop:
            break
    return out


def run_final(
    plan: RemovalPlan,
    engine: StandInEngine,
    scratch: Path,
    cache: ResultCache | None = None,
    *,
    stop: int | None = None,
    context: JobContext | None = None,
) -> list[VideoFrame]:
    removal = FinalRemoval(
        plan,
        engine,
        cache,
        open_frames=lambda first, end: frames_of(first, end, interlaced=plan.fields),
        scratch=scratch,
        context=context or JobContext(),
    )
    out = []
    walk = removal.run(frames_of(0, plan.frames[1], interlaced=plan.fields))
    for filled in walk:
        keep(cache, filled)
        out.append(composited(as_written(filled, plan)))
        if stop is not None and len(out) == stop:
            break
    walk.close()  # type: ignore[attr-defined]
    return out


def same(first: list[VideoFrame], second: list[VideoFrame]) -> bool:
    return len(first) == len(second) and all(
        np.array_equal(a, b)
        for one, other in zip(first, second, strict=True)
        for a, b in zip(one.planes, other.planes, strict=True)
    )


def assert_clean_outside(plan: RemovalPlan, out: list[VideoFrame], cuts: tuple[int, ...] = ()) -> None:
    for frame, source in zip(out, frames_of(0, len(out)), strict=True):
        region = plan.hole(frame.index, cuts).full_region()
        for before, after, shifts in zip(source.planes, frame.planes, frame.layout.plane_shifts, strict=True):
            outside = ~touched_samples(region, *shifts)
            assert np.array_equal(before[outside], after[outside]), frame.index


def test_live_fills_every_hole_and_nothing_else(engine: StandInEngine) -> None:
    plan = make_plan(20, Mode.LIVE)
    out = run_live(plan, engine)
    assert [frame.index for frame in out] == list(range(20))
    assert_clean_outside(plan, out)
    for frame in out:
        assert (frame.planes[0][plan.hole(frame.index).full_region()] == frame.index).all()


def test_frames_far_from_holes_pass_without_the_engine(engine: StandInEngine) -> None:
    plan = make_plan(60, Mode.LIVE, holes_at=range(30, 35))
    out = run_live(plan, engine)
    assert engine.stepped == list(range(24, 42))
    assert out[0].planes[0] is not None and same(out[:24], list(frames_of(0, 24)))


def test_a_gap_between_holes_starts_the_engine_anew(engine: StandInEngine) -> None:
    plan = make_plan(60, Mode.LIVE, masks={i: moving_mask(i) for i in (5, 40)})
    out = run_live(plan, engine)
    assert out[40].planes[0][plan.hole(40).full_region()].max() == 40 - 34


def test_a_cut_starts_the_engine_anew(engine: StandInEngine) -> None:
    plan = make_plan(SCENE_LENGTH + 5, Mode.LIVE)
    out = run_live(plan, engine)
    assert out[-1].planes[0][plan.hole(SCENE_LENGTH + 4).full_region()].max() == 4


@pytest.mark.parametrize("delay", [0, 3])
def test_a_run_up_is_seen_by_the_engine_and_not_cleaned(delay: int) -> None:
    plan = make_plan(30, Mode.LIVE, cleaned=(12, 30))
    out, whole = (run_live(each, StandInEngine(delay=delay)) for each in (plan, make_plan(30, Mode.LIVE)))
    assert same(out[:12], list(frames_of(0, 12)))
    assert same(out[12:], whole[12:])
    assert not plan.written_hole(11).area_px and plan.written_hole(12).area_px == plan.hole(12).area_px > 0


@pytest.mark.parametrize("stop", [5, 49, 51, 90])
def test_a_run_with_a_run_up_goes_on_exactly_where_it_stopped(tmp_path: Path, stop: int) -> None:
    plan, cache = make_plan(130, Mode.LIVE, cleaned=(60, 130)), ResultCache(tmp_path)
    whole = run_live(plan, StandInEngine())
    run_live(plan, StandInEngine(), cache, stop=stop)
    again = StandInEngine()
    assert same(run_live(plan, again, cache), whole)
    assert again.stepped[0] == stop // 50 * 50
    done = StandInEngine()
    assert same(run_live(plan, done, cache), whole) and not done.stepped


def test_a_plan_is_empty_if_only_its_run_up_holds_masks() -> None:
    assert make_plan(40, Mode.LIVE, holes_at=range(5), cleaned=(0, 40)).has_masks
    assert not make_plan(40, Mode.LIVE, holes_at=range(5), cleaned=(20, 40)).has_masks


@pytest.mark.parametrize("delay", [1, 3])
def test_a_delay_changes_neither_order_nor_fills(delay: int) -> None:
    plan = make_plan(20, Mode.LIVE)
    assert same(run_live(plan, StandInEngine(delay=delay)), run_live(plan, StandInEngine()))


@pytest.mark.parametrize("delay", [0, 3])
@pytest.mark.parametrize("stop", [1, 49, 50, 53, 54, 120])
def test_live_goes_on_exactly_where_it_stopped(tmp_path: Path, stop: int, delay: int) -> None:
    plan, cache = make_plan(130, Mode.LIVE), ResultCache(tmp_path)
    whole = run_live(plan, StandInEngine(delay=delay))
    assert len(run_live(plan, StandInEngine(delay=delay), cache, stop=stop)) == stop
    again = StandInEngine(delay=delay)
    assert same(run_live(plan, again, cache), whole)
    assert again.stepped[0] == stop // 50 * 50


def test_the_last_two_states_are_kept_and_old_ones_sparsely(tmp_path: Path) -> None:
    plan, cache = make_plan(260, Mode.LIVE), ResultCache(tmp_path)
    run_live(plan, StandInEngine(), cache)
    assert len(list(tmp_path.rglob("*.state"))) == 2
    assert LiveRemoval(replace(plan, frames=(0, 230)), StandInEngine(), cache).resumed_at == 230


def test_a_state_that_the_engine_refuses_is_dropped_and_an_older_one_taken(tmp_path: Path) -> None:
    plan, cache = make_plan(130, Mode.LIVE), ResultCache(tmp_path)
    whole = run_live(plan, StandInEngine())
    run_live(plan, StandInEngine(), cache, stop=120)
    newest = ResultKeys(plan, StandInEngine()).state(99)
    cache.put(newest, b"of another version")
    again = StandInEngine()
    assert same(run_live(plan, again, cache), whole)
    assert again.stepped[0] == 50


def test_a_finished_live_run_is_not_computed_again(tmp_path: Path) -> None:
    plan, cache = make_plan(30, Mode.LIVE), ResultCache(tmp_path)
    first, again = run_live(plan, StandInEngine(), cache), StandInEngine()
    assert same(run_live(plan, again, cache), first) and again.stepped == []


def test_live_results_do_not_depend_on_later_masks(tmp_path: Path) -> None:
    plan, cache = make_plan(100, Mode.LIVE), ResultCache(tmp_path)
    run_live(plan, StandInEngine(), cache)
    layer = plan.layers[0]
    changed = replace(plan, layers=(replace(layer, masks={**layer.masks, 70: moving_mask(3)}),))
    again = StandInEngine()
    run_live(changed, again, cache)
    assert again.stepped[0] == 50


@pytest.mark.parametrize(
    "change",
    [
        {"identity": "other"},
        {"frames": (1, 30)},
        {"layers": (HoleLayer({i: moving_mask(i + (i == 0)) for i in range(30)}, HoleSettings(2, 0, after=0)),)},
        {"kept": {0: moving_mask(3)}},
        {"references": {0: np.zeros((64, 96, 3), np.uint8)}},
    ],
    ids=["clip", "range", "mask", "kept", "reference"],
)
def test_anything_a_fill_depends_on_makes_it_new(tmp_path: Path, change: dict[str, object]) -> None:
    plan, cache = make_plan(30, Mode.LIVE), ResultCache(tmp_path)
    run_live(plan, StandInEngine(), cache)
    again = StandInEngine()
    changed = replace(plan, **change)  # type: ignore[arg-type]
    run_live(changed, again, cache)
    assert again.stepped == list(range(changed.frames[0], 30))
    newer = StandInEngine(version="2")
    run_live(plan, newer, cache)
    assert len(newer.stepped) == 30


def test_a_damaged_patch_is_computed_again(tmp_path: Path) -> None:
    plan, cache = make_plan(30, Mode.LIVE), ResultCache(tmp_path)
    first = run_live(plan, StandInEngine(), cache)
    for path in list(tmp_path.rglob("*.patch"))[:3]:
        path.write_bytes(path.read_bytes()[:-4])
    again = StandInEngine()
    assert same(run_live(plan, again, cache), first) and again.stepped


def test_a_failing_engine_names_the_frame() -> None:
    with pytest.raises(EngineFailure, match="frame 7") as failure:
        run_live(make_plan(20, Mode.LIVE), StandInEngine(fails_at=7))
    assert failure.value.frame == 7
    carried = copy.copy(failure.value)  # as pickle does, with which the benchmarks bring it out of a process
    assert (carried.frame, str(carried)) == (7, str(failure.value))


def test_a_reference_frame_shows_the_users_picture(engine: StandInEngine) -> None:
    painted = np.full((64, 96, 3), 200, np.uint8)
    plan = make_plan(6, Mode.LIVE, references={2: painted})
    out = run_live(plan, engine)
    inside = out[2].rgb[24:36, 16:24].astype(int)
    assert abs(inside - 200).max() <= 2
    assert_clean_outside(plan, out)


def test_interlaced_frames_go_through_as_two_pictures(engine: StandInEngine) -> None:
    plan = make_plan(6, Mode.LIVE, fields=True)
    out = run_live(plan, engine)
    assert engine.stepped == list(range(12))
    region = plan.hole(3).full_region()
    luma = out[3].planes[0]
    assert (luma[0::2][region[0::2]] == 6).all() and (luma[1::2][region[1::2]] == 7).all()
    assert out[3].interlaced


def test_final_works_shot_by_shot(tmp_path: Path, engine: StandInEngine) -> None:
    plan = make_plan(SCENE_LENGTH + 20, Mode.FINAL)
    out = run_final(plan, engine, tmp_path)
    assert engine.shots == [(0, SCENE_LENGTH), (SCENE_LENGTH, SCENE_LENGTH + 20)]
    assert [frame.index for frame in out] == list(range(SCENE_LENGTH + 20))
    assert_clean_outside(plan, out, (SCENE_LENGTH,))
    assert list(tmp_path.iterdir()) == []


def test_final_sees_frames_round_the_range_and_does_not_clean_them(tmp_path: Path, engine: StandInEngine) -> None:
    plan = make_plan(40, Mode.FINAL, cleaned=(6, 34))
    out = run_final(plan, engine, tmp_path)
    assert engine.shots == [(0, 40)]
    assert same(out[:6], list(frames_of(0, 6))) and same(out[34:], list(frames_of(34, 40)))
    assert same(out[6:34], run_final(make_plan(40, Mode.FINAL), engine, tmp_path)[6:34])


def test_final_does_not_compute_a_finished_shot_again(tmp_path: Path) -> None:
    (scratch := tmp_path / "scratch").mkdir()
    plan, cache = make_plan(SCENE_LENGTH + 20, Mode.FINAL), ResultCache(tmp_path / "cache")
    first = run_final(plan, StandInEngine(), scratch, cache, stop=SCENE_LENGTH + 3)
    again = StandInEngine()
    assert same(run_final(plan, again, scratch, cache)[: len(first)], first)
    assert again.shots == [(SCENE_LENGTH, SCENE_LENGTH + 20)]
    third = StandInEngine()
    run_final(plan, third, scratch, cache)
    assert third.shots == []


def test_final_leaves_no_temporary_data_when_it_is_stopped(tmp_path: Path, engine: StandInEngine) -> None:
    run_final(make_plan(30, Mode.FINAL), engine, tmp_path, stop=4)
    assert list(tmp_path.iterdir()) == []


def test_final_stops_when_asked(tmp_path: Path, engine: StandInEngine) -> None:
    token = CancelToken()
    context = JobContext(token, on_progress=lambda progress: token.cancel())
    with pytest.raises(Cancelled):
        run_final(make_plan(30, Mode.FINAL), engine, tmp_path, context=context)
    assert list(tmp_path.iterdir()) == []


def test_final_names_the_frame_that_failed(tmp_path: Path) -> None:
    with pytest.raises(EngineFailure, match="frame 9"):
        run_final(make_plan(20, Mode.FINAL), StandInEngine(fails_at=9), tmp_path)


def test_final_of_interlaced_frames_and_gaps(tmp_path: Path, engine: StandInEngine) -> None:
    plan = make_plan(60, Mode.FINAL, holes_at=range(30, 32), fields=True)
    out = run_final(plan, engine, tmp_path)
    assert len(out) == 60 and len(engine.shots) == 1
    first, end = engine.shots[0]
    assert first % 2 == 0 and end % 2 == 0 and first > 20
    assert same(out[:20], list(frames_of(0, 20)))
