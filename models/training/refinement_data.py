"""Batches for the refinement network: short windows of cached candidate clips, cropped round their holes."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from models.propagation.source_map import window_of
from models.training.candidates import MODES, CandidateClip, Mode, Propagated, read_candidates
from models.training.footage import FootageError
from models.training.method import Masks
from models.training.task import Batch

START_SHARE = 0.25
"""How often a window begins with the clip, where nothing has been seen yet."""
FINAL_SHARE = 0.4
"""How often the fill is ``final``'s."""
JITTER_PX = 12
GAINS = (0.75, 1.25)


class CandidateStore:
    """The candidate clips of a folder; each is read when it is first asked for, and kept.

    Args:
        folder: as ``models.training.cache`` fills it.

    Raises:
        FootageError: there is no clip in it.
    """

    def __init__(self, folder: Path) -> None:
        self._files = sorted(folder.glob("*.npz")) if folder.is_dir() else []
        if not self._files:
            raise FootageError(f"{folder} holds no candidates; build them with models.training.cache.")
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


def draw_batch(store: CandidateStore, seed: int, step: int, *, batch: int, frames: int, crop_px: int) -> Batch:
    """The batch of a step; a function of seed and step alone (and of the store's files).

    Returns:
        ``truth``, ``propagated`` ``(B, T, 3, S, S)`` RGB in 0..1; ``flow`` ``(B, T, 2, S, S)`` to the previous frame
        in pixels; ``hole``, ``seen``, ``guessed``, ``risk`` ``(B, T, 1, S, S)`` in 0..1.
    """
    rng = np.random.default_rng([seed, step])
    samples = [_draw_sample(store, rng, frames, crop_px) for _ in range(batch)]
    return {name: torch.stack([sample[name] for sample in samples]) for name in samples[0]}


def _draw_sample(store: CandidateStore, rng: np.random.Generator, frames: int, crop_px: int) -> Batch:
    while True:
        clip = store.clip(int(rng.integers(len(store))))
        if len(clip.holes) < frames:
            continue
        mode: Mode = MODES[1] if rng.random() < FINAL_SHARE else MODES[0]
        start = 0 if rng.random() < START_SHARE else int(rng.integers(len(clip.holes) - frames + 1))
        times = slice(start, start + frames)
        if clip.holes[times].any():
            break
    part = _draw_crop(clip.holes[times], crop_px, rng)
    tensors = to_tensors(
        clip.truth[times][:, *part],
        clip.holes[times][:, *part],
        clip.flow[times][:, *part],
        clip.fills[mode].frames_of(times).cut(part),
    )
    return _varied({name: _padded(tensor, crop_px) for name, tensor in tensors.items()}, rng)


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


def to_tensors(truth: NDArray[np.uint8], holes: Masks, flow: NDArray[np.float16], fill: Propagated) -> Batch:
    """Arrays of one clip ``(T, H, W, ...)`` as the network's tensors ``(T, C, H, W)`` float32."""
    hole = torch.from_numpy(holes).unsqueeze(1).float()
    seen = torch.from_numpy(fill.seen).unsqueeze(1).float() * hole
    return {
        "truth": _picture(truth),
        "propagated": _picture(fill.frames),
        "flow": torch.from_numpy(np.ascontiguousarray(flow)).movedim(-1, 1).float(),
        "hole": hole,
        "seen": seen,
        "guessed": hole - seen,
        "risk": torch.from_numpy(fill.risk).unsqueeze(1).float() / 255,
    }


def _picture(frames: NDArray[np.uint8]) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(frames)).movedim(-1, 1).float() / 255


def _padded(tensor: torch.Tensor, crop_px: int) -> torch.Tensor:
    """Grown at the lower right to the crop's size by its last row and column; the hole does not reach there."""
    missing = (0, crop_px - tensor.shape[-1], 0, crop_px - tensor.shape[-2])
    return torch.nn.functional.pad(tensor, missing, mode="replicate") if any(missing) else tensor


def _varied(sample: Batch, rng: np.random.Generator) -> Batch:
    """Mirrored, turned by half, and with other colours, all of it alike in every frame."""
    if rng.random() < 0.5:
        sample = {name: tensor.flip(-1) for name, tensor in sample.items()}
        sample["flow"] = sample["flow"] * torch.tensor([-1.0, 1.0]).view(1, 2, 1, 1)
    if rng.random() < 0.2:
        sample = {name: tensor.flip(-2) for name, tensor in sample.items()}
        sample["flow"] = sample["flow"] * torch.tensor([1.0, -1.0]).view(1, 2, 1, 1)
    order = torch.from_numpy(rng.permutation(3)) if rng.random() < 0.3 else torch.arange(3)
    common = rng.uniform(*GAINS)
    gain = torch.tensor(common * rng.uniform(0.9, 1.1, 3), dtype=torch.float32).view(1, 3, 1, 1)
    for name in ("truth", "propagated"):
        sample[name] = (sample[name][:, order] * gain).clamp(0, 1)
    return sample
