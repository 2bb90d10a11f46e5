"""Batches for the refinement network: short windows of cached candidate clips, cropped round their holes."""

from __future__ import annotations

import threading
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from models.propagation.source_map import window_of
from models.training.data.footage import FootageError
from models.training.data.method import Masks
from models.training.running.task import Batch
from models.training.vornet.candidates import MODES, CandidateClip, Mode, Propagated, read_candidates

START_SHARE = 0.25
"""How often a window begins with the clip, where nothing has been seen yet."""
FINAL_SHARE = 0.4
"""How often the fill is ``final``'s."""
MIRRORED = (0.5, 0.2)
"""How often a window is mirrored across, and down."""
SHRUNKEN_SHARE, SMALLEST_SHRINK = 0.3, 0.5
"""How often a window is seen smaller than it is, and how much at most."""
JITTER_PX = 12
GAINS = (0.75, 1.25)


class CandidateStore:
    """The candidate clips of a folder; each is read when it is first asked for, and kept.

    Args:
        folder: as ``models.training.vornet.cache`` fills it.

    Raises:
        FootageError: there is no clip in it.
    """

    def __init__(self, folder: Path) -> None:
        self._files = sorted(folder.glob("*.npz")) if folder.is_dir() else []
        if not self._files:
            maker = "python -m models.training.vornet.cache"
            raise FootageError(f"{folder} holds no candidates; build them with '{maker}'.")
        self._clips: dict[int, CandidateClip] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._files)

    def clip(self, index: int) -> CandidateClip:
        """Clip number ``index``."""
        clip = self._clips.get(index)
        if clip is None:
            clip = read_candidates(self._files[index])
            with self._lock:
                self._clips[index] = clip
        return clip


def draw_windows(store: CandidateStore, seed: int, step: int, *, batch: int, frames: int, crop_px: int) -> Batch:
    """The windows of a step as they lie in memory; a function of seed and step alone (and of the store's files).

    Cheap, for many batches a second: ``to_batch`` does the arithmetic, on the training device.

    Returns:
        ``truth``, ``propagated`` ``(B, T, S, S, 3)`` uint8; ``flow`` ``(B, T, S, S, 2)`` float16; ``hole``, ``seen``
        ``(B, T, S, S)`` bool; ``risk`` the same, uint8; ``mirrored`` ``(B, 2)`` bool, across and down; ``order``
        ``(B, 3)`` of the colours, and their ``gain`` ``(B, 3)``.
    """
    rng = np.random.default_rng([seed, step])
    samples = [_draw_sample(store, rng, frames, crop_px) for _ in range(batch)]
    return {name: torch.from_numpy(np.stack([sample[name] for sample in samples])) for name in samples[0]}


def to_batch(windows: Batch) -> Batch:
    """What the network is trained on, made from ``draw_windows`` on whatever device that lies.

    Returns:
        ``truth``, ``propagated`` ``(B, T, 3, S, S)`` RGB in 0..1; ``flow`` ``(B, T, 2, S, S)`` to the previous frame
        in pixels; ``hole``, ``seen``, ``guessed``, ``risk`` ``(B, T, 1, S, S)`` in 0..1.
    """
    hole = windows["hole"].unsqueeze(2).float()
    seen = windows["seen"].unsqueeze(2).float() * hole
    batch = {
        "hole": hole,
        "seen": seen,
        "guessed": hole - seen,
        "risk": windows["risk"].unsqueeze(2).float() / 255,
        "flow": windows["flow"].movedim(-1, 2).float(),
    }
    order = windows["order"].view(-1, 1, 3, 1, 1)
    gain = windows["gain"].view(-1, 1, 3, 1, 1)
    for name in ("truth", "propagated"):
        picture = windows[name].movedim(-1, 2).float() / 255
        batch[name] = (picture.gather(2, order.expand_as(picture)) * gain).clamp(0, 1)
    for axis, which in ((-1, 0), (-2, 1)):
        mirrored = windows["mirrored"][:, which].view(-1, 1, 1, 1, 1)
        batch = {name: torch.where(mirrored, tensor.flip(axis), tensor) for name, tensor in batch.items()}
        sign = torch.ones(2, device=hole.device)
        sign[which] = -1
        batch["flow"] = torch.where(mirrored, batch["flow"] * sign.view(2, 1, 1), batch["flow"])
    return batch


def _draw_sample(
    store: CandidateStore, rng: np.random.Generator, frames: int, crop_px: int
) -> dict[str, NDArray[np.generic]]:
    while True:
        clip = store.clip(int(rng.integers(len(store))))
        if len(clip.holes) < frames:
            continue
        mode: Mode = MODES[1] if rng.random() < FINAL_SHARE else MODES[0]
        start = 0 if rng.random() < START_SHARE else int(rng.integers(len(clip.holes) - frames + 1))
        times = slice(start, start + frames)
        if clip.holes[times].any():
            break
    shrink = _draw_shrink(clip.holes[times], crop_px, rng)
    rows, columns = _draw_crop(clip.holes[times], round(crop_px / shrink), rng)
    fill = clip.fills[mode]
    arrays: dict[str, NDArray[np.generic]] = {
        "truth": clip.truth,
        "propagated": fill.frames,
        "flow": clip.flow,
        "hole": clip.holes,
        "seen": fill.seen,
        "risk": fill.risk,
    }
    order = rng.permutation(3) if rng.random() < 0.3 else np.arange(3)
    return {
        **{
            name: _padded(_shrunk(array[times, rows, columns], name, shrink), crop_px) for name, array in arrays.items()
        },
        "mirrored": rng.random(2) < MIRRORED,
        "order": order.astype(np.int64),
        "gain": (rng.uniform(*GAINS) * rng.uniform(0.9, 1.1, 3)).astype(np.float32),
    }


def _draw_shrink(holes: Masks, crop_px: int, rng: np.random.Generator) -> float:
    """How much smaller a window is seen: the product shrinks what is too large for its crop, and so may a window."""
    if rng.random() >= SHRUNKEN_SHARE:
        return 1.0
    box = window_of(np.asarray(holes.any(axis=0), np.bool_))
    needed = (crop_px - 2 * JITTER_PX) / max(box.width, box.height, 1)
    return float(np.clip(needed, SMALLEST_SHRINK, 1.0)) if needed < 1.0 else float(rng.uniform(SMALLEST_SHRINK, 1.0))


def _shrunk(array: NDArray[np.generic], name: str, shrink: float) -> NDArray[np.generic]:
    """Frames ``(T, H, W, ...)`` scaled by ``shrink``; a mask keeps every pixel that it touched, flow its unit."""
    if shrink == 1.0:
        return array
    size = (max(round(array.shape[2] * shrink), 1), max(round(array.shape[1] * shrink), 1))

    def scaled(frame: NDArray[np.generic]) -> NDArray[np.generic]:
        if name in ("hole", "seen"):
            covered = cv2.resize(frame.astype(np.float32), size, interpolation=cv2.INTER_AREA)
            return np.asarray(covered > 0 if name == "hole" else covered > 0.5)
        if name == "flow":
            flow = cv2.resize(frame.astype(np.float32), size, interpolation=cv2.INTER_AREA) * np.float32(shrink)
            return flow.astype(np.float16)
        return np.asarray(cv2.resize(frame.astype(np.uint8), size, interpolation=cv2.INTER_AREA))

    return np.stack([scaled(frame) for frame in array])


def _draw_crop(holes: Masks, crop_px: int, rng: np.random.Generator) -> tuple[slice, slice]:
    """A square round the middle of the window's holes, moved a little; within a larger hole anywhere."""
    box = window_of(np.asarray(holes.any(axis=0), np.bool_))
    sides = []
    for low, length, whole in ((box.top, box.height, holes.shape[1]), (box.left, box.width, holes.shape[2])):
        reach = max(JITTER_PX, (length - crop_px) // 2 + JITTER_PX)
        start = low + length // 2 - crop_px // 2 + int(rng.integers(-reach, reach + 1))
        start = min(max(start, 0), max(whole - crop_px, 0))
        sides.append(slice(start, start + min(crop_px, whole)))
    return sides[0], sides[1]


def _padded(array: NDArray[np.generic], crop_px: int) -> NDArray[np.generic]:
    """Grown at the lower right to the crop's size by its last row and column; the hole does not reach there."""
    missing = [(0, 0), (0, crop_px - array.shape[1]), (0, crop_px - array.shape[2])]
    if not any(after for _, after in missing):
        return array
    return np.pad(array, missing + [(0, 0)] * (array.ndim - 3), mode="edge")


def to_tensors(truth: NDArray[np.uint8], holes: Masks, flow: NDArray[np.float16], fill: Propagated) -> Batch:
    """Arrays of one clip ``(T, H, W, ...)`` as ``to_batch`` gives them, unchanged, for a batch of one."""
    whole = {
        "truth": truth,
        "propagated": fill.frames,
        "flow": flow,
        "hole": holes,
        "seen": fill.seen,
        "risk": fill.risk,
        "mirrored": np.zeros(2, np.bool_),
        "order": np.arange(3),
        "gain": np.ones(3, np.float32),
    }
    return to_batch({name: torch.from_numpy(np.ascontiguousarray(array)[None]) for name, array in whole.items()})
