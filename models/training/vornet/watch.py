"""Watching the refinement network on composites that it is not trained on: its answer against ``propagate``'s.

Run as ``python -m models.training.vornet.watch --composites DIR --out WATCH`` it turns a folder of cached composites
(``models.training.composites.building``, the tuning half) into the folder that a training watches itself on.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from models.perception.lpips import Lpips
from models.training.composites.building import Composite, load_composites
from models.training.data.command import add_minutes, run_printing
from models.training.data.footage import FootageError
from models.training.data.method import Clip, Filled, dilate_holes
from models.training.measures.metrics import Evaluator, QuickScores
from models.training.running.task import Batch, Validation
from models.training.vornet.cache import load_polish_once
from models.training.vornet.candidates import MODES, CandidateClip, Mode, compute_candidates, read_candidates
from models.training.vornet.windows import to_tensors
from models.vornet.refinement import STRIDE, Refined
from models.weights import WeightsError

PICTURE_CLIPS = 4
OF_PROPAGATE = " of propagate"
RollOut = Callable[[Batch], list[Refined]]


@dataclass(frozen=True, slots=True)
class WatchedClip:
    """A clip, what measures it, and ``propagate``'s scores in each mode."""

    clip: CandidateClip
    evaluator: Evaluator
    before: dict[Mode, QuickScores]


class Watch:
    """The clips that a training is watched on.

    Args:
        folder: as this module's program fills it.
        lpips: the perceptual distance.
        frames: of each clip, from its first.
        device: where the network runs.

    Raises:
        FootageError: the folder holds no clip.
    """

    def __init__(self, folder: Path, lpips: Lpips | None, *, frames: int, device: torch.device) -> None:
        files = sorted(folder.glob("*.npz")) if folder.is_dir() else []
        if not files:
            maker = "python -m models.training.vornet.watch"
            raise FootageError(f"{folder} holds no clip to watch the training on; make it with '{maker}'.")
        self._device = device
        self._clips = [_prepare(read_candidates(file), lpips, frames) for file in files]

    def validate(self, rolled: RollOut) -> Validation:
        """Means over the clips in both modes, and how the worst clip fares."""
        figures: dict[str, float] = {}
        pictures: dict[str, NDArray[np.uint8]] = {}
        for mode in MODES:
            after = []
            for watched in self._clips:
                refined = refine_clip(rolled, watched.clip, mode, self._device)
                after.append(watched.evaluator.score_quickly(Filled(refined)))
                if len(pictures) < PICTURE_CLIPS:
                    pictures[f"{mode}-{watched.clip.name}"] = _side_by_side(watched.clip, mode, refined)
            figures |= _compared(mode, [watched.before[mode] for watched in self._clips], after)
        return Validation(figures, pictures)


def make_watch(folder: Path, weights: Path | None, frames: int, device: torch.device) -> Watch:
    """A watch with the perceptual distance where its weights are, else without.

    Raises:
        FootageError: the folder holds no clip.
    """
    try:
        lpips = Lpips(weights)
    except WeightsError:  # the other figures can be had without
        return Watch(folder, None, frames=frames, device=device)
    return Watch(folder, lpips, frames=frames, device=device)


def refine_clip(rolled: RollOut, clip: CandidateClip, mode: Mode, device: torch.device) -> Clip:
    """The network's answer, frame by frame from the first, as ``(T, H, W, 3)`` uint8 RGB.

    Args:
        rolled: the recursion over a batch.
        clip: what it is tried on.
        mode: whose fills it gets.
        device: where.
    """
    tensors = to_tensors(clip.truth, clip.holes, clip.flow, clip.fills[mode])
    rows, columns = clip.holes.shape[1:]
    beyond = (0, -columns % STRIDE, 0, -rows % STRIDE)
    batch = {
        name: torch.nn.functional.pad(tensor[0], beyond, mode="replicate").unsqueeze(0).to(device)
        for name, tensor in tensors.items()
    }
    with torch.inference_mode():
        answers = rolled(batch)
    refined = torch.cat([answer.picture for answer in answers])[..., :rows, :columns].clamp(0, 1)
    frames: Clip = (refined.movedim(1, -1) * 255).round().to(torch.uint8).cpu().numpy()
    return np.where(clip.holes[..., None], frames, clip.fills[mode].frames)


def _prepare(clip: CandidateClip, lpips: Lpips | None, frames: int) -> WatchedClip:
    times = slice(0, frames)
    short = CandidateClip(
        clip.name,
        clip.truth[times],
        clip.holes[times],
        clip.flow[times],
        {mode: fill.frames_of(times) for mode, fill in clip.fills.items()},
    )
    shown = Composite(clip.name, "", "", "soft", short.truth, short.truth, short.holes)
    evaluator = Evaluator(shown, short.holes, lpips)
    before = {mode: evaluator.score_quickly(Filled(fill.frames)) for mode, fill in short.fills.items()}
    return WatchedClip(short, evaluator, before)


def _compared(mode: Mode, before: Sequence[QuickScores], after: Sequence[QuickScores]) -> dict[str, float]:
    pairs = list(zip(before, after, strict=True))
    figures = {
        f"{mode} PSNR gain dB": float(np.mean([new.psnr_db - old.psnr_db for old, new in pairs])),
        f"{mode} worst PSNR gain dB": float(min(new.psnr_db - old.psnr_db for old, new in pairs)),
        f"{mode} flicker / propagate": sum(new.flicker for _, new in pairs) / sum(old.flicker for old, _ in pairs),
    }
    for name, attribute in (("PSNR dB", "psnr_db"), ("MSE", "mse"), ("flicker", "flicker"), ("sharpness", "sharpness")):
        for which, scores in (("", after), (OF_PROPAGATE, before)):
            figures[f"{mode} {name}{which}"] = float(np.mean([getattr(score, attribute) for score in scores]))
    known = [(old.lpips, new.lpips) for old, new in pairs if old.lpips is not None and new.lpips is not None]
    if known:
        figures[f"{mode} LPIPS"] = float(np.mean([new for _, new in known]))
        figures[f"{mode} LPIPS{OF_PROPAGATE}"] = float(np.mean([old for old, _ in known]))
        figures[f"{mode} LPIPS / propagate"] = sum(new for _, new in known) / sum(old for old, _ in known)
        figures[f"{mode} worst LPIPS / propagate"] = max(new / max(old, 1e-6) for old, new in known)
    return figures


def _side_by_side(clip: CandidateClip, mode: Mode, refined: Clip) -> NDArray[np.uint8]:
    """``propagate``, the network, the truth; three frames below each other."""
    picked = np.linspace(0, len(clip.holes) - 1, 3).astype(int)
    rows = [np.hstack([clip.fills[mode].frames[t], refined[t], clip.truth[t]]) for t in picked]
    return np.vstack(rows)


def main(arguments: list[str] | None = None) -> int:
    """Writes the folder; returns the exit code."""
    parser = argparse.ArgumentParser(description="Compute candidates of held-out composites, to watch a training on.")
    parser.add_argument("--composites", type=Path, required=True, help="cached composites, or a folder of clips")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--frames", type=int, default=24)
    parser.add_argument("--polish", type=Path, help="weights of the inpainting network, to go over guesses as it will")
    add_minutes(parser)
    options = parser.parse_args(arguments)
    return run_printing(_computed(options), options.minutes)


def _computed(options: argparse.Namespace) -> Generator[str]:
    for composite in load_composites(options.composites, "tuning"):
        times = slice(0, options.frames)
        holes = dilate_holes(composite.masks[times])
        clip = compute_candidates(
            composite.name, composite.frames[times], composite.truth[times], holes, load_polish_once(options.polish)
        )
        yield clip.save(options.out).name


if __name__ == "__main__":
    sys.exit(main())
