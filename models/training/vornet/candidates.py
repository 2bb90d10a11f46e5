"""What the refinement network is trained on: ``propagate``'s answer to a composite, with all it knows about it.

Computing this takes the engine without networks, OpenCV and a CPU, once; a training step only reads it. Each clip is
cut to the rectangle in which there ever is a hole, with some picture round it.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from models.flow.dis import DisFlow
from models.propagation.final import fill_range
from models.propagation.guess import Polish
from models.propagation.observation import Scale, flow_in_window, hole_flow, observe
from models.propagation.picture import Fill
from models.propagation.remover import LiveRemover
from models.propagation.settings import PropagationSettings
from models.propagation.source_map import Window, window_of
from models.training.composites.clip_source import FRAME_RATE, ClipSource, paste, window_of_fill
from models.training.data.footage import FootageError
from models.training.data.method import Clip, Masks

Mode = Literal["live", "final"]
MODES: tuple[Mode, ...] = get_args(Mode)

MARGIN_PX = 32
RISK_LIMIT_PX = 8.0
"""A source that may be this far off, or further, is as good as guessed to the network."""


@dataclass(frozen=True, slots=True)
class Propagated:
    """What ``propagate`` made of a clip.

    Attributes:
        frames: ``(T, H, W, 3)`` uint8 RGB, the fill in the holes, the clip elsewhere.
        seen: ``(T, H, W)`` bool, hole pixels whose colour was observed in some frame.
        risk: ``(T, H, W)`` uint8, 0..255 for 0 to ``RISK_LIMIT_PX``: 255 where guessed, 0 outside the holes.
    """

    frames: Clip
    seen: Masks
    risk: NDArray[np.uint8]

    def frames_of(self, times: slice) -> Propagated:
        """A stretch of time."""
        return Propagated(self.frames[times], self.seen[times], self.risk[times])

    def cut(self, part: tuple[slice, slice]) -> Propagated:
        """The rectangle ``part`` (rows, columns) of each frame."""
        return Propagated(self.frames[:, *part].copy(), self.seen[:, *part].copy(), self.risk[:, *part].copy())


@dataclass(frozen=True, slots=True)
class CandidateClip:
    """A composite's rectangle round the holes, with the candidates.

    Attributes:
        name: of the composite.
        truth: ``(T, H, W, 3)`` uint8 RGB without the object.
        holes: ``(T, H, W)`` bool, what is filled.
        flow: ``(T, H, W, 2)`` float16, x and y in pixels, the background's flow from each frame to the one before it;
            zero in the first frame.
        fills: the engine's answer in each mode.
    """

    name: str
    truth: Clip
    holes: Masks
    flow: NDArray[np.float16]
    fills: dict[Mode, Propagated]

    @property
    def nbytes(self) -> int:
        """Memory taken."""
        own = self.truth.nbytes + self.holes.nbytes + self.flow.nbytes
        return own + sum(fill.frames.nbytes + fill.seen.nbytes + fill.risk.nbytes for fill in self.fills.values())

    def save(self, folder: Path) -> Path:
        """Writes ``NAME.npz`` beside the target and renames it; returns the file."""
        folder.mkdir(parents=True, exist_ok=True)
        target, partial = folder / f"{self.name}.npz", folder / f"{self.name}.partial"
        arrays: dict[str, NDArray[np.generic]] = {"truth": self.truth, "holes": self.holes, "flow": self.flow}
        for mode, fill in self.fills.items():
            arrays |= {f"{mode}.frames": fill.frames, f"{mode}.seen": fill.seen, f"{mode}.risk": fill.risk}
        with partial.open("wb") as stream:
            np.savez(stream, allow_pickle=False, **arrays)
        partial.replace(target)
        return target


def read_candidates(file: Path) -> CandidateClip:
    """Reads a file written by ``CandidateClip.save``.

    Raises:
        FootageError: the file is not one.
    """
    try:
        with np.load(file, allow_pickle=False) as archive:
            fills = {
                mode: Propagated(*(archive[f"{mode}.{part}"] for part in ("frames", "seen", "risk"))) for mode in MODES
            }
            return CandidateClip(file.stem, archive["truth"], archive["holes"], archive["flow"], fills)
    except (OSError, ValueError, KeyError) as error:
        raise FootageError(f"{file} holds no candidates ({error}); delete it and build the cache again.") from error


def compute_candidates(
    name: str, frames: Clip, truth: Clip, holes: Masks, polish: Polish | None = None
) -> CandidateClip:
    """Runs ``propagate`` on a composite in both modes.

    Args:
        name: of the composite.
        frames: ``(T, H, W, 3)`` uint8 RGB with the object.
        truth: the same without it.
        holes: ``(T, H, W)`` bool; at least one pixel.
        polish: goes over the engine's guesses in ``live``, as it does in VORNet.
    """
    rows, columns = holes.shape[1:]
    part = window_of(np.asarray(holes.any(axis=0), np.bool_)).grown(MARGIN_PX, rows, columns, 2).slices
    fills = {mode: propagate(frames, holes, mode, polish).cut(part) for mode in MODES}
    flow = background_flow(frames, holes)[:, *part].copy()
    return CandidateClip(name, truth[:, *part].copy(), holes[:, *part].copy(), flow, fills)


def propagate(frames: Clip, holes: Masks, mode: Mode, polish: Polish | None = None) -> Propagated:
    """The engine's answer for ``frames`` ``(T, H, W, 3)`` uint8 RGB and ``holes`` ``(T, H, W)`` bool."""
    settings = PropagationSettings(frame_rate=FRAME_RATE)
    source = ClipSource(frames, holes)
    if mode == "live":
        remover = LiveRemover(settings, polish)
        return _assembled(frames, holes, [fill for frame in source.walk() for fill in remover.step(frame)])
    with tempfile.TemporaryDirectory(prefix="cleanplate-candidates-") as store:
        return _assembled(frames, holes, list(fill_range(source, settings, store=Path(store), checkpoint=lambda: None)))


def background_flow(frames: Clip, holes: Masks) -> NDArray[np.float16]:
    """``(T, H, W, 2)`` float16, the background's flow to the previous frame, in pixels, as ``live`` finds it."""
    settings = PropagationSettings(frame_rate=FRAME_RATE)
    estimator = DisFlow(settings.preset)
    flows = np.zeros((*holes.shape, 2), np.float16)
    before = None
    for index, frame in enumerate(ClipSource(frames, holes).walk()):
        scale = Scale.of(frame.picture, settings)
        here = observe(frame, scale)
        if before is not None:
            whole = Window(0, 0, scale.width, scale.height)
            flows[index] = flow_in_window(hole_flow(estimator, here, before), whole, scale)[0]
        before = here
    return flows


def _assembled(frames: Clip, holes: Masks, fills: list[Fill]) -> Propagated:
    result, seen, risk = frames.copy(), np.zeros(holes.shape, np.bool_), np.zeros(holes.shape, np.uint8)
    for fill in fills:
        paste(fill, result, holes)
        if fill.risk is not None:
            window = window_of_fill(fill)
            hole = holes[fill.index][window]
            seen[fill.index][window] = fill.seen & hole
            level = np.where(fill.seen, np.clip(fill.risk / RISK_LIMIT_PX, 0.0, 1.0), 1.0)
            risk[fill.index][window] = np.rint(level * hole * 255).astype(np.uint8)
    return Propagated(result, seen, risk)
