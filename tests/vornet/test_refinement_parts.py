"""The runner, the image candidate, the test for a good fit, the selection."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from small_networks import small_network
from torch import Tensor

from models.devices import DeviceError, Placement, cpu_has_bfloat16, place
from models.inpainting.generator import InpaintingGenerator
from models.vornet.convlstm import LstmState
from models.vornet.fitting import fits, seam_jump
from models.vornet.inpainter import Inpainter
from models.vornet.runner import BufferedStep, Past, Step, StepRunner
from models.vornet.selection import ClosestToPrevious, PyramidDistance, perceptual_distance
from models.weights import WeightsError


def steps(count: int, side: int = 64) -> list[Step]:
    rng = np.random.default_rng(4)
    grid = np.stack(np.meshgrid(*[(np.arange(side) + 0.5) / side * 2 - 1] * 2), -1).astype(np.float32)
    made = []
    for number in range(count):
        conditions = np.zeros((side, side, 4), np.float32)
        conditions[10:40, 12:50, 0] = conditions[10:40, 12:50, 2] = conditions[10:40, 12:50, 3] = 1
        picture = rng.random((side, side, 3), np.float32)
        made.append(Step(picture, None, conditions, grid + 0.02 if number else None))
    return made


def run(runner: StepRunner, count: int = 4) -> list[np.ndarray]:
    past, pictures = None, []
    for step in steps(count):
        picture, past = runner.run(step, past)
        pictures.append(picture)
    return pictures


def test_buffers_of_their_own_change_no_answer_and_are_not_handed_out() -> None:
    network = small_network(answers=0.2).eval()
    made = [StepRunner(network, Placement()).run(step, None)[1] for step in steps(3)]
    grid = torch.rand(1, 64, 64, 2) * 2 - 1
    direct = StepRunner(network, Placement())
    inputs = []
    for step, past in zip(steps(3), made, strict=True):
        assert past.state is not None
        pictures = direct.upload(step.propagated)
        conditions = direct.upload(step.conditions)
        inputs.append((pictures, pictures, conditions, grid, past.picture, past.state.hidden, past.state.cell))
    with torch.inference_mode():
        buffered = BufferedStep(network, inputs[0], capture=False)
        answers = [buffered(one) for one in inputs]
        for one, (picture, state) in zip(inputs, answers, strict=True):
            expected, expected_state = direct._with_past(*one[:3], Past(one[4], LstmState(one[5], one[6])), one[3])
            assert torch.equal(picture, expected) and torch.equal(state.cell, expected_state.cell)


@pytest.mark.skipif(not cpu_has_bfloat16(), reason="this processor has no bfloat16")
def test_bfloat16_differs_by_less_than_half_a_grey_level_on_average() -> None:
    exact = run(StepRunner(small_network(answers=0.02), Placement("cpu", "float32")))
    rough = run(StepRunner(small_network(answers=0.02), Placement("cpu", "bfloat16")))
    assert np.mean([np.abs(a - b).mean() for a, b in zip(exact, rough, strict=True)]) < 0.5 / 255


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_an_untrained_network_changes_nothing_in_any_precision(precision: str) -> None:
    runner = StepRunner(small_network(answers=0), Placement("cpu", precision))  # type: ignore[arg-type]
    for step, picture in zip(steps(3), run(runner, 3), strict=True):
        assert np.array_equal(picture, step.propagated)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("graphs", [False, True])
def test_a_gpu_gives_nearly_what_the_cpu_gives(graphs: bool) -> None:
    exact = run(StepRunner(small_network(answers=0.02), Placement("cpu", "float32")))
    rough = run(StepRunner(small_network(answers=0.02), Placement("cuda", "float16"), graphs=graphs))
    assert np.mean([np.abs(a - b).mean() for a, b in zip(exact, rough, strict=True)]) < 0.5 / 255


def test_a_placement_is_chosen_by_what_there_is() -> None:
    assert place("cpu").device == "cpu"
    assert place("cpu").precision == ("bfloat16" if cpu_has_bfloat16() else "float32")
    if not torch.cuda.is_available():
        assert place("auto") == place("cpu")
        with pytest.raises(DeviceError, match="no CUDA device"):
            place("cuda")


class CountingGenerator(InpaintingGenerator):
    def __init__(self) -> None:
        super().__init__(width=2)
        self.asked: list[float] = []

    def forward(self, image: Tensor, hole: Tensor) -> object:  # type: ignore[override]
        self.asked.append(float(hole.sum()))
        return super().forward(image, hole)


def test_the_image_candidate_is_asked_once_and_then_carried() -> None:
    generator = CountingGenerator()
    inpainter = Inpainter(generator, Placement())
    picture, hole = torch.rand(1, 3, 64, 64), torch.zeros(1, 1, 64, 64)
    hole[..., 16:48, 16:48] = 1
    unknown = torch.zeros_like(hole)
    unknown[..., 20:40, 20:40] = 1
    still = torch.from_numpy(np.stack(np.meshgrid(*[(np.arange(64) + 0.5) / 32 - 1] * 2), -1).astype(np.float32))[None]
    with torch.inference_mode():
        assert inpainter.update(None, None, picture, hole, torch.zeros_like(hole)) is None
        first = inpainter.update(None, None, picture, hole, unknown)
        assert first is not None
        again = inpainter.update(first, still, picture, hole, unknown)
        assert again is not None and torch.allclose(again.picture, first.picture, atol=1e-4)
        assert generator.asked == [400.0]
        unknown[..., 20:40, 40:46] = 1
        more = inpainter.update(again, still, picture, hole, unknown)
    assert generator.asked == [400.0, 120.0]  # only what is new
    assert more is not None and torch.allclose(
        more.picture[..., 20:40, 20:40], first.picture[..., 20:40, 20:40], atol=1e-4
    )
    outside = unknown.expand_as(picture) == 0
    assert torch.equal(more.picture[outside], picture[outside])


def conditions_of(hole: np.ndarray, *, guessed: bool = False, risk: float = 0.0) -> np.ndarray:
    inside = hole.astype(np.float32)
    return np.stack([inside, inside * (not guessed), inside * guessed, inside * risk], -1)


def test_a_fill_fits_without_a_seam_a_guess_or_a_doubt() -> None:
    rng = np.random.default_rng(3)
    picture = rng.random((64, 64, 3), np.float32)
    hole = np.zeros((64, 64), bool)
    hole[20:44, 20:44] = True
    assert fits(picture, conditions_of(hole))
    assert not fits(picture, conditions_of(hole, guessed=True))
    assert not fits(picture, conditions_of(hole, risk=0.3))
    brighter = np.where(hole[..., None], picture + 0.2, picture)
    assert not fits(brighter, conditions_of(hole))
    assert fits(brighter, conditions_of(np.zeros_like(hole)))


def test_a_seams_jump_is_what_was_added() -> None:
    hole = np.zeros((40, 40), bool)
    hole[10:30, 10:30] = True
    assert seam_jump(hole * np.float32(0.25), hole) == pytest.approx(0.25, abs=1e-5)
    assert seam_jump(np.zeros((40, 40), np.float32), np.ones((40, 40), bool)) == 0


def test_the_candidate_closest_to_the_previous_result_is_picked() -> None:
    torch.manual_seed(8)
    previous = torch.rand(2, 3, 64, 64)
    candidates = torch.rand(2, 3, 3, 64, 64)
    candidates[0, 2] = previous[0] + 0.01
    candidates[1, 0] = previous[1] - 0.01
    select = ClosestToPrevious(PyramidDistance())
    assert select.index(candidates, previous).tolist() == [2, 0]
    picked = select(candidates, previous)
    assert torch.equal(picked[0], candidates[0, 2]) and torch.equal(picked[1], candidates[1, 0])
    assert torch.equal(select(candidates, None), candidates[:, -1])


def test_the_pyramids_distance_by_hand() -> None:
    black, grey = torch.zeros(1, 3, 32, 32), torch.full((1, 3, 32, 32), 0.25)
    assert PyramidDistance().distance(black, grey).item() == pytest.approx(4 * 0.25)
    checked = torch.zeros(1, 3, 32, 32)
    checked[..., ::2, ::2] = checked[..., 1::2, 1::2] = 1
    assert PyramidDistance().distance(torch.full_like(checked, 0.5), checked).item() == pytest.approx(0.5)


def test_lpips_selects_too_and_says_when_its_weights_are_missing(fetched_weights: Path, tmp_path: Path) -> None:
    select = ClosestToPrevious(perceptual_distance(fetched_weights))
    previous = torch.rand(1, 3, 64, 64)
    candidates = torch.stack([torch.rand(1, 3, 64, 64), previous * 0.98], 1)
    assert select.index(candidates, previous).tolist() == [1]
    with pytest.raises(WeightsError, match="lpips-alexnet"):
        perceptual_distance(tmp_path)
