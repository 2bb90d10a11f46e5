"""The paper's exact recipe (``--candidates paper``), for comparison: no source map, no colour fitting.

Candidates: past outputs (k = 1, 3, 5) warped by interpolated flow, and the inpainting network's answer for the whole
hole in every frame. The one closest to the previous result by LPIPS is refined by the network that paints the hole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import astuple, replace
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.devices import Placement
from models.flow.protocol import FlowEstimator
from models.propagation.colour_relation import ColourRelation
from models.propagation.grid import in_window
from models.propagation.observation import Observation, Scale, observe
from models.propagation.picture import Fill, FrameSource, HoleFrame, Samples
from models.propagation.render import empty_fill
from models.propagation.settings import PropagationSettings
from models.propagation.source_map import Window
from models.propagation.state import StateReader, StateWriter
from models.vornet.convlstm import LstmState
from models.vornet.crops import Crop, choose_crop
from models.vornet.refinement import STRIDE, Refined, RefinementNetwork
from models.vornet.rollout import Select
from models.vornet.warping import PastOutput, Warper

Values = NDArray[np.float32]


class ImageFill(Protocol):
    """An inpainting candidate: "it could be any model" (section 3.2)."""

    def fill(self, picture: Tensor, hole: Tensor) -> Tensor:
        """The hole ``(1, 1, H, W)`` of ``picture`` ``(1, 3, H, W)`` RGB in 0..1 filled; the rest as it is."""
        ...


_EVERY_PIXEL = 1 << 20
"""The paper's recipe works on the view itself, not on a coarser grid."""


class PaperRemover:
    """VORNet as published, frame by frame; the same contract as ``propagation.remover.LiveRemover`` without a delay.

    Args:
        network: the paper's head, with its weights.
        inpainter: the image candidate.
        select: the top-1 selection.
        estimator: optical flow.
        placement: where the network runs.
        settings: working size of the flow.
        largest_px: longest side of the networks' crop.
        fingerprint: names weights and settings: a saved state is of use under these only.
        note: what the report should say of every shot.
    """

    def __init__(
        self,
        network: RefinementNetwork,
        inpainter: ImageFill,
        select: Select,
        estimator: FlowEstimator,
        placement: Placement,
        settings: PropagationSettings,
        *,
        largest_px: int,
        fingerprint: str,
        note: str = "",
    ) -> None:
        self._network = network.eval().to(placement.device, placement.dtype)
        self._inpainter, self._select = inpainter, select
        self._placement = placement
        self._settings = replace(settings, grid_limit_px=_EVERY_PIXEL)
        self._largest_px, self._fingerprint = largest_px, fingerprint
        self._warper, self._note = Warper(estimator), note
        self._state: LstmState | None = None

    def foresee(self, *frames: HoleFrame) -> None:
        """Does nothing: the recipe is strictly one frame after another."""

    def reset(self) -> None:
        """Forgets everything, as at a cut."""
        self._warper.past.clear()
        self._state = None

    def flush(self) -> list[Fill]:
        """Nothing is ever held back."""
        return []

    def step(self, frame: HoleFrame) -> list[Fill]:
        """Fills the next frame."""
        if frame.cut:
            self.reset()
        scale = Scale.of(frame.picture, self._settings)
        here = observe(frame, scale)
        if here.window.empty:
            self._warper.remember(None)
            self._state = None
            return [empty_fill(here)]
        last = self._warper.past[0] if self._warper.past else None
        crop = choose_crop(
            here.window, *frame.hole.shape, largest_px=self._largest_px, last=None if last is None else last.crop
        )
        with torch.inference_mode():
            picture = self._refined(frame, here, crop, scale)
        self._warper.remember(PastOutput(here, crop, picture.clamp(0, 1)))
        colours = picture[0].permute(1, 2, 0).clamp(0, 1).cpu().numpy()
        notes = (self._note,) if self._note and last is None else ()
        return [replace(_fill(here, crop, colours), notes=notes)]

    def save_state(self) -> bytes:
        """All that later answers depend on; ``load_state`` continues exactly."""
        out = StateWriter()
        out.value("fingerprint", self._fingerprint)
        out.value("past", [None if past is None else astuple(past.crop) for past in self._warper.past])
        for number, past in enumerate(self._warper.past):
            if past is not None:
                out.observation(f"past.{number}", past.seen, whole=False)
                out.array(f"past.{number}.picture", past.picture.cpu().numpy())
        out.value("state", self._state is not None)
        if self._state is not None:
            out.array("state.hidden", self._state.hidden.float().cpu().numpy())
            out.array("state.cell", self._state.cell.cpu().numpy())
        return out.finish()

    def load_state(self, state: bytes) -> None:
        """Continues from ``save_state``'s bytes.

        Raises:
            ValueError: the bytes are no state, or one of other settings or weights.
        """
        kept = StateReader(state)
        if kept.value("fingerprint") != self._fingerprint:
            raise ValueError("the saved state was written under other settings or weights of VORNet")
        self.reset()
        device = self._placement.device
        for number, crop in reversed(list(enumerate(kept.value("past")))):
            past = None
            if crop is not None:
                picture = torch.from_numpy(np.array(kept.array(f"past.{number}.picture"))).to(device)
                past = PastOutput(kept.observation(f"past.{number}", whole=False), Crop(*crop), picture)
            self._warper.remember(past)
        if kept.value("state"):
            hidden, cell = (torch.from_numpy(np.array(kept.array(f"state.{part}"))) for part in ("hidden", "cell"))
            self._state = LstmState(hidden.to(device, self._placement.dtype), cell.to(device))

    def _refined(self, frame: HoleFrame, here: Observation, crop: Crop, scale: Scale) -> Tensor:
        """O_t in the crop ``(1, 3, H, W)``."""
        device = self._placement.device
        seen = torch.from_numpy(crop.cut(frame.picture.view) / 255).permute(2, 0, 1)[None].float().to(device)
        hole = torch.from_numpy(crop.cut_mask(here.hole))[None, None].to(device)
        warped = self._warper.candidates(here, crop, seen, hole, scale)
        candidates = torch.stack([*warped, self._inpainter.fill(seen, hole)], 1)
        last = self._warper.past[0] if self._warper.past else None
        previous = None if last is None else last.picture
        if previous is not None and previous.shape != seen.shape:
            previous = torch.nn.functional.interpolate(previous, seen.shape[-2:], mode="bilinear")
        chosen = self._select(candidates, previous)
        state = self._state
        if state is not None and state.cell.shape[-2:] != (crop.height // STRIDE, crop.width // STRIDE):
            state = None
        refined: Refined = self._network(chosen[:, None], hole, state)
        self._state = refined.state
        return refined.picture


def fill_range_as_published(
    source: FrameSource, remover: PaperRemover, *, checkpoint: Callable[[], None]
) -> Iterator[Fill]:
    """``final`` of the paper's recipe: it knows one direction of time only, so this is ``live``."""
    for frame in source.walk():
        checkpoint()
        yield from remover.step(frame)


def _fill(here: Observation, crop: Crop, colours: Values) -> Fill:
    """The crop's colours ``(H, W, 3)`` in 0..1 as a fill of the window's planes."""
    window: Window = here.window
    relation = ColourRelation.of(here.picture, here.clear)
    wide = crop.spread(colours, window) * 255
    hole = here.hole[window.slices]
    view = np.where(hole[..., None], wide, here.picture.view[window.slices])
    planes: list[Samples] = []
    for number, plane in enumerate(here.picture.planes):
        samples = in_window(plane, window).copy()
        rows, columns = samples.shape
        step_y, step_x = 1 << plane.shift_y, 1 << plane.shift_x
        targets = _means(view, rows, columns, step_y, step_x)
        paint = _means(hole[..., None].astype(np.float32), rows, columns, step_y, step_x)[..., 0] > 0
        relation.paint(number, samples, paint, targets)
        planes.append(samples)
    rectangle = (window.left, window.top, window.width, window.height)
    return Fill(here.index, *rectangle, tuple(planes), np.zeros_like(hole), hole)


def _means(values: Values, rows: int, columns: int, step_y: int, step_x: int) -> Values:
    """Block means ``(rows, columns, C)``; blocks that reach beyond the array continue its border."""
    beyond = ((0, rows * step_y - values.shape[0]), (0, columns * step_x - values.shape[1]), (0, 0))
    grown = np.pad(values, beyond, mode="edge")
    return np.asarray(grown.reshape(rows, step_y, columns, step_x, -1).mean((1, 3)), np.float32)
