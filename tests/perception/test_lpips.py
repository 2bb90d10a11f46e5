"""LPIPS against the authors' figures."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from models.perception.lpips import Lpips
from models.weights import WeightsError

EXAMPLES = os.environ.get("CLEANPLATE_LPIPS_EXAMPLES")


@pytest.fixture(scope="module")
def single_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def lpips(fetched_weights: Path, single_thread: None) -> Lpips:
    return Lpips(fetched_weights)


def pattern(phase: float) -> np.ndarray:
    y, x = np.mgrid[0:96, 0:128].astype(np.float64)
    red = 127.5 + 100 * np.sin(x / 7 + phase) * np.cos(y / 11)
    green = 127.5 + 90 * np.sin((x + y) / 5)
    blue = 127.5 + 110 * np.cos(x * y / 900 + phase)
    return np.clip(np.rint(np.stack([red, green, blue], axis=2)), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(("phase", "authors"), [(0.3, 0.016786929), (1.5, 0.219084501)])
def test_distances_are_those_of_the_authors_code(lpips: Lpips, phase: float, authors: float) -> None:
    assert lpips(pattern(0)[None], pattern(phase)[None])[0] == pytest.approx(authors, rel=1e-4)


@pytest.mark.skipif(EXAMPLES is None, reason="CLEANPLATE_LPIPS_EXAMPLES names no folder with the authors' example pair")
@pytest.mark.parametrize(("name", "authors"), [("ex_p0.png", 0.722), ("ex_p1.png", 0.138)])
def test_the_authors_example_pair_gives_their_figures(lpips: Lpips, name: str, authors: float) -> None:
    first, second = (
        cv2.imdecode(np.frombuffer((Path(EXAMPLES or "") / file).read_bytes(), np.uint8), cv2.IMREAD_COLOR_RGB)
        for file in ("ex_ref.png", name)
    )
    assert lpips(first[None], second[None])[0] == pytest.approx(authors, abs=5e-4)


def test_a_batch_gives_what_its_pictures_give(lpips: Lpips) -> None:
    first, second = np.stack([pattern(0), pattern(1)]), np.stack([pattern(0.5), pattern(1)])
    together = lpips(first, second)
    alone = [lpips(a[None], b[None])[0] for a, b in zip(first, second, strict=True)]
    assert together == pytest.approx(alone, abs=1e-6) and together[1] == 0


def test_the_differentiable_distance_is_the_same_and_has_a_gradient(lpips: Lpips) -> None:
    first, second = (torch.from_numpy(pattern(phase)).permute(2, 0, 1)[None].float() / 255 for phase in (0.0, 1.5))
    moved = second.clone().requires_grad_()
    distance = lpips.distance(first, moved)
    assert distance.item() == pytest.approx(float(lpips(pattern(0)[None], pattern(1.5)[None])[0]), rel=1e-5)
    (slope,) = torch.autograd.grad(distance.sum(), moved)
    closer = moved.detach() - 0.02 * slope / slope.abs().max()
    assert lpips.distance(first, closer) < distance


def test_a_black_picture_has_a_finite_gradient(lpips: Lpips) -> None:
    black = torch.zeros(1, 3, 64, 64, requires_grad=True)
    (slope,) = torch.autograd.grad(lpips.distance(black, torch.rand(1, 3, 64, 64)).sum(), black)
    assert torch.isfinite(slope).all()


def test_missing_weights_say_what_to_do(tmp_path: Path, single_thread: None) -> None:
    with pytest.raises(WeightsError, match="cleanplate models fetch lpips-alexnet"):
        Lpips(tmp_path)
