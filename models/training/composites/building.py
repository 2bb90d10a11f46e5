"""Composites with known truth, built from any folder of clips and masks, fixed by a seed (issue of the benchmark).

Each background of a half gets one object of the same half, never its own. Run as a program it writes a cache::

    python -m models.training.composites.building --data DIR --half tuning --out CACHE
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import sys
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.training.composites import rigidity
from models.training.data import svor
from models.training.data.command import run_printing
from models.training.data.footage import (
    FootageClip,
    FootageError,
    count_frames,
    covered,
    list_footage,
    longest_shot,
    read_clip,
    read_masks,
)
from models.training.data.split import Half, Kind, half_of, read_split

DEFAULT_SIZE = (432, 240)
DEFAULT_FRAMES = 48
MIN_FRAMES = 40
SEED = 20190616
PATH_DRAWS = 32


@dataclass(frozen=True, slots=True)
class Composite:
    """A clip with a pasted object, and the clip without it.

    Attributes:
        name: ``BACKGROUND+OBJECT``.
        background: the clip underneath.
        object: the clip the object was cut from.
        kind: how the background moves: camera still, camera moving over a rigid scene, or soft (water, crowds...).
        frames: ``(T, H, W, 3)`` uint8 RGB with the object.
        truth: ``(T, H, W, 3)`` uint8 RGB without it; equal to ``frames`` but for the object and 2 pixels round it.
        masks: ``(T, H, W)`` bool, True = the object.
    """

    name: str
    background: str
    object: str
    kind: Kind
    frames: NDArray[np.uint8]
    truth: NDArray[np.uint8]
    masks: NDArray[np.bool_]

    def save(self, folder: Path) -> Path:
        """Writes ``NAME.npz`` beside the target and renames it; returns the file."""
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{self.name}.npz"
        partial = folder / f"{self.name}.partial"
        with partial.open("wb") as stream:
            np.savez_compressed(
                stream,
                frames=self.frames,
                truth=self.truth,
                masks=np.packbits(self.masks, axis=-1),
                width=np.int64(self.masks.shape[-1]),
                text=np.array([self.name, self.background, self.object, self.kind]),
            )
        partial.replace(target)
        return target


@dataclass(frozen=True, slots=True)
class Pairing:
    """Which object goes on which background; ``kind`` is None where it is still to be measured."""

    background: FootageClip
    object: FootageClip
    kind: Kind | None

    @property
    def name(self) -> str:
        """The composite's name."""
        return f"{self.background.name}+{self.object.name}"


def pair_clips(data: Path, half: Half, frames: int = DEFAULT_FRAMES) -> list[Pairing]:
    """The composites of a half, in a fixed order: backgrounds as the split file lists them, then others by name.

    Raises:
        FootageError: the folder has no usable background or no object in this half.
    """
    footage = list_footage(data)
    split = read_split(half)
    listed = [name for name in split.backgrounds if name in footage]
    backgrounds: dict[str, Kind | None] = {name: split.backgrounds[name] for name in listed}
    objects = [name for name in split.objects if name in footage]
    if not backgrounds and not objects:  # somebody else's clips: everything serves
        ours = [name for name in footage if half_of(name) == half]
        backgrounds = dict.fromkeys(ours)
        objects = [name for name in ours if footage[name].masks]
    shortest = min(MIN_FRAMES, frames)
    backgrounds = {name: kind for name, kind in backgrounds.items() if count_frames(footage[name]) >= shortest}
    if not backgrounds or not objects:
        raise FootageError(
            f"{data} gives the {half} half {len(backgrounds)} backgrounds of {shortest} frames or more and "
            f"{len(objects)} clips with masks; it needs at least one of each."
        )
    pairs = []
    for index, (name, kind) in enumerate(backgrounds.items()):
        others = [candidate for candidate in _rotated(objects, index) if candidate != name]
        if others:
            pairs.append(Pairing(footage[name], footage[others[0]], kind))
    return pairs


def build(pairing: Pairing, *, size: tuple[int, int] = DEFAULT_SIZE, frames: int = DEFAULT_FRAMES) -> Composite | None:
    """Builds one composite; None if the background's longest shot is too short or no object passes the filters.

    Args:
        pairing: background and object.
        size: (width, height) in pixels.
        frames: wanted number; a background with fewer gives what it has.
    """
    rng = np.random.default_rng([SEED, int.from_bytes(hashlib.sha256(pairing.name.encode()).digest()[:8], "big")])
    shot = longest_shot(covered(read_clip(pairing.background), size))
    start = int(rng.integers(max(len(shot) - frames, 0) + 1))
    truth = shot[start : start + frames].copy()
    if len(truth) < min(MIN_FRAMES, frames):
        return None
    pictures = read_clip(pairing.object)
    masks = read_masks(pairing.object, (pictures.shape[2], pictures.shape[1]))
    cutout = svor.cut_out(pictures, masks)
    if cutout is None:
        return None
    placement, kind = _choose_placement(pairing, truth, cutout, rng)
    pasted, object_masks = svor.paste(truth, cutout, placement)
    return Composite(pairing.name, pairing.background.name, pairing.object.name, kind, pasted, truth, object_masks)


def _choose_placement(
    pairing: Pairing, truth: NDArray[np.uint8], cutout: svor.Cutout, rng: np.random.Generator
) -> tuple[svor.Placement, Kind]:
    """Draws paths until what they hide moves as the composite's kind says; the best of all draws if none does.

    A soft composite takes its first path: what it hides may move as it likes.
    """
    size = (truth.shape[2], truth.shape[1])
    motion = rigidity.measure_motion(truth)

    def hidden_by(placement: svor.Placement) -> NDArray[np.bool_]:
        return np.stack([svor.object_mask(cutout, placement, int(index), size) for index in motion.indices])

    best = svor.place(cutout, len(truth), size, rng)
    if pairing.kind is None:
        return best, motion.kind(hidden_by(best))
    if pairing.kind == "soft":
        return best, "soft"
    best_share = motion.moving_share(hidden_by(best))
    for _ in range(PATH_DRAWS - 1):
        if best_share <= rigidity.RIGID_SHARE:
            break
        placement = svor.place(cutout, len(truth), size, rng)
        share = motion.moving_share(hidden_by(placement))
        if share < best_share:
            best, best_share = placement, share
    return best, pairing.kind


def load_composites(
    data: Path,
    half: Half,
    *,
    size: tuple[int, int] = DEFAULT_SIZE,
    frames: int = DEFAULT_FRAMES,
    count: int | None = None,
) -> Iterator[Composite]:
    """Builds the composites of a half one after the other (at most ``count``).

    ``data`` may also be a folder written by this module's program: then its ``.npz`` files are read instead, and
    ``half``, ``size`` and ``frames`` are what they were when it was written.

    Raises:
        FootageError: see ``pair_clips``.
    """
    cached = sorted(data.glob("*.npz")) if data.is_dir() else []
    composites = map(read_composite, cached) if cached else _built(data, half, size, frames)
    yield from itertools.islice(composites, count)


def read_composite(file: Path) -> Composite:
    """Reads a file written by ``Composite.save``.

    Raises:
        FootageError: the file is not one.
    """
    try:
        with np.load(file, allow_pickle=False) as archive:
            name, background, object_name, kind = (str(text) for text in archive["text"])
            masks = np.unpackbits(archive["masks"], axis=-1, count=int(archive["width"])).astype(np.bool_)
            return Composite(name, background, object_name, _as_kind(kind), archive["frames"], archive["truth"], masks)
    except (OSError, ValueError, KeyError) as error:
        raise FootageError(f"{file} is not a cached composite ({error}); build the cache again.") from error


def _built(data: Path, half: Half, size: tuple[int, int], frames: int) -> Iterator[Composite]:
    for pairing in pair_clips(data, half, frames):
        composite = build(pairing, size=size, frames=frames)
        if composite is not None:
            yield composite


def _rotated(names: list[str], by: int) -> list[str]:
    by %= len(names)
    return names[by:] + names[:by]


def _as_kind(text: str) -> Kind:
    kinds: dict[str, Kind] = {"static": "static", "rigid": "rigid", "soft": "soft"}
    return kinds[text]


def main(arguments: list[str] | None = None) -> int:
    """Writes a cache of composites; returns the exit code."""
    parser = argparse.ArgumentParser(description="Build composites with known truth into a folder of .npz files.")
    parser.add_argument("--data", type=Path, required=True, help="folder of clips and masks")
    parser.add_argument("--half", choices=("tuning", "validation"), required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder for the .npz files")
    parser.add_argument("--frames", type=int, default=DEFAULT_FRAMES)
    options = parser.parse_args(arguments)
    return run_printing(_saved(options))


def _saved(options: argparse.Namespace) -> Generator[str]:
    for composite in load_composites(options.data, options.half, frames=options.frames):
        file = composite.save(options.out)
        share = float(composite.masks.mean())
        yield f"{file.name}  {composite.kind}  {len(composite.frames)} frames  object {share:.1%} of the picture"


if __name__ == "__main__":
    sys.exit(main())
