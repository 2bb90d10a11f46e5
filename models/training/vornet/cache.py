"""Builds the folder of candidate clips that the refinement network is trained on.

Run as::

    python -m models.training.vornet.cache --data DIR --out CACHE --takes 3 --size 320x180 --frames 15 --workers 1

With ``--synthetic N`` it makes N clips by the synthetic-motion engine instead. It may be stopped and started again:
what is there is not computed twice. Clips of the validation half are never used, and the backgrounds of the tuning
half only with ``--all``: training is watched on them.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Generator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import product
from pathlib import Path

import numpy as np
import torch

from models.training.data.banks import Banks, load_banks, note_sources
from models.training.data.command import add_minutes, each, run_printing
from models.training.data.footage import FootageClip
from models.training.data.method import Clip
from models.training.data.split import watched_backgrounds
from models.training.data.synthesis import SynthesisOptions, synthesize
from models.training.data.training_clips import (
    PAPER_FRAMES,
    PAPER_SIZE,
    TrainingFootage,
    make_clip,
    training_footage,
)
from models.training.vornet.candidates import compute_candidates
from models.vornet.engine import load_polish
from models.vornet.polish import GuessPolish


@dataclass(frozen=True, slots=True)
class CacheOptions:
    """What the cache holds.

    Attributes:
        data: folder of clips, masks and stills.
        out: folder for the ``.npz`` files.
        takes: composites of each background.
        size: (width, height) of the composites.
        frames: at most so many of each.
        seed: of all choices.
        keep_watched: leaves out the backgrounds of the ``tuning`` half.
        polish: weights of the inpainting network that goes over the guesses; None leaves them.
    """

    data: Path
    out: Path
    takes: int = 3
    size: tuple[int, int] = PAPER_SIZE
    frames: int = PAPER_FRAMES
    seed: int = 0
    keep_watched: bool = True
    polish: Path | None = None


def build_cache(options: CacheOptions, *, workers: int = 1) -> Generator[str]:
    """Builds what is missing; yields one line a composite.

    Raises:
        FootageError: the folder has nothing to train on, or a clip or mask of it cannot be read.
    """
    footage = training_footage(options.data, without=_left_out(options))
    jobs = [(clip, take) for take, clip in product(range(options.takes), footage.backgrounds)]
    work = partial(_build_one, options, footage)
    yield from each(work, jobs, workers)


def build_synthetic(options: CacheOptions, count: int, *, workers: int = 1) -> Generator[str]:
    """Builds ``count`` clips of the synthetic-motion engine, squares as high as the options' size; a line each.

    Raises:
        FootageError: the folder has no stills, or one cannot be read.
    """
    yield from each(partial(_build_one_synthetic, options), range(count), workers)


@lru_cache(maxsize=1)
def load_polish_once(weights: Path | None) -> GuessPolish | None:
    """The inpainting network for guesses, in this process; None where no weights are named.

    Raises:
        WeightsError: the file holds no such network.
    """
    return None if weights is None else load_polish(weights)


def _left_out(options: CacheOptions) -> frozenset[str]:
    return watched_backgrounds() if options.keep_watched else frozenset()


@lru_cache(maxsize=1)
def _load_banks_once(options: CacheOptions) -> Banks:
    return load_banks(options.data, without=_left_out(options))


def _to_frames(pictures: torch.Tensor) -> Clip:
    """``(T, 3, H, W)`` in 0..1 as ``(T, H, W, 3)`` uint8."""
    frames: Clip = (pictures.movedim(1, -1) * 255).round().to(torch.uint8).numpy()
    return np.ascontiguousarray(frames)


def _build_one(options: CacheOptions, footage: TrainingFootage, job: tuple[FootageClip, int]) -> str:
    background, take = job
    width, height = options.size
    name = f"{background.name}-{take:02}-{width}x{height}"
    if (options.out / f"{name}.npz").is_file():
        return f"{name}: is there"
    clip = make_clip(footage, background, take, size=options.size, frames=options.frames, seed=options.seed)
    if clip is None:
        return f"{name}: no shot long enough, or no object fits"
    candidates = compute_candidates(name, clip.frames, clip.truth, clip.holes, load_polish_once(options.polish))
    candidates.save(options.out)
    return f"{name}: {len(clip.truth)} frames, {candidates.nbytes / 1e6:.1f} MB"


def _build_one_synthetic(options: CacheOptions, number: int) -> str:
    settings = SynthesisOptions(side_px=options.size[1] // 16 * 16, frames=options.frames)
    name = f"synthetic-{options.seed:02}-{number:04}-{settings.side_px}"
    if (options.out / f"{name}.npz").is_file():
        return f"{name}: is there"
    generator = torch.Generator().manual_seed(options.seed * 100_003 + number)
    batch = synthesize(_load_banks_once(options), 1, generator, settings)
    frames, truth = (_to_frames(batch[which][0]) for which in ("frame", "truth"))
    holes = batch["hole"][0, :, 0].numpy() > 0.5
    if not holes.any():
        return f"{name}: no hole"
    candidates = compute_candidates(name, frames, truth, holes, load_polish_once(options.polish))
    candidates.save(options.out)
    return f"{name}: {len(truth)} frames, {candidates.nbytes / 1e6:.1f} MB"


def main(arguments: list[str] | None = None) -> int:
    """Builds a cache; returns the exit code."""
    parser = argparse.ArgumentParser(description="Compute the refinement network's candidates for training clips.")
    parser.add_argument("--data", type=Path, required=True, help="folder of clips, masks and stills")
    parser.add_argument("--out", type=Path, required=True, help="folder for the .npz files")
    parser.add_argument("--takes", type=int, default=3, help="composites of each background")
    parser.add_argument("--size", type=_size, default=PAPER_SIZE, help="WIDTHxHEIGHT of the composites")
    parser.add_argument("--frames", type=int, default=PAPER_FRAMES)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=max((os.cpu_count() or 1) - 1, 1))
    parser.add_argument("--synthetic", type=int, default=0, help="this many clips made from stills instead")
    parser.add_argument("--polish", type=Path, help="weights of the inpainting network, to go over guesses as it will")
    parser.add_argument("--all", action="store_true", help="also the backgrounds kept for watching the training")
    add_minutes(parser)
    options = parser.parse_args(arguments)
    wanted = CacheOptions(
        options.data,
        options.out,
        options.takes,
        options.size,
        options.frames,
        options.seed,
        not options.all,
        options.polish,
    )
    return run_printing(_noted(wanted, options.synthetic, options.workers), options.minutes)


def _noted(wanted: CacheOptions, synthetic: int, workers: int) -> Generator[str]:
    note_sources(wanted.data, wanted.out)
    if synthetic > 0:
        yield from build_synthetic(wanted, synthetic, workers=workers)
    else:
        yield from build_cache(wanted, workers=workers)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"{text} is no size; write it as 320x180")
    return int(width), int(height)


if __name__ == "__main__":
    sys.exit(main())
