"""LPIPS against the authors' figures."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from truth_scene import moving_scene

from models.training.lpips import Lpips
from models.training.method import Filled, dilate_holes
from models.training.metrics import Evaluator
from models.weights import WeightsError

EXAMPLES = os.environ.get("CLEANPLATE_LPIPS_EXAMPLES")


@pytest.fixture(scope="module")
def single_thread() -> None:
    torch = pytest.importorskip("torch")
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


def test_blur_is_worse_than_the_truth_and_shows_in_the_scores(lpips: Lpips) -> None:
    scene = moving_scene(speed=2.0, frames=4)
    blurred = np.stack([cv2.GaussianBlur(frame, (0, 0), 4) for frame in scene.truth])
    evaluator = Evaluator(scene, dilate_holes(scene.masks), lpips)
    perfect, soft = evaluator.score(Filled(scene.truth)), evaluator.score(Filled(blurred))
    assert perfect.lpips == pytest.approx(0, abs=1e-6) and perfect.tlp == pytest.approx(0, abs=1e-6)
    assert soft.lpips is not None and soft.lpips > 0.05
    assert evaluator.score_quickly(Filled(blurred)).lpips == soft.lpips


def test_missing_weights_say_what_to_do(tmp_path: Path, single_thread: None) -> None:
    with pytest.raises(WeightsError, match="cleanplate models fetch lpips-alexnet"):
        Lpips(tmp_path)
