"""The trackers that ours is compared with."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.tracking.protocol import MaskTracker
from models.training.rivals.mask_baselines import GrabCutPerFrame, MilGrabCut, PushedMask


def scene(index: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """A red disc that moves before a textured wall."""
    noise = np.random.default_rng(0).normal(0, 1, (120, 200, 3)).astype(np.float32)
    wall = np.clip(100 + 25 * cv2.GaussianBlur(noise, (0, 0), 3) / 0.1, 40, 160).astype(np.uint8)
    rows, columns = np.mgrid[:120, :200]
    mask = (rows - 60) ** 2 + (columns - 50 - 4 * index) ** 2 <= 22**2
    wall[mask] = (210, 40, 40)
    return wall, mask


@pytest.mark.parametrize(
    "tracker", [PushedMask(), GrabCutPerFrame(), MilGrabCut()], ids=lambda each: type(each).__name__
)
def test_a_plain_object_is_followed(tracker: MaskTracker) -> None:
    tracker.start(*scene(0))
    for index in range(1, 4):
        view, truth = scene(index)
        found = tracker.step(view).mask
        assert (found & truth).sum() / (found | truth).sum() > 0.5


def test_a_settled_mask_is_what_goes_on() -> None:
    for tracker in (PushedMask(), GrabCutPerFrame()):
        tracker.start(*scene(0))
        tracker.step(scene(1)[0])
        tracker.settle(np.zeros((120, 200), np.bool_))
        assert not tracker.step(scene(2)[0]).mask.any()
