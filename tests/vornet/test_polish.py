"""The inpainting network on guesses: in the hole alone, carried along, the same on every way through the engine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from panned_scene import Scene, crossing, make_scene, rectangle, same_fill
from small_networks import small_network

from models.devices import Placement
from models.flow.dis import DisFlow
from models.inpainting.generator import InpaintingGenerator
from models.propagation.picture import BoolMask, Fill
from models.propagation.remover import LiveRemover
from models.propagation.settings import PropagationSettings
from models.vornet.causal import CausalPropagation
from models.vornet.engine import load_polish, open_live
from models.vornet.polish import GuessPolish
from models.vornet.refiner import Refiner
from models.vornet.remover import VornetRemover
from models.vornet.runner import StepRunner
from models.vornet.settings import RefinerSettings, VornetFiles, VornetSettings
from models.weights import save_network


@pytest.fixture(scope="module")
def still() -> Scene:
    return make_scene([(40, 24, 30, 26)] * 4, pan=(0, 0))


def inverted(filled: NDArray[np.uint8], hole: BoolMask) -> NDArray[np.uint8]:
    """A polish that nobody overlooks."""
    return np.where(hole[..., None], 255 - filled, filled)


def picture_with_hole(height: int, width: int) -> tuple[NDArray[np.uint8], BoolMask]:
    hole = np.zeros((height, width), bool)
    hole[9:25, 11:40] = True
    return np.random.default_rng(3).integers(0, 256, (height, width, 3), np.uint8), hole


@pytest.mark.parametrize("size", [(40, 56), (37, 51)])
def test_only_the_hole_is_gone_over(size: tuple[int, int]) -> None:
    torch.manual_seed(5)
    generator = InpaintingGenerator(width=4, base="patches")
    picture, hole = picture_with_hole(*size)
    assert np.array_equal(GuessPolish(generator, Placement())(picture, hole), picture)  # untrained it adds nothing
    torch.nn.init.normal_(generator.finish[-1].weight, std=0.2)
    polish = GuessPolish(generator, Placement())
    found = polish(picture, hole)
    assert np.array_equal(found[~hole], picture[~hole]) and (found[hole] != picture[hole]).mean() > 0.5
    assert np.array_equal(polish(picture, hole), found)


def test_guesses_are_gone_over_once_and_carried_along(still: Scene) -> None:
    holes: list[int] = []

    def noted(filled: NDArray[np.uint8], hole: BoolMask) -> NDArray[np.uint8]:
        holes.append(int(hole.sum()))
        return inverted(filled, hole)

    plain, polished = (run(LiveRemover(PropagationSettings(), polish), still) for polish in (None, noted))
    assert len(holes) == 1 and holes[0] >= 30 * 26
    for before, after in zip(plain, polished, strict=True):
        inside = still.frames[0].hole[rectangle(before)]
        assert np.abs(before.planes[0].astype(int) - after.planes[0])[inside].mean() > 8


@pytest.mark.parametrize("delay", [0, 2])
def test_a_resumed_engine_goes_over_its_guesses_too(still: Scene, delay: int) -> None:
    moving = make_scene(crossing(6), pan=(2, 0))
    settings = PropagationSettings(delay=delay, frame_rate=2)
    whole = run(LiveRemover(settings, inverted), moving)
    first = LiveRemover(settings, inverted)
    fills = [fill for frame in moving.frames[:3] for fill in first.step(frame)]
    second = LiveRemover(settings, inverted)
    second.load_state(first.save_state())
    fills += [fill for frame in moving.frames[3:] for fill in second.step(frame)] + second.flush()
    assert all(same_fill(*pair) for pair in zip(fills, whole, strict=True))
    assert not all(same_fill(*pair) for pair in zip(run(LiveRemover(settings), moving), whole, strict=True))


def test_vornet_s_causal_engine_carries_the_same(still: Scene) -> None:
    settings = PropagationSettings()
    expected = run(LiveRemover(settings, inverted), still)
    runner = StepRunner(small_network(answers=0, candidates=2), Placement())
    refiner = Refiner(runner, None, DisFlow(settings.preset), settings, RefinerSettings(largest_px=96, skip=False))
    causal = VornetRemover(CausalPropagation(settings, inverted), refiner, "")
    found = []
    for position, frame in enumerate(still.frames):  # with the frame behind named, as the product does
        if position + 1 < len(still.frames):
            causal.foresee(still.frames[position + 1])
        found += causal.step(frame)
    assert all(same_fill(*pair) for pair in zip(found, expected, strict=True))


@pytest.mark.parametrize("base", ["patches", "nothing"])
def test_weights_that_do_not_begin_with_patches_are_no_polish(base: str, tmp_path: Path) -> None:
    network = InpaintingGenerator(width=2, base=base)  # type: ignore[arg-type]
    file = tmp_path / "inpainting.safetensors"
    save_network(
        file,
        "InpaintingGenerator",
        network.config(),
        {name: each.numpy() for name, each in network.state_dict().items()},
    )
    assert isinstance(load_polish(file), GuessPolish) == (base == "patches")


def run(remover: LiveRemover, scene: Scene) -> list[Fill]:
    return [fill for frame in scene.frames for fill in remover.step(frame)] + remover.flush()


@pytest.mark.parametrize("polish", [False, True])
def test_vornet_takes_it_only_where_the_settings_say_so(polish: bool, still: Scene, tmp_path: Path) -> None:
    generator = InpaintingGenerator(width=2, base="patches")
    torch.nn.init.normal_(generator.finish[-1].weight, std=0.3)
    for name, network in (("RefinementNetwork", small_network(answers=0)), ("InpaintingGenerator", generator)):
        arrays = {key: tensor.numpy() for key, tensor in network.state_dict().items()}
        save_network(tmp_path / name, name, network.config(), arrays)  # type: ignore[operator]
    settings = VornetSettings(polish=polish, device="cpu")
    files = VornetFiles.of(tmp_path / "RefinementNetwork", tmp_path / "InpaintingGenerator")
    first = open_live(settings, files).step(still.frames[0])[0]
    plain = LiveRemover(settings.propagation).step(still.frames[0])[0]
    assert same_fill(first, plain) != polish
