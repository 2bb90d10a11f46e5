"""``propagate``'s fills, refined frame by frame (VORNet figure 2, c): the recurrent wrapper between numpy and networks.

The network sees a crop round the hole; what it changes is brought back to the picture's own size and added to the
fill's planes. Where it changes nothing, the fill stays as it was, to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from models.devices import Placement, place
from models.flow.protocol import FlowEstimator
from models.propagation.colour_relation import ColourRelation
from models.propagation.holeflow import HoleFlow
from models.propagation.observation import Observation, Scale, hole_flow, observe
from models.propagation.picture import Fill, HoleFrame, Samples
from models.propagation.repeatable import use_repeatable_arithmetic
from models.propagation.settings import PropagationSettings
from models.propagation.source_map import Window
from models.vornet.crops import Crop, choose_crop, crop_grid
from models.vornet.fitting import fits
from models.vornet.inpainter import Guess, Inpainter
from models.vornet.notes import MOVED, SKIPPED, SMALLER
from models.vornet.runner import Past, Step, StepRunner
from models.vornet.settings import RefinerSettings

Values = NDArray[np.float32]

RISK_LIMIT_PX = 8.0
"""Risk as the network sees it: 0..1 for 0 to this many pixels."""
_RELATION_EVERY = 48
"""Frames after which the colour relation is learnt anew."""
_NOTHING = 0.5 / 255
"""A mean correction below this may stop without being seen."""
_SMALLEST_PLAN_PX = 128
"""A crop below this is not worth a graphics card."""


@dataclass(frozen=True, slots=True)
class RefinerState:
    """All that later answers depend on, beside the engine's own state.

    Attributes:
        last: the last frame, for the motion to it; None at the start of a shot.
        crop: the rectangle the networks saw of it; None if it had no hole.
        past: what the network left; None if it had no hole.
        guess: the image candidate that is carried along.
        relation: how the clip's planes go with its view.
        relation_index: the frame it was learnt from.
        correction: mean absolute correction of the last frame's hole, 0..1.
    """

    last: Observation | None = None
    crop: Crop | None = None
    past: Past | None = None
    guess: Guess | None = None
    relation: ColourRelation | None = None
    relation_index: int = 0
    correction: float = 0.0


class Refiner:
    """Refines one clip's fills in order.

    Where a graphics card's memory does not suffice, it makes do with less: without captured graphs, then on smaller
    crops, at last on the CPU. The fills say so in their notes.

    Args:
        runner: the refinement network.
        inpainter: the image candidate; None where the network has none.
        estimator: optical flow between neighbouring frames.
        propagation: the settings of the engine whose fills come in.
        settings: of the refinement.
        moved: whether the networks are on the CPU because a graphics card had no room for them.
    """

    def __init__(
        self,
        runner: StepRunner,
        inpainter: Inpainter | None,
        estimator: FlowEstimator,
        propagation: PropagationSettings,
        settings: RefinerSettings,
        *,
        moved: bool = False,
    ) -> None:
        self.state = RefinerState()
        self.settings, self.propagation = settings, propagation
        self.frames, self.skipped = 0, 0
        self.correction_sum = 0.0
        self._runner, self._inpainter, self._estimator = runner, inpainter, estimator
        self._largest_px = settings.largest_px
        self._short: tuple[str, ...] = (MOVED,) if moved else ()

    @property
    def placement(self) -> Placement:
        """Where the networks run."""
        return self._runner.placement

    def reset(self) -> None:
        """Forgets everything, as at a cut."""
        self.state = RefinerState()

    def look(self, frame: HoleFrame) -> tuple[Observation, HoleFlow | None]:
        """The frame made ready and its background's motion to the last one; may run beside the engine.

        Changes nothing; call it after the last frame's ``refine``.
        """
        scale = Scale.of(frame.picture, self.propagation)
        here = observe(frame, scale)
        last = None if frame.cut else self.state.last
        if last is None or self.state.crop is None or here.window.empty:
            return here, None
        return here, hole_flow(self._estimator, here, last)

    def refine(self, frame: HoleFrame, fill: Fill, seen: tuple[Observation, HoleFlow | None] | None = None) -> Fill:
        """The refined fill of the next frame.

        Args:
            frame: as the engine got it.
            fill: the engine's answer.
            seen: what ``look`` found about the frame, if it was asked before.
        """
        use_repeatable_arithmetic()
        here, motion = seen or self.look(frame)
        if frame.cut:
            self.reset()
        state = self.state = self._with_relation(here)
        if not fill.width or frame.reference:
            self.state = replace(state, last=here, crop=None, past=None, guess=None, correction=0.0)
            return fill
        window = Window(fill.left, fill.top, fill.width, fill.height)
        assert state.relation is not None
        self.frames += 1
        crop, correction = self._refined_crop(frame, fill, motion, state.relation)
        self.state = replace(self.state, last=here, crop=crop)
        if correction is None:
            skipped = self.state.past is not None and self.state.past.state is None
            return replace(fill, notes=(*fill.notes, SKIPPED)) if skipped else fill
        refined = _added(fill, crop, window, correction, state.relation)
        return replace(refined, notes=(*refined.notes, *self._short))

    def _refined_crop(
        self, frame: HoleFrame, fill: Fill, motion: HoleFlow | None, relation: ColourRelation
    ) -> tuple[Crop, Values | None]:
        """The crop that there is room for, and what the network adds to it (see ``_corrected``)."""
        last, (height, width) = self.state.crop, frame.hole.shape
        window = Window(fill.left, fill.top, fill.width, fill.height)
        while True:
            fitting = last is not None and max(last.width, last.height) <= self._largest_px
            crop = choose_crop(window, height, width, largest_px=self._largest_px, last=last if fitting else None)
            grid = None
            if motion is not None and last is not None:
                grid = crop_grid(motion, Scale.of(frame.picture, self.propagation), crop, last)
            propagated = _painted(frame, fill, crop, window, relation)
            conditions = _conditions(frame, fill, crop, window)
            try:
                return crop, self._corrected(propagated, conditions, grid)
            except torch.cuda.OutOfMemoryError:
                if not self._make_room():
                    raise

    def _make_room(self) -> bool:
        """Takes less of the graphics card's memory from now on; whether there was still something to give up."""
        if self.placement.device == "cpu":
            return False
        if not self._runner.release_graphs():
            if self._largest_px > _SMALLEST_PLAN_PX:
                self._largest_px //= 2
                self._short = (SMALLER,)
            else:
                self._move_to_cpu()
        torch.cuda.empty_cache()
        return True

    def _move_to_cpu(self) -> None:
        placement = place("cpu")
        self._runner.move(placement)
        if self._inpainter is not None:
            self._inpainter.move(placement)
        past, guess = self.state.past, self.state.guess
        self.state = replace(
            self.state,
            past=None if past is None else past.to(placement.device),
            guess=None if guess is None else guess.to(placement.device),
        )
        self._largest_px, self._short = self.settings.cpu_largest_px, (MOVED,)

    def _with_relation(self, here: Observation) -> RefinerState:
        """The state with a colour relation, learnt anew now and then."""
        state = self.state
        if state.relation is not None and here.index - state.relation_index < _RELATION_EVERY:
            return state
        relation = ColourRelation.of(here.picture, here.clear)
        return replace(state, relation=relation, relation_index=here.index)

    def _corrected(self, propagated: Values, conditions: Values, grid: Values | None) -> Values | None:
        """What the network adds to the crop ``(H, W, 3)``, None where it is skipped; keeps its past."""
        state = self.state
        quiet = state.correction < _NOTHING
        if self.settings.skip and quiet and fits(propagated, conditions):
            self.skipped += 1
            past = self._runner.skipped(propagated)
            self.state = replace(state, past=past, guess=None, correction=0.0)
            return None
        guess = self._guess(propagated, conditions, grid)
        inpainted = None if guess is None else guess.picture[0].permute(1, 2, 0).cpu().numpy()
        refined, past = self._runner.run(Step(propagated, inpainted, conditions, grid), state.past)
        hole = np.ascontiguousarray(conditions[..., 0])
        correction = np.clip(refined, 0, 1)
        correction -= propagated
        correction *= cv2.merge([hole] * 3)
        mean = float(np.abs(correction).sum() / max(1.0, 3 * float(hole.sum())))
        self.correction_sum += mean
        self.state = replace(state, past=past, guess=guess, correction=mean)
        return correction if mean else None

    def _guess(self, propagated: Values, conditions: Values, grid: Values | None) -> Guess | None:
        if self._inpainter is None:
            return None
        with torch.inference_mode():
            planes = self._runner.upload(conditions)
            moved = None if grid is None else self._runner.grid(grid)
            return self._inpainter.update(
                self.state.guess, moved, self._runner.upload(propagated), planes[:, :1], planes[:, 2:3]
            )


def _painted(frame: HoleFrame, fill: Fill, crop: Crop, window: Window, relation: ColourRelation) -> Values:
    """The crop ``(H, W, 3)`` float32 RGB in 0..1 of the frame with its fill."""
    view = frame.picture.view
    height, width = view.shape[:2]
    top, left = max(0, crop.top), max(0, crop.left)
    part = view[top : min(height, crop.top + crop.view_height), left : min(width, crop.left + crop.view_width)].copy()
    colours = relation.view(list(fill.planes), (window.width, window.height))
    rows = slice(window.top - top, window.top - top + window.height)
    columns = slice(window.left - left, window.left - left + window.width)
    hole = frame.hole[window.slices]
    np.copyto(part[rows, columns], colours, where=hole[..., None])
    painted = replace(crop, left=crop.left - left, top=crop.top - top).cut(part)
    painted /= 255
    return painted


def _conditions(frame: HoleFrame, fill: Fill, crop: Crop, window: Window) -> Values:
    """The crop ``(H, W, 4)`` float32 of hole, seen, guessed (0 or 1; they add up) and risk (0..1)."""
    hole = frame.hole[window.slices].astype(np.float32)
    seen = fill.seen.astype(np.float32) * hole
    limit = RISK_LIMIT_PX * float(crop.factor.mean())
    risk = np.zeros_like(hole) if fill.risk is None else np.clip(fill.risk / limit, 0, 1)
    planes = np.zeros((crop.view_height, crop.view_width, 3), np.float32)
    rows = slice(window.top - crop.top, window.top - crop.top + window.height)
    columns = slice(window.left - crop.left, window.left - crop.left + window.width)
    planes[rows, columns] = cv2.merge([hole, seen, np.where(seen > 0, risk, np.float32(1)).astype(np.float32) * hole])
    if planes.shape[:2] != (crop.height, crop.width):
        planes = np.asarray(cv2.resize(planes, (crop.width, crop.height), interpolation=cv2.INTER_AREA), np.float32)
    share = np.maximum(planes[..., 0], 1e-6)
    inside = (planes[..., 0] > 0).astype(np.float32)
    mostly_seen = inside * (planes[..., 1] > 0.5 * share)
    stacked = [inside, mostly_seen, inside - mostly_seen, inside * planes[..., 2] / share]
    return np.asarray(cv2.merge(stacked), np.float32)


def _added(fill: Fill, crop: Crop, window: Window, correction: Values, relation: ColourRelation) -> Fill:
    """The fill with a crop's RGB correction added to its planes."""
    wide = crop.spread(correction, window) * 255
    planes: list[Samples] = []
    for number, samples in enumerate(fill.planes):
        size = (samples.shape[1], samples.shape[0])
        change = wide if wide.shape[1::-1] == size else cv2.resize(wide, size, interpolation=cv2.INTER_AREA)
        added = samples + change @ relation.to_planes[:3, number]
        rounded: NDArray[Any] = np.clip(np.rint(added), 0, relation.peak).astype(samples.dtype)
        planes.append(rounded)
    return replace(fill, planes=tuple(planes))
