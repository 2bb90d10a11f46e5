"""Boxes that OpenCV's trackers follow."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from moving_scene import Scene
from onnx_files import write_decoder, write_encoder

from models.tracking.box_tracker import BoxModelError, BoxTracker

WEIGHTS = os.environ.get("CLEANPLATE_TEST_WEIGHTS")
NANO = ("nanotrack_backbone_sim.onnx", "nanotrack_head_sim.onnx")


def followed(tracker: BoxTracker, count: int = 8) -> list[float]:
    """Overlap of the boxes with those round the true masks."""
    scene = Scene(count=count, walk_px=4)
    tracker.start(scene.view(0), scene.mask(0))
    overlaps = []
    for index in range(1, count):
        answer = tracker.step(scene.view(index))
        rows, columns = np.nonzero(scene.mask(index))
        truth = np.zeros_like(answer.mask)
        truth[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] = True
        assert answer.presence >= 0.5
        overlaps.append(float((answer.mask & truth).sum() / (answer.mask | truth).sum()))
    return overlaps


def test_mil_follows_a_box_without_any_file() -> None:
    assert min(followed(BoxTracker())) > 0.5


def test_an_empty_mask_is_lost_from_the_start() -> None:
    tracker = BoxTracker()
    view = np.zeros((60, 80, 3), np.uint8)
    tracker.start(view, np.zeros((60, 80), np.bool_))
    answer = tracker.step(view)
    assert answer.presence == 0 and not answer.mask.any()


@pytest.mark.parametrize("count", [1, 2])
def test_files_that_are_no_models_are_named(tmp_path: Path, count: int) -> None:
    files = [tmp_path / f"model{number}.onnx" for number in range(count)]
    for file in files:
        file.write_bytes(b"no model")
    with pytest.raises(BoxModelError, match=r"model0\.onnx"):
        BoxTracker(files)


@pytest.mark.parametrize("count", [1, 2])
def test_files_of_other_networks_are_named_before_anything_is_tracked(tmp_path: Path, count: int) -> None:
    files = [tmp_path / "encoder.onnx", tmp_path / "decoder.onnx"][:count]
    write_encoder(tmp_path / "encoder.onnx")
    write_decoder(tmp_path / "decoder.onnx")
    with pytest.raises(BoxModelError, match=r"cannot use .*encoder\.onnx"):
        BoxTracker(files)


@pytest.mark.skipif(
    WEIGHTS is None or not all((Path(WEIGHTS) / name).is_file() for name in NANO),
    reason="NanoTrack's files are not here: name their folder in CLEANPLATE_TEST_WEIGHTS",
)
def test_nano_follows_a_box_with_its_files() -> None:
    assert WEIGHTS is not None
    assert min(followed(BoxTracker([Path(WEIGHTS) / name for name in NANO]))) > 0.6
