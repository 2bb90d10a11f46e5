"""Changes of light: told from the background, made up for in what sources show, and no business of a steady clip."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from panned_scene import Scene, crossing, errors, in_picture, make_scene, rgb_view, same_fill, texture

from models.propagation.colour_relation import ColourRelation
from models.propagation.final import fill_range
from models.propagation.light import in_other_light, log_gain, relit
from models.propagation.picture import Fill, Picture, PicturePlane
from models.propagation.remover import LiveRemover
from models.propagation.settings import PropagationSettings
from models.propagation.source_map import SourceMap, Window, observed_label

SETTINGS = PropagationSettings()
SIZE = (128, 192)
DIMMED = 0.8
STILL = np.zeros((64, 96, 2), np.float32)
NOTHING = np.zeros((64, 96), bool)


def dimmed(picture: Picture, share: float = DIMMED) -> Picture:
    """The picture in less light: full-range luma times ``share``, chroma nearer to grey."""
    planes = []
    for number, plane in enumerate(picture.planes):
        black = 128.0 if number else 0.0
        values = black + (plane.samples - black) * share
        planes.append(PicturePlane(np.rint(values).astype(np.uint8), plane.shift_x, plane.shift_y))
    height, width = picture.view.shape[:2]
    return Picture(picture.index, rgb_view(tuple(planes), height, width, 8), tuple(planes), 8)


def darkening(from_frame: int, count: int = 14) -> Scene:
    """A scene whose light drops at a frame and stays low."""
    scene = make_scene([None, None, *crossing(count - 2, box=(48, 24, 28))], size=SIZE)
    frames = [
        replace(frame, picture=dimmed(frame.picture)) if index >= from_frame else frame
        for index, frame in enumerate(scene.frames)
    ]
    truth = [dimmed(each) if each.index >= from_frame else each for each in scene.truth]
    return Scene(frames, truth)


def live(scene: Scene, settings: PropagationSettings = SETTINGS) -> list[Fill]:
    remover = LiveRemover(settings)
    return [fill for frame in scene.frames for fill in remover.step(frame)] + remover.flush()


def final(scene: Scene, store: Path) -> list[Fill]:
    return list(fill_range(scene, SETTINGS, store=store, checkpoint=lambda: None))


def lumas(fill: Fill, scene: Scene) -> float:
    return float(errors(fill, scene.truth[fill.index], in_picture(fill.seen, fill, SIZE))[0].mean())


@pytest.mark.parametrize("gain", [0.5, 0.9, 1.1])
def test_a_gain_is_told_from_the_background(gain: float) -> None:
    there = texture(128, 192, seed=3, high=200)
    here = np.rint(there * gain).astype(np.uint8)
    assert log_gain(here, there, STILL, NOTHING, NOTHING) == pytest.approx(np.log(gain), abs=0.005)


def test_what_is_in_a_hole_tells_nothing_of_the_light() -> None:
    there = texture(128, 192, seed=3, high=200)
    here, hole = there.copy(), NOTHING.copy()
    hole[:, :60] = True
    here[:, :120] //= 2
    assert log_gain(here, there, STILL, hole, NOTHING) == 0
    assert log_gain(here, there, STILL, NOTHING, hole) == 0


def test_noise_and_a_picture_that_is_all_black_are_no_change_of_light() -> None:
    there = texture(128, 192, seed=3, high=200)
    noise = np.random.default_rng(1).normal(0, 3, there.shape)
    here = np.clip(np.rint(there + noise), 0, 255).astype(np.uint8)
    assert log_gain(here, there, STILL, NOTHING, NOTHING) == 0
    assert log_gain(np.zeros_like(there), there, STILL, NOTHING, NOTHING) == 0


def test_a_gain_is_read_along_the_motion() -> None:
    world = texture(128, 232, seed=3, high=200)
    here, there = np.rint(world[:, 20:212] * 0.9).astype(np.uint8), np.ascontiguousarray(world[:, :192])
    flow = np.full((64, 96, 2), (10, 0), np.float32)
    assert log_gain(here, there, flow, NOTHING, NOTHING) == pytest.approx(np.log(0.9), abs=0.005)


@pytest.mark.parametrize("delay", [0, 3])
def test_sources_from_before_are_shown_in_the_light_of_now(delay: int) -> None:
    scene = darkening(from_frame=7)
    fills = live(scene, PropagationSettings(delay=delay))
    for fill in fills[7:]:
        # Shown as it was, luma would be a quarter too bright: about 30 levels. The membrane alone makes up 13 of them.
        assert lumas(fill, scene) < 7, fill.index


def test_later_sources_are_shown_in_the_light_of_now(tmp_path: Path) -> None:
    scene = darkening(from_frame=7)
    for fill in final(scene, tmp_path)[2:]:
        assert lumas(fill, scene) < 7, fill.index


def test_alpha_is_no_matter_of_light() -> None:
    picture = make_scene([None], size=SIZE).frames[0].picture
    opaque = np.full(SIZE, 255, np.uint8)
    picture = replace(picture, planes=(*picture.planes, PicturePlane(opaque)))
    window = Window(0, 0, SIZE[1], SIZE[0])
    found = SourceMap.constant(window, observed_label(3))
    relation = ColourRelation.of(picture, np.ones(SIZE, bool))
    shown = relit([plane.samples for plane in picture.planes], found, picture.planes, {3: 0.0, 4: -0.5}, 4, relation)
    luma = picture.planes[0].samples.astype(float)
    np.testing.assert_array_equal(shown[3], opaque)
    np.testing.assert_allclose(shown[0], luma * np.exp(-0.49), atol=2)


def test_a_clip_in_steady_light_keeps_its_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = make_scene([None, None, *crossing(8)])
    usual = live(scene)
    remover = LiveRemover(SETTINGS)
    for frame in scene.frames:
        remover.step(frame)
    assert remover._propagator is not None
    assert set(remover._propagator.exposure.values()) == {0.0}
    monkeypatch.setattr("models.propagation.observation.log_gain", lambda *_: 0.0)
    assert all(same_fill(one, other) for one, other in zip(usual, live(scene), strict=True))


def test_a_saved_state_knows_the_light() -> None:
    scene = darkening(from_frame=7)
    first, second = LiveRemover(SETTINGS), LiveRemover(SETTINGS)
    usual = live(scene)
    for frame in scene.frames[:8]:
        first.step(frame)
    second.load_state(first.save_state())
    rest = [fill for frame in scene.frames[8:] for fill in second.step(frame)]
    assert all(same_fill(one, other) for one, other in zip(usual[8:], rest, strict=True))


def test_only_sources_from_clearly_other_light_are_fitted_to_the_rest() -> None:
    label = np.array([[observed_label(3), observed_label(4), observed_label(5), -1]], np.int32)
    found = replace(SourceMap.unknown(Window(0, 0, 4, 1)), label=label)
    strange = in_other_light(found, {3: 0.0, 4: -0.01, 5: -0.3, 6: 0.0}, 6)
    assert strange is not None and strange.tolist() == [[False, False, True, False]]
    assert in_other_light(found, {3: 0.0, 4: -0.01, 5: 0.0, 6: 0.0}, 6) is None
