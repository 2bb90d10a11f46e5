"""Stills with holes and their patch fills, as ``models.training.inpainting.fills`` computed them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.training.data.footage import FootageError
from models.training.running.task import Batch

WATCHED_FILE = "watched.npz"
GAINS = (0.8, 1.2)
JITTER_PX = 8


@dataclass(frozen=True, slots=True)
class FilledStills:
    """Pictures, kept as bytes.

    Attributes:
        image: ``(N, 3, S, S)`` uint8 RGB, the truth.
        hole: ``(N, 1, S, S)`` bool.
        first: ``(N, 3, S, S)`` uint8 RGB, the truth with patches in the hole.
    """

    image: NDArray[np.uint8]
    hole: NDArray[np.bool_]
    first: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.image)

    def batch(self, chosen: Sequence[int] | NDArray[np.int64]) -> Batch:
        """``image``, ``first`` ``(B, 3, S, S)`` in 0..1 and ``hole`` ``(B, 1, S, S)`` of some of them."""
        return {
            "image": torch.from_numpy(self.image[chosen]).float() / 255,
            "first": torch.from_numpy(self.first[chosen]).float() / 255,
            "hole": torch.from_numpy(self.hole[chosen]).float(),
        }


def read_fills(folder: Path, side_px: int) -> tuple[FilledStills, FilledStills]:
    """What a training sees, and what it is watched on.

    Args:
        folder: as this module's program fills it.
        side_px: that the training expects; they may be larger.

    Raises:
        FootageError: the folder holds no such pictures, or they are smaller.
    """
    files = sorted(folder.glob("pictures-*.npz"))
    if not files or not (folder / WATCHED_FILE).is_file():
        raise FootageError(f"{folder} holds no filled stills; make them with models.training.inpainting.fills.")
    parts = [_read(file) for file in files]
    whole = FilledStills(*(np.concatenate([getattr(part, name) for part in parts]) for name in FilledStills.__slots__))
    if whole.image.shape[-1] < side_px:
        raise FootageError(
            f"The filled stills in {folder} are {whole.image.shape[-1]} px; set crop_px to that or less."
        )
    return whole, _read(folder / WATCHED_FILE)


def save_fills(file: Path, stills: FilledStills) -> None:
    """Writes a part beside the target and renames it; ``read_fills`` finds ``pictures-*.npz``."""
    beside = file.with_suffix(".partial")
    with beside.open("wb") as stream:
        np.savez(stream, image=stills.image, hole=stills.hole, first=stills.first)
    beside.replace(file)


def draw_fills(stills: FilledStills, batch: int, seed: int, step: int, side_px: int) -> Batch:
    """A batch by seed and step alone, as ``FilledStills.batch``: mirrored, brightened and tinted at random.

    Pictures that are larger than ``side_px`` are cut to it, round the hole's middle or beside.
    """
    rng = np.random.default_rng((seed, step))
    drawn = _cut(stills.batch(rng.integers(len(stills), size=batch)), side_px, rng)
    gain = torch.from_numpy((rng.uniform(*GAINS, (batch, 1)) * rng.uniform(0.95, 1.05, (batch, 3))).astype(np.float32))
    mirrored = torch.from_numpy(rng.random(batch) < 0.5).view(-1, 1, 1, 1)
    for name in ("image", "first"):
        drawn[name] = (drawn[name] * gain.view(-1, 3, 1, 1)).clamp(0, 1)
    return {name: torch.where(mirrored, tensor.flip(-1), tensor) for name, tensor in drawn.items()}


def _cut(batch: Batch, side_px: int, rng: np.random.Generator) -> Batch:
    room = batch["hole"].shape[-1] - side_px
    if not room:
        return batch
    parts: dict[str, list[Tensor]] = {name: [] for name in batch}
    for index, hole in enumerate(batch["hole"][:, 0]):
        places = hole.nonzero().float()
        middle = places.mean(0).numpy() if len(places) else np.full(2, hole.shape[-1] / 2)
        wanted = np.rint(middle - side_px / 2 + rng.uniform(-JITTER_PX, JITTER_PX, 2))
        top, left = (int(value) for value in np.clip(wanted, 0, room))
        for name, tensor in batch.items():
            parts[name].append(tensor[index, :, top : top + side_px, left : left + side_px])
    return {name: torch.stack(cut) for name, cut in parts.items()}


def _read(file: Path) -> FilledStills:
    with np.load(file) as kept:
        return FilledStills(kept["image"], kept["hole"], kept["first"])
