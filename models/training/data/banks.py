"""Stills and cut-out objects as tensors on the training device: decoded once, sampled ever after."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.training.data.footage import FootageClip, FootageError, covered, list_footage, read_clip
from models.training.data.split import is_training_clip
from models.training.data.training_clips import still_cutouts

PICTURE_SUFFIXES = frozenset({".webp", ".jpg", ".jpeg", ".png"})
CUTOUT_PX = 128
SOURCES = "sources.txt"
CLIP_STRIDE = 12
"""Every so many frames of a clip make a still."""


@dataclass(frozen=True, slots=True)
class Banks:
    """What synthetic clips are made of.

    Attributes:
        stills: ``(N, 3, S, S)`` uint8 RGB.
        cutouts: ``(M, 4, C, C)`` uint8 RGB and coverage, each object filling its square; M may be 0.
    """

    stills: Tensor
    cutouts: Tensor

    def to(self, device: torch.device) -> Banks:
        """The same on a device."""
        return Banks(self.stills.to(device), self.cutouts.to(device))


def load_banks(
    data: Path,
    *,
    side_px: int = 224,
    most_stills: int | None = None,
    most_cutouts: int | None = None,
    without: frozenset[str] = frozenset(),
) -> Banks:
    """Reads the stills and cut-outs of a folder, and every twelfth frame of its training clips.

    Args:
        data: ``stills/SET/*`` or ``stills/SET/img/*`` pictures, ``stills/SET/mask/*.png``, clips as in ``footage``.
        side_px: of the square that each still is cut to.
        most_stills: spread evenly over what there is; None for all.
        most_cutouts: the same of the cut-outs.
        without: names of clips that give no stills; those of the validation half never do.

    Raises:
        FootageError: there is no picture, or one cannot be read.
    """
    files = [file for file in sorted(data.glob("stills/*/*")) if file.suffix.lower() in PICTURE_SUFFIXES]
    files += [file for file in sorted(data.glob("stills/*/img/*")) if file.suffix.lower() in PICTURE_SUFFIXES]
    with ThreadPoolExecutor() as pool:
        pictures = list(pool.map(lambda file: _square(_read(file), side_px), _spread(files, most_stills)))
    if most_stills is None or len(pictures) < most_stills:
        wanted = None if most_stills is None else most_stills - len(pictures)
        pictures += _clip_stills(data, side_px, wanted, without)
    if not pictures:
        raise FootageError(f"{data} holds no stills and no clips to train on.")
    with ThreadPoolExecutor() as pool:
        cutouts = list(pool.map(lambda pair: read_cutout(*pair), _spread(list(still_cutouts(data)), most_cutouts)))
    kept = [cutout for cutout in cutouts if cutout is not None]
    objects = np.stack(kept) if kept else np.zeros((0, 4, CUTOUT_PX, CUTOUT_PX), np.uint8)
    return Banks(torch.from_numpy(np.stack(pictures)), torch.from_numpy(objects))


def data_sets(data: Path) -> str:
    """The sets of a folder with their licences, for a card: from its manifest, else what is known of it."""
    manifest = data / "manifest.json"
    if not manifest.is_file():
        return f"Clips and stills of a folder without a manifest ({data.name}); their licences are not known here."
    entries = json.loads(manifest.read_bytes())
    groups: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        if entry["kind"] == "video" and not is_training_clip(entry["name"]):
            continue
        groups.setdefault((str(entry.get("source", "?")), str(entry.get("licence", "not stated"))), []).append(
            str(entry["name"])
        )
    lines = [
        f"- {source}: {len(names)} ({', '.join(sorted(names)[:3])}{', ...' if len(names) > 3 else ''}): {licence}"
        for (source, licence), names in sorted(groups.items())
    ]
    return "\n".join(lines)


def note_sources(data: Path, out: Path) -> None:
    """Adds the sets of ``data``, with their licences, to what the cache says of itself: weights' cards quote it."""
    out.mkdir(parents=True, exist_ok=True)
    known = set(read_sources(out).splitlines()) | set(data_sets(data).splitlines())
    (out / SOURCES).write_text("".join(f"{line}\n" for line in sorted(known)), encoding="utf-8")


def read_sources(folder: Path) -> str:
    """The sets that a folder of computed clips was made from, a line each; empty where nothing was noted."""
    file = folder / SOURCES
    return file.read_text(encoding="utf-8").strip() if file.is_file() else ""


def _spread(items: list[Path] | list[tuple[Path, Path]], most: int | None) -> list:  # type: ignore[type-arg]
    if most is None or len(items) <= most:
        return list(items)
    return [items[int(index)] for index in np.linspace(0, len(items) - 1, most)]


def _clip_stills(data: Path, side_px: int, most: int | None, without: frozenset[str]) -> list[NDArray[np.uint8]]:
    try:
        clips = [
            clip for clip in list_footage(data).values() if is_training_clip(clip.name) and clip.name not in without
        ]
    except FootageError:  # a folder of stills alone
        return []
    if most is not None:
        clips = clips[: -(-most // 2)]  # two stills a clip at least

    def stills_of(clip: FootageClip) -> list[NDArray[np.uint8]]:
        frames = covered(read_clip(clip)[::CLIP_STRIDE], (side_px, side_px))
        return [np.ascontiguousarray(frame.transpose(2, 0, 1)) for frame in frames]

    with ThreadPoolExecutor() as pool:
        found = [still for stills in pool.map(stills_of, clips) for still in stills]
    return found[:most]


def _read(file: Path) -> NDArray[np.uint8]:
    picture = cv2.imdecode(np.frombuffer(file.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise FootageError(f"{file} is not a readable picture; replace or remove it.")
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)


def _square(picture: NDArray[np.uint8], side_px: int) -> NDArray[np.uint8]:
    return np.ascontiguousarray(covered(picture[None], (side_px, side_px))[0].transpose(2, 0, 1))


def read_cutout(picture: Path, mask: Path) -> NDArray[np.uint8] | None:
    """The object of a still, as ``square_cutout`` has it.

    Raises:
        FootageError: the picture or the mask cannot be read.
    """
    colour = _read(picture)
    shape = cv2.imdecode(np.frombuffer(mask.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE)
    if shape is None:
        raise FootageError(f"{mask} is not a readable picture; replace the mask.")
    return square_cutout(colour, cv2.resize(shape, colour.shape[1::-1], interpolation=cv2.INTER_NEAREST) > 0)


def square_cutout(colour: NDArray[np.uint8], shape: NDArray[np.bool_]) -> NDArray[np.uint8] | None:
    """``(4, C, C)`` uint8: the object's box in the middle of a square, coverage last; None for a tiny object."""
    rows, columns = np.flatnonzero(shape.any(axis=1)), np.flatnonzero(shape.any(axis=0))
    if len(rows) < 30 or len(columns) < 30:  # the paper's filter
        return None
    part = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
    coverage = cv2.erode(shape[part].astype(np.uint8), np.ones((3, 3), np.uint8)) * 255
    four = np.dstack([colour[part], coverage])
    side = max(four.shape[:2]) + 4
    top, left = (side - four.shape[0]) // 2, (side - four.shape[1]) // 2
    canvas = np.pad(four, ((top, side - top - four.shape[0]), (left, side - left - four.shape[1]), (0, 0)), mode="edge")
    canvas[:top, :, 3] = canvas[top + four.shape[0] :, :, 3] = 0
    canvas[:, :left, 3] = canvas[:, left + four.shape[1] :, 3] = 0
    small = cv2.resize(canvas, (CUTOUT_PX, CUTOUT_PX), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(small.transpose(2, 0, 1).astype(np.uint8))
