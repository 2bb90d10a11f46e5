"""LPIPS in the scores."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from truth_scene import moving_scene

from models.perception.lpips import Lpips
from models.training.data.method import Filled, dilate_holes
from models.training.measures.metrics import Evaluator


def test_blur_is_worse_than_the_truth_and_shows_in_the_scores(fetched_weights: Path) -> None:
    lpips = Lpips(fetched_weights)
    scene = moving_scene(speed=2.0, frames=4)
    blurred = np.stack([cv2.GaussianBlur(frame, (0, 0), 4) for frame in scene.truth])
    evaluator = Evaluator(scene, dilate_holes(scene.masks), lpips)
    perfect, soft = evaluator.score(Filled(scene.truth)), evaluator.score(Filled(blurred))
    assert perfect.lpips == pytest.approx(0, abs=1e-6) and perfect.tlp == pytest.approx(0, abs=1e-6)
    assert soft.lpips is not None and soft.lpips > 0.05
    assert evaluator.score_quickly(Filled(blurred)).lpips == soft.lpips
