"""``live``: causal, exact to resume, true to a background it has seen, and never the object's colour."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from panned_scene import (
    HEIGHT,
    MAGENTA,
    WIDTH,
    Scene,
    crossing,
    errors,
    in_picture,
    make_scene,
    plane_mask,
    rectangle,
    rgb_view,
    same_fill,
    shown_before,
)

from models.inpainting.patch_fill import patch_fill
from models.propagation import guess
from models.propagation import remover as remover_module
from models.propagation.observation import Observation, Scale
from models.propagation.picture import BoolMask, Fill, HoleFrame, Picture, PicturePlane
from models.propagation.remover import LiveRemover
from models.propagation.settings import PropagationSettings

SIZE = (HEIGHT, WIDTH)
PAN = (2, 0)


def run(scene: Scene, remover: LiveRemover | None = None, **settings: object) -> list[Fill]:
    remover = remover or LiveRemover(PropagationSettings(**settings))  # type: ignore[arg-type]
    fills = [fill for frame in scene.frames for fill in remover.step(frame)]
    return fills + remover.flush()


def magenta_left(fill: Fill, frame: HoleFrame) -> float:
    """How near the fill's chroma comes to the object's: 0 at the background's farthest colour, 1 at magenta."""
    depth = 1 << frame.picture.bits - 8
    nearest = 0.0
    for number, (plane, samples) in enumerate(zip(frame.picture.planes, fill.planes, strict=True)):
        if not number:
            continue
        top, left = fill.top >> plane.shift_y, fill.left >> plane.shift_x
        inside = plane_mask(frame.hole, plane)[top : top + samples.shape[0], left : left + samples.shape[1]]
        nearest = max(nearest, (float(samples[inside].max()) / depth - 148) / (MAGENTA[number] - 148))
    return nearest


@pytest.fixture(scope="module")
def scene() -> Scene:
    return make_scene([None, None, *crossing(12)], pan=PAN)


@pytest.fixture(scope="module")
def fills(scene: Scene) -> list[Fill]:
    return run(scene)


def test_every_frame_gives_one_fill_in_order(fills: list[Fill], scene: Scene) -> None:
    assert [fill.index for fill in fills] == list(range(len(scene)))


@pytest.mark.parametrize("delay", [1, 3, 40])
def test_a_delay_holds_frames_back_and_gives_all_of_them(scene: Scene, delay: int) -> None:
    remover = LiveRemover(PropagationSettings(delay=delay))
    ready = [[fill.index for fill in remover.step(frame)] for frame in scene.frames]
    assert ready == [[] if index < delay else [index - delay] for index in range(len(scene))]
    assert [fill.index for fill in remover.flush()] == list(range(max(0, len(scene) - delay), len(scene)))


def test_a_frame_without_a_hole_passes(fills: list[Fill]) -> None:
    for fill in fills[:2]:
        assert (fill.width, fill.height, fill.planes) == (0, 0, ())
        assert not fill.seen.any() and not fill.guessed.any()


def test_a_fill_covers_its_hole_on_every_grid(fills: list[Fill], scene: Scene) -> None:
    for fill, frame in zip(fills[2:], scene.frames[2:], strict=True):
        counted = np.zeros(SIZE, int)
        counted[rectangle(fill)] = fill.seen.astype(int) + fill.guessed
        np.testing.assert_array_equal(counted, frame.hole)
        assert fill.left % 2 == fill.top % 2 == 0
        for plane, samples in zip(frame.picture.planes, fill.planes, strict=True):
            assert samples.shape == (-(-fill.height >> plane.shift_y), -(-fill.width >> plane.shift_x))
            assert samples.dtype == plane.samples.dtype


def test_a_background_that_was_seen_comes_back(fills: list[Fill], scene: Scene) -> None:
    for fill, truth in zip(fills[2:], scene.truth[2:], strict=True):
        luma, *chroma = errors(fill, truth, in_picture(fill.seen, fill, SIZE))
        assert luma.mean() < 5, fill.index
        assert all(plane.mean() < 2.5 for plane in chroma), fill.index


@pytest.mark.parametrize("pan", [(2, 0), (-2, 2), (0, -2), (0, 0)])
def test_what_counts_as_seen_was_seen(pan: tuple[int, int]) -> None:
    scene = make_scene([None, *crossing(10)], pan=pan)
    for position, fill in enumerate(run(scene)):
        if not fill.width:
            continue
        hole = scene.frames[position].hole
        seen = in_picture(fill.seen, fill, SIZE)
        shown = shown_before(scene, position, pan)
        # A place within 3 px of another frame's hole or border is not used: its taps might reach across.
        assert (seen & ~shown).sum() <= 0.02 * hole.sum(), position
        assert (shown & hole & ~seen).sum() <= 0.25 * hole.sum(), position


def test_a_still_picture_seen_before_is_restored_exactly() -> None:
    scene = make_scene([None, *crossing(5)], pan=(0, 0))
    for fill, truth in zip(run(scene)[1:], scene.truth[1:], strict=True):
        assert fill.seen.sum() == scene.frames[fill.index].hole.sum()
        assert max(plane.max() for plane in errors(fill, truth, scene.frames[fill.index].hole)) <= 5


def test_what_was_never_shown_stays_a_guess_however_often_it_is_warped_along() -> None:
    scene = make_scene([(40, 24, 16, 14)] * 8, pan=(0, 0))
    for fill in run(scene):
        assert not fill.seen.any() and fill.guessed.sum() == scene.frames[0].hole.sum()


def test_a_guess_stays_the_same_from_frame_to_frame() -> None:
    scene = make_scene([(40, 24, 16, 14)] * 6, pan=(0, 0))
    found = run(scene)
    hole = scene.frames[0].hole[rectangle(found[0])]
    for fill in found[1:]:
        assert np.abs(fill.planes[0].astype(int) - found[0].planes[0])[hole].max() <= 4


@pytest.mark.parametrize("delay", [0, 3])
@pytest.mark.parametrize("pan", [(2, 0), (0, 0), (-2, 2)])
@pytest.mark.parametrize("shifts", [(1, 1), (1, 0), (0, 0)])
def test_the_objects_colour_never_enters_a_fill(shifts: tuple[int, int], pan: tuple[int, int], delay: int) -> None:
    scene = make_scene(crossing(9), pan=pan, shifts=shifts)
    for fill, frame in zip(run(scene, delay=delay), scene.frames, strict=True):
        assert magenta_left(fill, frame) < 0.05, fill.index


@pytest.mark.parametrize("pan", [(2, 0), (-2, 2)])
@pytest.mark.parametrize("shifts", [(1, 1), (0, 0)])
def test_the_objects_colour_stays_out_when_old_sources_are_given_up(
    shifts: tuple[int, int], pan: tuple[int, int]
) -> None:
    scene = make_scene([None, *crossing(16, start=16, step=1)], pan=pan, shifts=shifts)
    bounded = run(scene, source_bytes=1)
    for fill, frame, truth in zip(bounded[1:], scene.frames[1:], scene.truth[1:], strict=True):
        assert magenta_left(fill, frame) < 0.05, fill.index
        assert errors(fill, truth, in_picture(fill.seen, fill, SIZE))[0].mean() < 8


@pytest.mark.parametrize("delay", [0, 3])
def test_later_frames_never_change_an_earlier_fill(delay: int, scene: Scene) -> None:
    whole = run(scene, delay=delay)
    other = make_scene([(50, 8, 30, 40)] * len(scene), pan=(0, 2), seed=99)
    for change in (6, 9):
        frames = scene.frames[:change] + [replace(frame, cut=False) for frame in other.frames[change:]]
        changed = run(Scene(frames, scene.truth), delay=delay)
        for index in range(change - delay):
            assert same_fill(whole[index], changed[index]), (change, index)


def test_a_later_cut_never_changes_an_earlier_fill(scene: Scene, fills: list[Fill]) -> None:
    for one, other in zip(run(scene.with_frame(8, cut=True))[:8], fills, strict=False):
        assert same_fill(one, other)


def test_a_delay_shows_what_only_later_frames_show() -> None:
    scene = make_scene(crossing(8, start=30, step=6), pan=(0, 0))
    at_once, later = run(scene), run(scene, delay=5)
    assert not at_once[0].seen.any()
    assert later[0].seen.sum() > 0.9 * scene.frames[0].hole.sum()
    assert errors(later[0], scene.truth[0], in_picture(later[0].seen, later[0], SIZE))[0].mean() < 3


@pytest.mark.parametrize("delay", [0, 3])
@pytest.mark.parametrize("stop", [0, 1, 7])
def test_a_loaded_state_goes_on_exactly(delay: int, stop: int, scene: Scene) -> None:
    whole = run(scene, delay=delay)
    first = LiveRemover(PropagationSettings(delay=delay))
    done = [fill for frame in scene.frames[:stop] for fill in first.step(frame)]
    state = first.save_state()
    second = LiveRemover(PropagationSettings(delay=delay))
    second.load_state(state)
    assert second.save_state() == state
    for resumed in (first, second):  # saving changes nothing
        fills = done + [fill for frame in scene.frames[stop:] for fill in resumed.step(frame)] + resumed.flush()
        assert all(same_fill(one, other) for one, other in zip(fills, whole, strict=True))


def test_a_loaded_state_goes_on_exactly_in_ten_bits() -> None:
    scene = make_scene([None, *crossing(7)], bits=10)
    whole, first, second = run(scene), LiveRemover(PropagationSettings()), LiveRemover(PropagationSettings())
    for frame in scene.frames[:4]:
        first.step(frame)
    second.load_state(first.save_state())
    for frame, fill in zip(scene.frames[4:], whole[4:], strict=True):
        assert same_fill(second.step(frame)[0], fill)


def test_damaged_states_are_refused(scene: Scene) -> None:
    remover = LiveRemover(PropagationSettings())
    for frame in scene.frames[:4]:
        remover.step(frame)
    state = remover.save_state()
    middle = len(state) // 2
    damaged = [b"", b"hello", state[:50], state[:middle], state[:-30], state[middle:]]
    damaged += [state[:at] + bytes(byte ^ 255 for byte in state[at:][:40]) + state[at + 40 :] for at in (40, middle)]
    for bad in damaged:
        with pytest.raises(ValueError, match="state"):
            LiveRemover(PropagationSettings()).load_state(bad)


@pytest.mark.parametrize("other", [{"delay": 1}, {"steps": (1,)}, {"working_width_px": 320}, {"membrane": False}])
def test_a_state_of_other_settings_is_refused(other: dict[str, Any], scene: Scene) -> None:
    remover = LiveRemover(PropagationSettings())
    remover.step(scene.frames[0])
    with pytest.raises(ValueError, match="other settings"):
        LiveRemover(PropagationSettings(**other)).load_state(remover.save_state())


def test_a_cut_forgets_the_old_shot() -> None:
    old = make_scene([None] * 4, seed=1)
    new = make_scene([(40, 24, 16, 14)] * 4, seed=50, first=4, pan=(0, 0))
    both = Scene(old.frames + new.frames, old.truth + new.truth)
    after = run(both)[4:]
    for fill, alone in zip(after, run(new), strict=True):
        assert same_fill(fill, alone)
        assert not fill.seen.any()


def test_a_cut_gives_out_the_held_back_frames_of_the_old_shot_first() -> None:
    old = make_scene([None, *crossing(4)], seed=1)
    new = make_scene(crossing(5), seed=50, first=5)
    found = run(Scene(old.frames + new.frames, old.truth + new.truth), delay=3)
    assert [fill.index for fill in found] == list(range(10))
    alone = run(old, delay=3) + run(new, delay=3)
    assert all(same_fill(one, other) for one, other in zip(found, alone, strict=True))


def test_a_retouched_frame_counts_as_seen_and_is_carried_on() -> None:
    scene = make_scene([(40, 24, 16, 14)] * 6, pan=(0, 0))
    scene = scene.with_frame(2, picture=scene.truth[2], reference=True)
    found = run(scene)
    assert not found[1].seen.any()
    assert found[2].width == 0  # the frame is its own fill
    for fill in found[3:]:
        assert fill.seen.sum() == scene.frames[0].hole.sum()
        assert max(plane.max() for plane in errors(fill, scene.truth[fill.index], scene.frames[0].hole)) <= 5


def test_avoided_pixels_are_never_used() -> None:
    scene = make_scene([None, *crossing(8, start=4, step=6)], pan=(0, 0))
    avoid: BoolMask = np.zeros(SIZE, bool)
    avoid[20:44, 40:70] = True
    plain = Scene([replace(frame, avoid=avoid) for frame in scene.frames], scene.truth)
    painted = []
    for frame in plain.frames:
        planes = []
        for plane in frame.picture.planes:
            samples = plane.samples.copy()
            samples[plane_mask(avoid & ~frame.hole, plane) & ~plane_mask(frame.hole, plane)] = 255
            planes.append(replace(plane, samples=samples))
        painted.append(replace(frame, picture=replace(frame.picture, planes=tuple(planes))))
    for fill, frame in zip(run(Scene(painted, scene.truth))[1:], plain.frames[1:], strict=True):
        covered = in_picture(fill.seen, fill, SIZE) & avoid
        assert not covered.any(), fill.index
        assert magenta_left(fill, frame) < 0.1


@pytest.mark.parametrize("delay", [0, 2])
@pytest.mark.parametrize("before", [0, 2])
def test_a_hole_over_the_whole_picture_is_survived(before: int, delay: int) -> None:
    scene = make_scene([None] * before + [(0, 0, WIDTH, HEIGHT)] * 2 + crossing(2))
    found = run(scene, delay=delay)
    assert [fill.index for fill in found] == list(range(len(scene)))
    for fill in found[before : before + 2]:
        assert (fill.seen | fill.guessed).sum() == HEIGHT * WIDTH
    for fill, frame in zip(found[before:], scene.frames[before:], strict=True):
        assert not before or magenta_left(fill, frame) < 0.05


@pytest.mark.parametrize("size", [(16, 16), (17, 33), (33, 17), (64, 9)])
@pytest.mark.parametrize("shifts", [(0, 0), (1, 1)])
def test_tiny_and_odd_pictures_are_filled(size: tuple[int, int], shifts: tuple[int, int]) -> None:
    boxes = [None, *((2 + index, size[0] // 3, 4, 5) for index in range(3)), (size[1] - 3, size[0] - 3, 3, 3)]
    scene = make_scene(boxes, size=size, shifts=shifts)
    for fill, frame in zip(run(scene, delay=1), scene.frames, strict=True):
        assert (fill.seen.sum() + fill.guessed.sum()) == frame.hole.sum()
        for plane, samples in zip(frame.picture.planes, fill.planes, strict=False):
            assert samples.shape == (-(-fill.height >> plane.shift_y), -(-fill.width >> plane.shift_x))


def test_ten_bit_planes_are_filled_with_ten_bit_samples() -> None:
    scene = make_scene([None, *crossing(5)], pan=(0, 0), bits=10)
    for fill, truth in zip(run(scene)[1:], scene.truth[1:], strict=True):
        assert all(samples.dtype == np.uint16 for samples in fill.planes)
        assert max(plane.max() for plane in errors(fill, truth, scene.frames[fill.index].hole)) <= 20


@pytest.mark.parametrize("box", [(0, 0, 20, 20), (80, 48, 16, 16), (0, 20, 12, 44), (30, 0, 40, 10)])
def test_holes_at_the_pictures_border_are_filled(box: tuple[int, int, int, int]) -> None:
    scene = make_scene([None, *[box] * 4], pan=PAN)
    for fill, frame in zip(run(scene)[1:], scene.frames[1:], strict=True):
        assert fill.seen.sum() + fill.guessed.sum() == frame.hole.sum()
        assert magenta_left(fill, frame) < 0.05


@pytest.mark.parametrize("delay", [0, 4])
def test_a_single_frame_is_guessed(delay: int) -> None:
    (fill,) = run(make_scene([(40, 24, 16, 14)]), delay=delay)
    assert fill.guessed.any() and not fill.seen.any()


def test_a_hole_that_is_only_one_pixel_is_filled() -> None:
    scene = make_scene([None, (41, 23, 1, 1)], dilate=0, pan=(0, 0))
    fill = run(scene)[1]
    assert (fill.seen | fill.guessed).sum() == 1


def test_two_runs_are_equal(scene: Scene, fills: list[Fill]) -> None:
    assert all(same_fill(one, other) for one, other in zip(run(scene), fills, strict=True))


def test_input_pictures_are_not_written_to(scene: Scene) -> None:
    for frame in scene.frames:
        for array in (frame.picture.view, frame.hole, *(plane.samples for plane in frame.picture.planes)):
            array.flags.writeable = False
    run(scene, delay=2)


@pytest.mark.parametrize("ahead", [1, 2, 3])
def test_foreseeing_changes_no_answer(ahead: int) -> None:
    scene = make_scene([None, *crossing(10)], pan=PAN)
    frames = [replace(frame, cut=index == 5) for index, frame in enumerate(scene.frames)]
    remover, plain = LiveRemover(PropagationSettings()), LiveRemover(PropagationSettings())
    for position, frame in enumerate(frames):
        remover.foresee(*frames[position + 1 : position + 1 + ahead])
        (fill,), (expected,) = remover.step(frame), plain.step(frame)
        assert same_fill(fill, expected)


def test_each_frame_that_is_foreseen_is_looked_at_once_and_in_a_thread_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = make_scene([None, *crossing(6)], pan=PAN)
    looked: list[tuple[int, bool]] = []
    real = remover_module.observe

    def noted(frame: HoleFrame, scale: Scale) -> Observation:
        looked.append((frame.picture.index, threading.current_thread() is threading.main_thread()))
        return real(frame, scale)

    monkeypatch.setattr(remover_module, "observe", noted)
    remover = LiveRemover(PropagationSettings())
    for position, frame in enumerate(scene.frames):
        remover.foresee(*scene.frames[position + 1 : position + 3])
        remover.step(frame)
    assert sorted(looked) == [(frame.picture.index, position == 0) for position, frame in enumerate(scene.frames)]


@pytest.mark.parametrize("delay", [0, 2])
def test_colours_may_be_made_after_the_next_frame_has_begun(delay: int) -> None:
    scene = make_scene([None, *crossing(10)], pan=PAN)
    remover = LiveRemover(PropagationSettings(delay=delay))
    begun = [sourced for frame in scene.frames for sourced in remover.begin(frame)]
    fills = [*(sourced.render() for sourced in begun), *remover.flush()]
    assert [sourced.index for sourced in begun] == [fill.index for fill in fills[: len(begun)]]
    assert all(same_fill(one, other) for one, other in zip(fills, run(scene, delay=delay), strict=True))


def test_a_frame_that_was_foreseen_but_does_not_come_is_forgotten() -> None:
    scene = make_scene([None, *crossing(10)], pan=PAN)
    remover, plain = LiveRemover(PropagationSettings()), LiveRemover(PropagationSettings())
    for live in (remover, plain):
        live.step(scene.frames[0])
    remover.foresee(scene.frames[5])
    first = [remover.step(scene.frames[1])[0], remover.step(scene.frames[2])[0]]
    second = [plain.step(scene.frames[1])[0], plain.step(scene.frames[2])[0]]
    assert all(same_fill(one, other) for one, other in zip(first, second, strict=True))


def test_a_quick_fill_gives_way_to_a_patch_search_when_one_is_due() -> None:
    scene = make_scene([(8, 16, 40, 24), *[(90, 20, 20, 20)] * 5], pan=(8, 0), size=(96, 128))
    frames = [frame if index == 0 else replace(frame, hole=at_the_edge()) for index, frame in enumerate(scene.frames)]
    remover = LiveRemover(PropagationSettings(frame_rate=4))
    waiting = []
    for frame in frames:
        remover.step(frame)
        assert remover._propagator is not None
        waiting.append(bool(remover._propagator._makeshift))
    # Searched in frame 0; what comes in under the hole until the next search is due is filled quickly meanwhile.
    assert waiting == [False, True, True, True, False, True]


def test_the_first_patch_search_of_a_shot_looks_closer_than_later_ones() -> None:
    """Only the first frame is searched here, so the finer picture decides on it, and the coarser one has no say."""
    still = make_scene([(40, 24, 40, 32)], pan=(0, 0))
    first = run(still, first_guess_px=48, guess_px=48)[0]
    assert not same_fill(run(still, first_guess_px=32, guess_px=48)[0], first)
    assert same_fill(run(still, first_guess_px=48, guess_px=32)[0], first)


def searches(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often patches are searched for with one search allowed every two frames."""
    asked = []

    def counted(view: NDArray[np.uint8], hole: BoolMask, *, seed: int) -> NDArray[np.uint8]:
        asked.append(seed)
        return patch_fill(view, hole, seed=seed)

    monkeypatch.setattr(guess, "patch_fill", counted)
    run(scene, frame_rate=2)
    return len(asked)


def shaded(frame: HoleFrame) -> HoleFrame:
    """A shadow over the left half: what was guessed there is too bright from then on."""
    luma, *chroma = frame.picture.planes
    samples = luma.samples.copy()
    samples[:, : WIDTH // 2] //= 2
    planes = (PicturePlane(samples, 0, 0), *chroma)
    return replace(frame, picture=replace(frame.picture, shown=rgb_view(planes, HEIGHT, WIDTH, 8), planes=planes))


def test_a_guess_that_no_longer_goes_with_its_surroundings_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    left = WIDTH // 2 - 8
    scene = make_scene([(left, 24, 16, 14)] * 8, pan=(0, 0))
    assert searches(scene, monkeypatch) == 1
    changed = Scene([*scene.frames[:4], *map(shaded, scene.frames[4:])], scene.truth)
    assert searches(changed, monkeypatch) == 2


def at_the_edge() -> BoolMask:
    hole = np.zeros((96, 128), bool)
    hole[18:44, 88:] = True
    return hole


def test_a_guess_keeps_its_colours_in_subsampled_planes() -> None:
    rows = np.arange(0, 96, 2)
    luma = np.asarray(make_scene([None], size=(96, 128)).frames[0].picture.planes[0].samples)
    stripes = np.where(rows // 16 % 2, 90, 160).astype(np.uint8)[:, None].repeat(64, 1)
    planes = PicturePlane(luma), PicturePlane(stripes, 1, 1), PicturePlane(255 - stripes, 1, 1)
    hole = np.zeros((96, 128), bool)
    hole[20:76, 44:84] = True
    picture = Picture(0, rgb_view(planes, 96, 128, 8), planes)
    (fill,) = LiveRemover(PropagationSettings()).step(HoleFrame(picture, hole, cut=True))
    inner = np.s_[12:36, 24:40]  # of the chroma planes, away from the hole's rim
    top, left = fill.top // 2, fill.left // 2
    guessed = fill.planes[1][inner[0].start - top : inner[0].stop - top, inner[1].start - left : inner[1].stop - left]
    truth = stripes[inner].astype(int)
    assert np.abs(guessed - truth).mean() < 20  # a smooth continuation of the surroundings is 35 off
