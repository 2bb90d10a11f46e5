"""A graphics card whose memory does not suffice: a smaller plan, then the CPU, and the fills say so."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from panned_scene import Scene, make_scene
from small_networks import small_network
from torch import Tensor

import models.devices
from models.devices import Placement, driver_cuda, place, why_not_cuda
from models.flow.dis import DisFlow
from models.inpainting.generator import InpaintingGenerator
from models.propagation.picture import Fill
from models.propagation.settings import PropagationSettings
from models.vornet import engine
from models.vornet.causal import CausalPropagation
from models.vornet.inpainter import Inpainter
from models.vornet.notes import MOVED, SMALLER
from models.vornet.polish import GuessPolish
from models.vornet.refiner import Refiner
from models.vornet.remover import VornetRemover
from models.vornet.runner import Past, Step, StepRunner, Values
from models.vornet.settings import RefinerSettings

FULL = "CUDA out of memory. Tried to allocate 2.00 GiB."


class CrowdedCard(StepRunner):
    """Computes on the CPU, but says it is a graphics card, with room for crops up to a size only."""

    def __init__(self, room_px: int) -> None:
        super().__init__(small_network(answers=0.2), Placement())
        self._room_px = room_px
        self.placement = Placement("cuda", "float16")
        self.asked: list[tuple[str, int]] = []

    def upload(self, array: Values) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).permute(2, 0, 1)[None]

    def run(self, step: Step, past: Past | None) -> tuple[Values, Past]:
        longest = max(step.propagated.shape[:2])
        self.asked.append((self.placement.device, longest))
        if self.placement.device == "cuda" and longest > self._room_px:
            raise torch.cuda.OutOfMemoryError(FULL)
        return super().run(step, past)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return make_scene([(60, 30, 150, 140), (64, 30, 150, 140), (68, 30, 150, 140)], pan=(2, 0), size=(200, 288))


def refined(scene: Scene, runner: StepRunner, **settings: int) -> list[Fill]:
    propagation = PropagationSettings()
    inpainter = Inpainter(InpaintingGenerator(width=4), place("cpu"))
    refiner = Refiner(runner, inpainter, DisFlow("fast"), propagation, RefinerSettings(skip=False, **settings))
    remover = VornetRemover(CausalPropagation(propagation), refiner, "")
    return [fill for frame in scene.frames for fill in remover.step(frame)]


def test_a_crop_without_room_is_seen_smaller_from_then_on(scene: Scene) -> None:
    card = CrowdedCard(room_px=160)
    fills = refined(scene, card)
    assert [device for device, _ in card.asked] == ["cuda"] * 4
    assert card.asked[0][1] > 160 and all(longest == 128 for _, longest in card.asked[1:])
    assert all(SMALLER in fill.notes for fill in fills)


def test_with_no_room_at_all_the_cpu_takes_over_and_gives_its_own_answer(scene: Scene) -> None:
    torch.manual_seed(3)
    card = CrowdedCard(room_px=0)
    moved = refined(scene, card, largest_px=256, cpu_largest_px=96)
    assert card.placement == place("cpu") and [device for device, _ in card.asked][-3:] == ["cpu"] * 3
    torch.manual_seed(3)
    network = StepRunner(small_network(answers=0.2), place("cpu"))
    plain = refined(scene, network, largest_px=96)
    for fill, other in zip(moved, plain, strict=True):
        assert MOVED in fill.notes and MOVED not in other.notes
        assert all(np.array_equal(mine, theirs) for mine, theirs in zip(fill.planes, other.planes, strict=True))


def test_a_card_that_fills_up_midway_hands_its_past_over(scene: Scene) -> None:
    card = CrowdedCard(room_px=400)
    refiner = Refiner(card, None, DisFlow("fast"), PropagationSettings(), RefinerSettings(skip=False))
    remover = VornetRemover(CausalPropagation(PropagationSettings()), refiner, "")
    first = remover.step(scene.frames[0])[0]
    card._room_px = 0
    later = [remover.step(frame)[0] for frame in scene.frames[1:]]
    assert not first.notes and all(MOVED in fill.notes for fill in later)
    assert refiner.state.past is not None and refiner.state.past.picture.device.type == "cpu"


def test_a_card_without_room_for_the_networks_leaves_them_on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(StepRunner):
        def __init__(self, network: torch.nn.Module, placement: Placement) -> None:
            if placement.device == "cuda":
                raise torch.cuda.OutOfMemoryError(FULL)
            super().__init__(network, placement)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "StepRunner", Full)
    runner, inpainter = engine._with_room(
        small_network(answers=0.2), InpaintingGenerator(width=2), Placement("cuda", "float16")
    )
    assert runner.placement == place("cpu") and inpainter is not None


def test_the_cpu_running_out_is_an_error(scene: Scene) -> None:
    card = CrowdedCard(room_px=0)
    card.placement = Placement()
    card.run = lambda step, past: (_ for _ in ()).throw(torch.cuda.OutOfMemoryError(FULL))  # type: ignore[method-assign]
    with pytest.raises(torch.cuda.OutOfMemoryError):
        refined(scene, card)


class CrowdedPolish(GuessPolish):
    """Says it is on a graphics card, which has no room for it."""

    def __init__(self, generator: InpaintingGenerator) -> None:
        super().__init__(generator, Placement())
        self._placement = Placement("cuda", "float16")

    def _polished(self, filled: NDArray[np.uint8], hole: NDArray[np.bool_]) -> NDArray[np.uint8]:
        if self._placement.device == "cuda":
            raise torch.cuda.OutOfMemoryError(FULL)
        return super()._polished(filled, hole)


def test_a_guess_without_room_is_gone_over_on_the_cpu() -> None:
    generator = InpaintingGenerator(width=4, base="patches")
    torch.nn.init.normal_(generator.finish[-1].weight, std=0.2)
    picture = np.random.default_rng(3).integers(0, 256, (40, 56, 3), np.uint8)
    hole = np.zeros((40, 56), bool)
    hole[9:25, 11:40] = True
    found = CrowdedPolish(generator)(picture, hole)
    assert np.array_equal(found, GuessPolish(generator, place("cpu"))(picture, hole))
    assert not np.array_equal(found, picture)


@pytest.mark.parametrize(
    ("built", "driver", "hidden", "expected"),
    [
        (None, None, "", "built without CUDA"),
        ("12.8", (11, 4), "0", "driver is too old"),
        ("12.8", (12, 2), "-1", "hidden"),
        ("12.8", None, "0", "no NVIDIA graphics card"),
        ("12.8", (13, 0), "0", "no NVIDIA graphics card"),
    ],
)
def test_the_reason_for_the_cpu_is_told(
    monkeypatch: pytest.MonkeyPatch, built: str | None, driver: tuple[int, int] | None, hidden: str, expected: str
) -> None:
    monkeypatch.setattr(torch.version, "cuda", built)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(models.devices, "driver_cuda", lambda: driver)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", hidden)
    assert expected in why_not_cuda()


def test_with_a_card_there_is_no_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.version, "cuda", "12.8")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(models.devices, "driver_cuda", lambda: (12, 2))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert why_not_cuda() == ""


class Driver:
    """A driver that knows a version of CUDA, or fails."""

    def __init__(self, version: int, *, failing: bool = False) -> None:
        self._version, self._failing = version, failing

    def cuDriverGetVersion(self, place: Any) -> int:  # noqa: N802 the driver's own name
        place._obj.value = self._version
        return 999 if self._failing else 0


def test_the_drivers_version_is_asked_of_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    for driver, expected in ((Driver(12040), (12, 4)), (Driver(12040, failing=True), None)):
        monkeypatch.setattr(ctypes, "CDLL", lambda _name, driver=driver: driver)
        assert driver_cuda() == expected

    def missing(_name: str) -> None:
        raise OSError("no such library")

    monkeypatch.setattr(ctypes, "CDLL", missing)
    assert driver_cuda() is None
