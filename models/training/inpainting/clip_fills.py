"""Frames of training composites with the engine's own guesses in their holes: what the inpainting network will get.

Stills (``models.training.inpainting.fills``) are many and their holes are of every shape; these have a clip's texture,
the product's holes, and as much picture round them as the engine looks at.
"""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.propagation.guess import fill_view, view_window
from models.propagation.settings import PropagationSettings
from models.propagation.source_map import Window, window_of
from models.training.data.command import each
from models.training.data.footage import FootageClip
from models.training.data.split import watched_backgrounds
from models.training.data.training_clips import MIN_FRAMES, TrainingFootage, make_clip, training_footage
from models.training.inpainting.filled_stills import FilledStills, save_fills

SIZE = (432, 240)
Pictures = tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.uint8]]


def build_clip_fills(
    data: Path, out: Path, *, takes: int, side_px: int, workers: int = 1, seed: int = 0
) -> Generator[str]:
    """A file of ``takes`` pictures at most for each background that may be trained on; yields a line each.

    Args:
        data: folder of clips, masks and stills.
        out: folder for the files.
        takes: composites of each background, a frame of each.
        side_px: of the pictures, at most the composites' height.
        workers: processes.
        seed: of all choices.

    Raises:
        FootageError: the folder has nothing to train on, or a clip or mask of it cannot be read.
    """
    footage = training_footage(data, without=watched_backgrounds())
    out.mkdir(parents=True, exist_ok=True)
    work = partial(_build_one, footage, out, takes, min(side_px, SIZE[1]), seed)
    yield from each(work, footage.backgrounds, workers)


def _build_one(
    footage: TrainingFootage, out: Path, takes: int, side_px: int, seed: int, background: FootageClip
) -> str:
    file = out / f"pictures-clip-{background.name}.npz"
    if file.is_file():
        return f"{file.name}: is there"
    found = []
    for take in range(takes):
        clip = make_clip(footage, background, take, size=SIZE, frames=MIN_FRAMES, seed=seed)
        if clip is not None and clip.holes[0].any():
            found.append(guessed(clip.truth[0], clip.holes[0], side_px))
    if not found:
        return f"{file.name}: no shot long enough, or no object fits"
    save_fills(file, FilledStills(*(np.stack(parts) for parts in zip(*found, strict=True))))
    return f"{file.name}: {len(found)} pictures of {side_px} px"


def guessed(truth: NDArray[np.uint8], hole: NDArray[np.bool_], side_px: int) -> Pictures:
    """A square round a frame's hole, as ``FilledStills`` keeps it: truth, hole, truth with the first guess in the hole.

    Args:
        truth: ``(H, W, 3)`` uint8 RGB.
        hole: ``(H, W)`` bool, not empty.
        side_px: of the square, at most H and W.
    """
    settings = PropagationSettings()
    window = view_window(hole, align=2)
    filled = truth.copy()
    view = np.ascontiguousarray(truth[window.slices])
    filled[window.slices] = fill_view(view, hole[window.slices], settings.seed, settings.first_guess_px)
    tight = window_of(hole)
    top = _start(tight.top, tight.height, side_px, hole.shape[0])
    left = _start(tight.left, tight.width, side_px, hole.shape[1])
    part = Window(left, top, side_px, side_px).slices
    first = np.where(hole[..., None], filled, truth)
    return truth[part].transpose(2, 0, 1), hole[part][None], first[part].transpose(2, 0, 1)


def _start(low: int, length: int, side_px: int, whole: int) -> int:
    return min(max(low + length // 2 - side_px // 2, 0), whole - side_px)
