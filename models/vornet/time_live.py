"""How many frames a second VORNet's ``live`` fills here, without decoding and encoding, and what takes the time.

``python -m models.vornet.time_live CLIP resources/weights/vornet.safetensors`` plays a clip to and fro at 854x480 and
1920x1080 with a hole of 6 % of the picture that swings from side to side. It needs neither ``app`` nor PyAV, so that it
runs where only torch and OpenCV are; ``cleanplate benchmark --speed`` times whole removals.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import pstats
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from models.propagation.picture import BoolMask
from models.vornet.engine import open_live
from models.vornet.images import ImageRemover
from models.vornet.settings import VornetFiles, VornetSettings

SIZES = ((854, 480), (1920, 1080))
FRAMES = 150
WARM_UP_FRAMES = 25
"""In which graphs are captured for the first crops, and the start of the shot is guessed."""
HOLE_SHARE = 0.06
SWING_FRAMES = 120
PROFILE_ROWS = 15


@dataclass(frozen=True, slots=True)
class LiveTime:
    """What one size came to.

    Attributes:
        size: (width, height).
        milliseconds: of a frame, the median.
        frames_per_second: of all frames after the warm-up.
        peak_bytes: most GPU memory in use; 0 on the CPU.
        profile: functions by their own time; empty if none was asked for.
    """

    size: tuple[int, int]
    milliseconds: float
    frames_per_second: float
    peak_bytes: int
    profile: str


def time_live(
    clip: Path,
    weights: Path,
    size: tuple[int, int],
    *,
    frames: int = FRAMES,
    warm_up: int = WARM_UP_FRAMES,
    device: Literal["auto", "cpu", "cuda"] = "auto",
    profile: bool = False,
) -> LiveTime:
    """Fills ``frames`` pictures of a clip, ``warm_up`` of them untimed.

    Args:
        clip: whatever OpenCV reads.
        weights: the refinement network's.
        size: (width, height) that its pictures are brought to.
        frames: how many.
        warm_up: of them, before the clock starts.
        device: where the network runs.
        profile: whether the main thread is profiled, which takes time itself.

    Raises:
        OSError: OpenCV cannot read the clip.
        WeightsError: the file holds no refinement network.
        DeviceError: CUDA is wanted and not there.
    """
    remover = ImageRemover(open_live(VornetSettings(device=device), VornetFiles.of(weights)))
    views = _read(clip, size)
    on_gpu = device != "cpu" and torch.cuda.is_available()
    watched, times = cProfile.Profile(), []
    for index in range(frames):
        if index == warm_up and on_gpu:
            torch.cuda.reset_peak_memory_stats()
        if index == warm_up and profile:
            watched.enable()
        there = index % max(2 * len(views) - 2, 1)
        start = time.perf_counter()
        remover.step(views[min(there, 2 * len(views) - 2 - there)], swinging_box(index, size))
        times.append(time.perf_counter() - start)
    watched.disable()
    timed = np.array(times[warm_up:])
    peak = torch.cuda.max_memory_allocated() if on_gpu else 0
    told = _told(watched) if profile else ""
    return LiveTime(size, 1000 * float(np.median(timed)), len(timed) / float(timed.sum()), peak, told)


def swinging_box(index: int, size: tuple[int, int]) -> BoolMask:
    """``(H, W)`` bool: an upright box of 6 % of the picture, on its way from side to side."""
    width, height = size
    tall = round(0.8 * height)
    wide = round(HOLE_SHARE * width * height / tall)
    left = round((1 + np.sin(2 * np.pi * index / SWING_FRAMES)) / 2 * (width - wide))
    hole = np.zeros((height, width), np.bool_)
    hole[(height - tall) // 2 : (height + tall) // 2, left : left + wide] = True
    return hole


def _read(clip: Path, size: tuple[int, int]) -> list[NDArray[np.uint8]]:
    views = [
        np.asarray(cv2.cvtColor(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), cv2.COLOR_BGR2RGB), np.uint8)
        for picture in _pictures(clip)
    ]
    if not views:
        raise OSError(f"OpenCV reads no picture of {clip}.")
    return views


def _pictures(clip: Path) -> Iterator[NDArray[np.uint8]]:
    capture = cv2.VideoCapture(str(clip))
    while True:
        there, picture = capture.read()
        if not there:
            break
        yield np.asarray(picture, np.uint8)
    capture.release()


def _told(watched: cProfile.Profile) -> str:
    stream = io.StringIO()
    pstats.Stats(watched, stream=stream).strip_dirs().sort_stats("tottime").print_stats(PROFILE_ROWS)
    return stream.getvalue()


def main(arguments: list[str] | None = None) -> int:
    """Prints a line a size, and the profile if it was asked for; 2 for a clip that cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m models.vornet.time_live", description=__doc__)
    parser.add_argument("clip", type=Path, help="whatever OpenCV reads")
    parser.add_argument("weights", type=Path, help="a refinement network's safetensors file")
    parser.add_argument("--frames", type=int, default=FRAMES, help=f"of each size, {WARM_UP_FRAMES} of them untimed")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--profile", action="store_true", help="also which functions take the time")
    asked = parser.parse_args(arguments)
    warm_up = min(WARM_UP_FRAMES, asked.frames // 2)
    for size in SIZES:
        try:
            found = time_live(
                asked.clip,
                asked.weights,
                size,
                frames=asked.frames,
                warm_up=warm_up,
                device=asked.device,
                profile=asked.profile,
            )
        except OSError as error:
            sys.stderr.write(f"{error}\n")
            return 2
        sys.stdout.write(
            f"{size[0]}x{size[1]}  {found.frames_per_second:6.1f} frames/s  {found.milliseconds:6.1f} ms  "
            f"{found.peak_bytes / 2**20:6.0f} MiB\n{found.profile}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
