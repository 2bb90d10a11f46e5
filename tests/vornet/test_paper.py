"""The paper's recipe: its candidates, and its remover."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from panned_scene import HEIGHT, WIDTH, Scene, crossing, make_scene, plane_mask, same_fill
from torch import Tensor

from models.devices import Placement
from models.flow.dis import DisFlow
from models.inpainting.generator import InpaintingGenerator
from models.propagation.holeflow import FlowField
from models.propagation.observation import Scale, observe
from models.propagation.picture import Fill
from models.propagation.settings import PropagationSettings
from models.vornet.crops import Crop
from models.vornet.inpainter import Inpainter, PatchImageFill
from models.vornet.paper import ImageFill, PaperRemover, fill_range_as_published
from models.vornet.refinement import RefinementNetwork
from models.vornet.selection import ClosestToPrevious, PyramidDistance
from models.vornet.warping import PastOutput, Warper, background_flow, homography_fill, interpolated_flow

PAN = (2, 0)


def remover(
    *,
    inpainter: ImageFill | None = None,
    network: RefinementNetwork | None = None,
    fingerprint: str = "a",
    note: str = "",
) -> PaperRemover:
    torch.manual_seed(21)
    network = network or RefinementNetwork(head="paper", candidates=1, conditions=1, width=4, hidden=8)
    return PaperRemover(
        network,
        inpainter or Inpainter(InpaintingGenerator(width=2), Placement()),
        ClosestToPrevious(PyramidDistance()),
        DisFlow(),
        Placement(),
        PropagationSettings(),
        largest_px=96,
        fingerprint=fingerprint,
        note=note,
    )


class Keeping(RefinementNetwork):
    """A paper's head that paints exactly what was selected."""

    def forward(self, candidates: Tensor, conditions: Tensor, state: object = None) -> object:  # type: ignore[override]
        answer = super().forward(candidates, conditions, state)  # type: ignore[arg-type]
        return type(answer)(candidates[:, 0], None, None, answer.state)


def keeping() -> Keeping:
    return Keeping(head="paper", candidates=1, conditions=1, width=4, hidden=8)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return make_scene([None, *crossing(8)], pan=PAN)


def run(scene: Scene, with_remover: PaperRemover) -> list[Fill]:
    return [fill for frame in scene.frames for fill in with_remover.step(frame)]


def spoiled(true: FlowField, hole: np.ndarray) -> FlowField:
    return np.where(hole[..., None], np.float32(9), true).astype(np.float32)


def test_a_bent_flow_is_interpolated_and_a_perspective_one_is_fitted() -> None:
    hole = np.zeros((60, 80), bool)
    hole[20:40, 30:50] = True
    ys, xs = np.mgrid[0:60, 0:80].astype(np.float32)
    slanted = np.stack([0.02 * xs + 1, 0.01 * ys - 2], -1).astype(np.float32)
    smooth = interpolated_flow(spoiled(slanted, hole), hole)
    assert np.abs(smooth - slanted).max() < 0.25
    depth = 1 + 4e-4 * xs
    turned = np.stack([(xs + 2) / depth - xs, ys / depth - ys], -1).astype(np.float32)
    fitted = homography_fill(spoiled(turned, hole), hole)
    assert fitted is not None and np.abs(fitted - turned).max() < 0.05
    assert homography_fill(np.random.default_rng(1).normal(0, 20, (60, 80, 2)).astype(np.float32), hole) is None


@pytest.mark.parametrize("fill", ["interpolated", "homography", "mixed"])
def test_the_objects_own_flow_is_removed(scene: Scene, fill: str) -> None:
    scale = Scale.of(scene.frames[0].picture, PropagationSettings())
    here, there = observe(scene.frames[4], scale), observe(scene.frames[3], scale)
    motion = background_flow(DisFlow("medium"), here, there, fill)  # type: ignore[arg-type]
    inside = motion.flow[here.blurred] * scale.factor
    assert np.median(inside[:, 0]) == pytest.approx(2, abs=0.4)  # the background moves left by 2 a frame


def test_a_past_output_is_warped_into_the_hole_only(scene: Scene) -> None:
    scale = Scale.of(scene.frames[0].picture, PropagationSettings())
    crop = Crop(0, 0, WIDTH, HEIGHT, WIDTH, HEIGHT)

    def tensor(view: np.ndarray) -> Tensor:
        return torch.from_numpy(view).permute(2, 0, 1)[None].float() / 255

    warper = Warper(DisFlow("medium"))
    for position in (3, 4):
        seen = observe(scene.frames[position], scale)
        warper.remember(PastOutput(seen, crop, tensor(scene.truth[position].view)))
    here = observe(scene.frames[5], scale)
    frame, hole = tensor(scene.frames[5].picture.view), torch.from_numpy(here.hole)[None, None].float()
    (warped,) = warper.candidates(here, crop, frame, hole, scale)  # k = 1; there are no k = 3 and 5 yet
    outside = hole.expand_as(frame) == 0
    assert torch.equal(warped[outside], frame[outside])
    truth = tensor(scene.truth[5].view)
    assert (warped - truth)[~outside].abs().mean() < 0.3 * (frame - truth)[~outside].abs().mean()
    warper.remember(None)
    assert len(warper.candidates(here, crop, frame, hole, scale)) == 1  # only k = 3


def test_it_fills_the_hole_of_native_planes_and_keeps_its_surroundings(scene: Scene) -> None:
    fills = run(scene, remover())
    assert not fills[0].width and all(fill.width for fill in fills[1:])
    for fill, frame in zip(fills[1:], scene.frames[1:], strict=True):
        assert fill.guessed.sum() == frame.hole.sum() and not fill.seen.any()
        for plane, samples in zip(frame.picture.planes, fill.planes, strict=True):
            top, left = fill.top >> plane.shift_y, fill.left >> plane.shift_x
            part = np.s_[top : top + samples.shape[0], left : left + samples.shape[1]]
            outside = ~plane_mask(frame.hole, plane)[part]
            assert np.array_equal(samples[outside], plane.samples[part][outside])


def test_the_first_frame_is_the_inpainting_candidates_and_later_ones_follow_the_past(scene: Scene) -> None:
    asked: list[int] = []

    class Grey:
        def fill(self, picture: Tensor, hole: Tensor) -> Tensor:
            asked.append(1)
            return torch.lerp(picture, torch.full_like(picture, 0.5), hole)

    part = scene.part(1, 5)
    fills = run(part, remover(inpainter=Grey(), network=keeping()))
    assert len(asked) == 4  # in every frame, as published
    luma = fills[0].planes[0][part.frames[0].hole[fills[0].top :, fills[0].left :][: fills[0].height, : fills[0].width]]
    assert luma.std() < 3
    # The object moves on: what it uncovered is taken from the frames before, not painted grey again.
    hole = part.frames[3].hole[fills[3].top :, fills[3].left :][: fills[3].height, : fills[3].width]
    assert fills[3].planes[0][hole].std() > 10


@pytest.mark.parametrize("stop", [1, 3, 6])
def test_a_saved_state_continues_exactly(scene: Scene, stop: int) -> None:
    expected, first = run(scene, remover()), remover()
    found = [fill for frame in scene.frames[:stop] for fill in first.step(frame)]
    second = remover()
    second.load_state(first.save_state())
    found += [fill for frame in scene.frames[stop:] for fill in second.step(frame)]
    assert all(same_fill(*pair) for pair in zip(found, expected, strict=True))
    with pytest.raises(ValueError, match="other settings or weights"):
        remover(fingerprint="b").load_state(first.save_state())


def test_final_of_the_recipe_is_its_live(scene: Scene) -> None:
    calls: list[int] = []
    found = fill_range_as_published(scene, remover(), checkpoint=lambda: calls.append(1))
    assert all(same_fill(*pair) for pair in zip(found, run(scene, remover()), strict=True))
    assert len(calls) == len(scene)


def test_patches_stand_in_for_the_generator_and_a_note_is_told_once_a_shot(scene: Scene) -> None:
    fills = run(scene.part(1, 4), remover(inpainter=PatchImageFill(), note="no AlexNet"))
    assert [fill.notes for fill in fills] == [("no AlexNet",), (), ()]
    filled = PatchImageFill().fill(torch.rand(1, 3, 32, 32), torch.ones(1, 1, 32, 32))
    assert filled.std() == 0  # nothing to copy from: grey
