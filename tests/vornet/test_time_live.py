"""Timing ``live`` where there is no PyAV."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from small_networks import small_network

from models.vornet import time_live as timing
from models.vornet.time_live import HOLE_SHARE, swinging_box, time_live
from models.weights import save_network

SIZE = (96, 64)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("timed")
    writer = cv2.VideoWriter(str(folder / "clip.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 25.0, SIZE)
    rng = np.random.default_rng(2)
    world = cv2.resize(rng.integers(30, 220, (12, 30, 3), np.uint8), (240, SIZE[1]))
    for index in range(5):
        writer.write(world[:, 2 * index : 2 * index + SIZE[0]].copy())
    writer.release()
    network = small_network(answers=0.1, candidates=2)
    arrays = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
    save_network(folder / "small.safetensors", "RefinementNetwork", network.config(), arrays)
    return folder / "clip.avi", folder / "small.safetensors"


def test_a_short_clip_is_played_to_and_fro_and_filled(files: tuple[Path, Path]) -> None:
    found = time_live(*files, SIZE, frames=12, warm_up=2, device="cpu", profile=True)
    assert found.size == SIZE and found.milliseconds > 0 and found.frames_per_second > 0 and found.peak_bytes == 0
    assert "function calls" in found.profile


def test_the_hole_swings_and_keeps_its_size() -> None:
    holes = [swinging_box(index, (854, 480)) for index in range(timing.SWING_FRAMES)]
    assert all(abs(hole.mean() - HOLE_SHARE) < 0.001 for hole in holes)
    assert np.any(holes, axis=0).any(0).all()


def test_the_command_tells_each_size_and_says_what_it_cannot_read(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(timing, "SIZES", (SIZE,))
    assert timing.main([*map(str, files), "--frames", "4", "--device", "cpu"]) == 0
    assert capsys.readouterr().out.startswith("96x64 ")
    assert timing.main(["nothing.avi", str(files[1])]) == 2
    assert "nothing.avi" in capsys.readouterr().err
