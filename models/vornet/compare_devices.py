"""Whether every way of running the refinement network gives the same picture, and how long each takes.

``python -m models.vornet.compare_devices resources/weights/vornet.safetensors`` rolls it over a synthetic clip: on the
CPU in float32, which counts as right; in bfloat16 where the processor has it; on CUDA in float16, with and without
graphs, where there is a GPU. A GPU's output belongs on the weights' card. Needs neither ``app`` nor PyAV.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from models.devices import Placement, cpu_has_bfloat16
from models.vornet.engine import load_refinement
from models.vornet.runner import Past, Step, StepRunner

TOLERANCE = 0.5 / 255
"""Mean absolute difference from float32 on the CPU that counts as the same: half a grey level."""
SIZES_PX = (128, 256)
FRAMES = 24


@dataclass(frozen=True, slots=True)
class Comparison:
    """One way of running the network at one size.

    Attributes:
        way: device, precision, graphs.
        size_px: side of the crop.
        mean: mean absolute difference from float32 on the CPU, 0..1, of all frames.
        largest: the largest one.
        milliseconds: a frame, the median, uploads and downloads included.
        peak_bytes: most GPU memory in use; 0 on the CPU.
    """

    way: str
    size_px: int
    mean: float
    largest: float
    milliseconds: float
    peak_bytes: int

    @property
    def same(self) -> bool:
        """Whether it is within the tolerance."""
        return self.mean <= TOLERANCE


def compare(weights: Path, sizes_px: Sequence[int] = SIZES_PX, frames: int = FRAMES) -> list[Comparison]:
    """Runs every way that there is on this machine.

    Raises:
        WeightsError: the file holds no refinement network.
    """
    ways = [("cpu float32", Placement("cpu", "float32"), False)]
    if cpu_has_bfloat16():
        ways.append(("cpu bfloat16", Placement("cpu", "bfloat16"), False))
    if torch.cuda.is_available():
        ways.append(("cuda float16", Placement("cuda", "float16"), False))
        ways.append(("cuda float16, graphs", Placement("cuda", "float16"), True))
    found = []
    for size_px in sizes_px:
        clip = synthetic_clip(size_px, frames)
        right: list[NDArray[np.float32]] = []
        for way, placement, graphs in ways:
            pictures, times, peak = _run(StepRunner(load_refinement(weights), placement, graphs=graphs), clip)
            right = right or pictures
            apart = [np.abs(one - other) for one, other in zip(pictures, right, strict=True)]
            mean, largest = float(np.mean(apart)), float(np.max(apart))
            found.append(Comparison(way, size_px, mean, largest, 1000 * float(np.median(times)), peak))
    return found


def synthetic_clip(size_px: int, frames: int) -> list[Step]:
    """A textured picture that drifts, with a badly filled hole in its middle."""
    rng = np.random.default_rng(1)
    world = cv2.GaussianBlur(rng.random((size_px + 8, size_px + 2 * frames, 3), np.float32), (0, 0), 2)
    world = (world - world.min()) / np.ptp(world)
    quarter, places = size_px // 4, (np.arange(size_px, dtype=np.float32) + 0.5) / size_px * 2 - 1
    grid = np.stack(np.meshgrid(places + 2 * 2 / size_px, places), -1).astype(np.float32)
    steps = []
    for frame in range(frames):
        picture = world[:size_px, 2 * frame : 2 * frame + size_px].copy()
        hole = np.zeros((size_px, size_px), np.float32)
        hole[quarter:-quarter, quarter:-quarter] = 1
        spoiled = cv2.GaussianBlur(picture, (0, 0), 3) + 0.05
        filled = np.clip(np.where(hole[..., None] > 0, spoiled, picture), 0, 1).astype(np.float32)
        half = hole * (np.arange(size_px) < size_px // 2)
        conditions = np.stack([hole, half, hole - half, np.where(half > 0, 0.2, 1) * hole], -1).astype(np.float32)
        steps.append(Step(filled, None, conditions, grid if frame else None))
    return steps


def _run(runner: StepRunner, clip: Sequence[Step]) -> tuple[list[NDArray[np.float32]], list[float], int]:
    on_gpu = runner.placement.device == "cuda"
    if on_gpu:
        torch.cuda.reset_peak_memory_stats()
    pictures, times = [], []
    past: Past | None = None
    for step in clip:
        start = time.perf_counter()
        picture, past = runner.run(step, past)  # ends with a download, which waits for the device
        times.append(time.perf_counter() - start)
        pictures.append(picture)
    return pictures, times, torch.cuda.max_memory_allocated() if on_gpu else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints one line a comparison; 1 if one is outside the tolerance."""
    parser = argparse.ArgumentParser(prog="python -m models.vornet.compare_devices", description=__doc__)
    parser.add_argument("weights", type=Path, help="a refinement network's safetensors file")
    asked = parser.parse_args(arguments)
    compared = compare(asked.weights)
    for one in compared:
        sys.stdout.write(
            f"{one.way:22} {one.size_px:4} px  mean {255 * one.mean:.3f} of 255, largest {255 * one.largest:.2f}  "
            f"{one.milliseconds:6.2f} ms  {one.peak_bytes / 2**20:6.0f} MiB  {'same' if one.same else 'DIFFERENT'}\n"
        )
    return 0 if all(one.same for one in compared) else 1


if __name__ == "__main__":
    sys.exit(main())
