"""Builds the folder of patch-filled stills that the inpainting network is trained on where patches are its base.

Run as::

    python -m models.training.inpainting.fills --data DIR --out FILLS --pictures 3000 --size 128 --workers 16

A patch search takes longer than a training step, so it is done once. It may be stopped and started again: what is there
is not computed twice. Clips of the validation half and backgrounds of the tuning half give no stills, and every so many
stills one goes into ``watched.npz`` only: the training is watched on those.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Generator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from models.inpainting.patch_fill import patch_fill
from models.training.data.banks import Banks, load_banks, note_sources
from models.training.data.command import add_minutes, each, run_printing
from models.training.data.split import watched_backgrounds
from models.training.inpainting.clip_fills import build_clip_fills
from models.training.inpainting.filled_stills import WATCHED_FILE, FilledStills, save_fills
from models.training.inpainting.stills import draw_pictures, split_banks

PART = 50
"""Pictures a file."""
WATCHED_PICTURES = 48
WATCHED_SEED = 20190616
SEARCH_SEED = 7
Drawn = tuple[NDArray[np.uint8], NDArray[np.bool_]]
"""Pictures ``(N, 3, S, S)`` RGB and their holes ``(N, 1, S, S)``."""


def build_fills(
    data: Path, out: Path, *, pictures: int, side_px: int, workers: int = 1, seed: int = 0
) -> Generator[str]:
    """Builds what is missing; yields one line a file.

    Raises:
        FootageError: the folder has no stills, or one cannot be read.
    """
    split = split_banks(load_banks(data, side_px=max(224, side_px), without=watched_backgrounds()))
    out.mkdir(parents=True, exist_ok=True)
    jobs = [(out / WATCHED_FILE, split.watched, WATCHED_PICTURES, WATCHED_SEED)]
    jobs += [
        (out / f"pictures-{part:04}.npz", split.training, min(PART, pictures - part * PART), seed * 100_003 + part)
        for part in range(-(-pictures // PART))
    ]
    # The pictures are drawn here, where the stills are; what takes time, the patch search, goes to the workers.
    missing = ((file, _drawn(banks, count, side_px, own)) for file, banks, count, own in jobs if not file.is_file())
    yield from each(_fill, missing, workers)


def _drawn(banks: Banks, count: int, side_px: int, seed: int) -> Drawn:
    pictures = draw_pictures(banks, count, side_px, torch.Generator().manual_seed(seed))
    image: NDArray[np.uint8] = (pictures["image"] * 255).round().to(torch.uint8).numpy()
    return image, pictures["hole"].numpy() > 0.5


def _fill(job: tuple[Path, Drawn]) -> str:
    file, (image, hole) = job
    first = image.copy()
    for index, (view, missing) in enumerate(zip(image, hole[:, 0], strict=True)):
        if missing.any() and not missing.all():
            filled = patch_fill(np.ascontiguousarray(view.transpose(1, 2, 0)), missing, seed=SEARCH_SEED)
            first[index][:, missing] = filled[missing].T
    save_fills(file, FilledStills(image, hole, first))
    return f"{file.name}: {len(image)} pictures of {image.shape[-1]} px"


def main(arguments: list[str] | None = None) -> int:
    """Builds the folder; returns the exit code."""
    parser = argparse.ArgumentParser(description="Fill holes in stills with patches, for the inpainting network.")
    parser.add_argument("--data", type=Path, required=True, help="folder of stills and clips")
    parser.add_argument("--out", type=Path, required=True, help="folder for the .npz files")
    parser.add_argument("--pictures", type=int, default=3000)
    parser.add_argument("--size", type=int, default=128, help="side of the pictures, a multiple of 16")
    parser.add_argument("--takes", type=int, default=0, help="also so many frames of each training clip's composites")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=max((os.cpu_count() or 1) - 1, 1))
    add_minutes(parser)
    options = parser.parse_args(arguments)
    return run_printing(_noted(options), options.minutes)


def _noted(options: argparse.Namespace) -> Generator[str]:
    note_sources(options.data, options.out)
    yield from build_fills(
        options.data,
        options.out,
        pictures=options.pictures,
        side_px=options.size,
        workers=options.workers,
        seed=options.seed,
    )
    if options.takes:
        yield from build_clip_fills(
            options.data,
            options.out,
            takes=options.takes,
            side_px=options.size,
            workers=options.workers,
            seed=options.seed,
        )


if __name__ == "__main__":
    sys.exit(main())
