"""A window from amodal masks to pictures: flows, propagation both ways, the rest painted (VOIN 3.2 and 3.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.source_map import Neighbour, SourceMap, window_of
from models.voin.carrying import (
    Flow,
    Sources,
    carried,
    clear_object,
    from_twin,
    older,
    sampled,
    sought,
    without_old,
)
from models.voin.crops import SquareCrop
from models.voin.drawn import wide_parts
from models.voin.lighting import light_change, moved_twin
from models.voin.parting import parted
from models.voin.trust import rim_px, smooth_colours, trust_of
from models.voin.window_engine import Mask, ObjectFrame, View, WindowEngine

Blend = Callable[[int, NDArray[np.float32]], NDArray[np.float32]]
"""From a frame's place in the window and its picture to the picture that is shown."""
_ANY = 0.5
"""Of less alpha nothing of the object is there, as far as limbs are concerned."""
_BENDS_FRAMES = 5
"""What is brought along is believed against a twin where the object keeps its shape for longer than so many frames."""
_SLACK = 0.25
"""Of what counts as beside the seen part: so far a twin's outline may be off."""


@dataclass(frozen=True, slots=True)
class CompletedFrame:
    """A frame with its object whole.

    Attributes:
        index: of the frame.
        picture: ``(H, W, 3)`` uint8; equal to the frame's view outside ``hidden``.
        amodal: ``(H, W)`` bool, the whole object.
        hidden: ``(H, W)`` bool, of it what was covered and is filled now.
        reached: ``(H, W)`` bool, of that what some frame really shows.
        sources: where that comes from, for who samples colours from other pictures than the views.
        trust: 0 to 1, how much of what the sources show is in the picture; a twin is believed.
        ground: ``(H, W, 3)`` uint8, the picture as it would be with a trust of 0; where the sources' alpha is less
            than 1 the object's own colours.
    """

    index: int
    picture: View
    amodal: Mask
    hidden: Mask
    reached: Mask
    sources: Sources
    trust: float
    ground: View


@dataclass(frozen=True, slots=True)
class _Brought:
    """A frame with what propagation brings in.

    Attributes:
        view: ``(H, W, 3)`` uint8, with it.
        ground: ``(H, W, 3)`` uint8, with smooth colours in its place.
        reached: ``(H, W)`` bool, where it is.
        trust: how much of it is in ``view``.
    """

    view: View
    ground: View
    reached: Mask
    trust: float


@dataclass(frozen=True, slots=True)
class Before:
    """The frame before a window.

    Attributes:
        frame: itself.
        amodal: ``(H, W)`` its whole object.
        map: where its hidden pixels come from; None if nothing is hidden.
        sources: views by index that ``map`` speaks of.
    """

    frame: ObjectFrame
    amodal: Mask
    map: SourceMap | None
    sources: dict[int, View]


@dataclass(frozen=True, slots=True)
class Shown:
    """A frame as the generator sees it.

    Attributes:
        view: ``(H, W, 3)`` uint8, with what propagation brought in.
        known: ``(H, W)`` bool, the object's pixels that are right: visible or reached.
        hidden: ``(H, W)`` bool.
        amodal: ``(H, W)`` bool.
    """

    view: View
    known: Mask
    hidden: Mask
    amodal: Mask


@dataclass(frozen=True, slots=True)
class WindowResult:
    """What a window gives.

    Attributes:
        completed: its frames.
        pictures: ``(H, W, 3)`` float32 in 0..255 of each, before it was blended with the window before.
        maps: where the hidden pixels of each come from, of frames that are not its twin.
        shown: each as the generator saw it.
    """

    completed: list[CompletedFrame]
    pictures: list[NDArray[np.float32]]
    maps: list[SourceMap]
    shown: list[Shown]


class WindowRun:
    """One window.

    Args:
        engine: the networks.
        frames: of the window.
        amodal: ``(H, W)`` bool of each.
        crop: what the networks see.
        before: the frame before the window; None at a shot's beginning.
        oldest: frames before this one are no source.
        context: frames before the window that the generator sees beside it.
    """

    def __init__(
        self,
        engine: WindowEngine,
        frames: Sequence[ObjectFrame],
        amodal: Sequence[Mask],
        crop: SquareCrop,
        before: Before | None,
        oldest: int,
        context: Sequence[Shown] = (),
    ) -> None:
        self._engine, self._crop, self._oldest, self._before = engine, crop, oldest, before
        self._context = list(context)
        self._frames, self._amodal = list(frames), list(amodal)
        self._hidden = [whole & ~frame.visible for frame, whole in zip(frames, amodal, strict=True)]
        self._rim = rim_px(crop.side)
        self._sought = [sought(hidden, whole, self._rim) for hidden, whole in zip(self._hidden, amodal, strict=True)]
        self._flows: dict[tuple[int, int], Flow] = {}
        self._motions = self._measured()

    def result(self, blend: Blend, *, ahead: bool = True, propagate: bool = True) -> WindowResult:
        """Completes the window.

        Args:
            blend: see ``Blend``; called for every frame.
            ahead: whether later frames of the window may be looked at for a frame's colours.
            propagate: whether other frames' pixels are brought in at all.
        """
        maps = self._forward() if propagate else [SourceMap.unknown(window_of(each)) for each in self._sought]
        sources = [Sources.single(found) for found in maps]
        if ahead and propagate:
            pairs = zip(self._frames, maps, self._backward(), strict=True)
            sources = [Sources.ranked(frame.index, one, other) for frame, one, other in pairs]
        maps = [found.best for found in sources]
        views = self._views()
        if propagate:
            sources = [self._with_twin(at, found, views) for at, found in enumerate(sources)]
        brought = [self._with_sources(at, found, views) for at, found in enumerate(sources)]
        shown = [
            Shown(each.view, frame.visible | each.reached, hidden, whole)
            for each, frame, hidden, whole in zip(brought, self._frames, self._hidden, self._amodal, strict=True)
        ]
        pictures = self._painted(shown)
        completed = [
            self._completed(at, each, found, blend, pictures[at])
            for at, (each, found) in enumerate(zip(brought, sources, strict=True))
        ]
        return WindowResult(completed, pictures, maps, shown)

    def _completed(
        self, at: int, brought: _Brought, sources: Sources, blend: Blend, picture: NDArray[np.float32]
    ) -> CompletedFrame:
        result, ground = brought.view.copy(), brought.ground.copy()
        left = self._hidden[at] & ~brought.reached
        if left.any():
            result[left] = ground[left] = np.rint(blend(at, picture)[left]).clip(0, 255).astype(np.uint8)
        amodal, hidden, reached = self._amodal[at], self._hidden[at], brought.reached
        return CompletedFrame(self._frames[at].index, result, amodal, hidden, reached, sources, brought.trust, ground)

    def _forward(self) -> list[SourceMap]:
        """Sources among earlier frames."""
        maps, neighbour = [], None
        if self._before is not None:
            frame = self._before.frame
            neighbour = Neighbour(frame.index, clear_object(frame.visible), self._before.map)
        for at in range(len(self._frames)):
            found = self._step(at, at - 1, neighbour)
            maps.append(found)
            neighbour = self._as_neighbour(at, found)
        return maps

    def _backward(self) -> list[SourceMap]:
        """Sources among later frames of the window."""
        maps, neighbour = [], None
        for at in range(len(self._frames) - 1, -1, -1):
            found = self._step(at, at + 1, neighbour)
            maps.append(found)
            neighbour = self._as_neighbour(at, found)
        return maps[::-1]

    def _with_twin(self, at: int, sources: Sources, views: Mapping[int, View]) -> Sources:
        """The sources with those of the frame's twin, where what is brought along comes from too far away.

        Where the twin shows all but what lies beside the visible part, the two are parted where they differ least.
        """
        frame, hidden = self._frames[at], self._hidden[at]
        if frame.twin is None or sources.best.window.empty:
            return sources
        found, alpha = from_twin(self._sought[at], frame.twin)
        moved = moved_twin(frame.twin, hidden.shape[::-1])
        change = light_change(frame, moved, hidden, found.window)
        part = found.window.slices
        after = frame.twin.after[part]
        shown = found.known & hidden[part]
        shown &= ~self._drawn_beyond(at, alpha, found, frame.twin.beside_px)
        take = shown & older(frame.index, sources.best, after)
        if (after < 0).any() and take.any():
            near = sources.best.known & hidden[part] & (self._apart(at)[part] <= 2 * frame.twin.beside_px)
            colours = np.where(frame.visible[part][..., None], frame.view[part], sampled(sources.best, views))
            lit = moved[0][part] + change
            slack = max(1, round(_SLACK * frame.twin.beside_px))
            there = cv2.dilate((alpha > _ANY).astype(np.uint8), np.ones((2 * slack + 1,) * 2, np.uint8)) > 0
            near &= there | ~shown | (after > _BENDS_FRAMES)
            take = parted(lit - colours, alpha < _ANY, near, shown, frame.visible[part])
        return sources.with_twin(found, alpha, change, take)

    def _drawn_beyond(self, at: int, alpha: NDArray[np.float32], found: SourceMap, beside_px: float) -> Mask:
        """``(h, w)`` what the user drew and the twin does not show: a slip beside its outline does not count."""
        beyond = found.known & self._hidden[at][found.window.slices] & (alpha < _ANY)
        if not self._frames[at].drawn or not beyond.any():
            return np.zeros(beyond.shape, np.bool_)
        return wide_parts(beyond, beside_px)

    def _apart(self, at: int) -> NDArray[np.float32]:
        """``(H, W)`` how far each pixel is from what is seen of the object."""
        seen = (~self._frames[at].visible).astype(np.uint8)
        return np.asarray(cv2.distanceTransform(seen, cv2.DIST_L2, 5), np.float32)

    def _as_neighbour(self, at: int, found: SourceMap) -> Neighbour:
        frame = self._frames[at]
        return Neighbour(frame.index, clear_object(frame.visible), None if found.window.empty else found)

    def _step(self, at: int, other: int, neighbour: Neighbour | None) -> SourceMap:
        wanted = self._sought[at]
        if neighbour is None or not wanted.any():
            return SourceMap.unknown(window_of(wanted))
        found = carried(wanted, self._flow(at, other), self._flow(other, at), neighbour)
        return without_old(found, self._oldest)

    def _flow(self, here: int, there: int) -> Flow:
        if (here, there) not in self._flows:
            (one, whole), (other, whole_there) = self._frame(here), self._frame(there)
            motion = self._motions[here] if there < here else -self._motions[there]
            self._flows[here, there] = self._engine.flow(one, other, (whole, whole_there), self._crop, motion)
        return self._flows[here, there]

    def _measured(self) -> NDArray[np.float32]:
        """``(T, 2)`` the object's motion from each frame of the window to the one before it."""
        if not any(hidden.any() for hidden in self._hidden):
            return np.full((len(self._frames), 2), np.nan, np.float32)
        if self._before is None:
            return self._engine.motions(self._frames, self._crop)
        return self._engine.motions([self._before.frame, *self._frames], self._crop)[1:]

    def _frame(self, at: int) -> tuple[ObjectFrame, Mask]:
        if at >= 0:
            return self._frames[at], self._amodal[at]
        assert self._before is not None
        return self._before.frame, self._before.amodal

    def _views(self) -> dict[int, View]:
        """All that sources may name."""
        views = {frame.index: frame.view for frame in self._frames}
        if self._before is not None:
            views |= self._before.sources | {self._before.frame.index: self._before.frame.view}
        return views | {frame.twin.index: frame.twin.view for frame in self._frames if frame.twin is not None}

    def _with_sources(self, at: int, sources: Sources, views: Mapping[int, View]) -> _Brought:
        frame, hidden, window = self._frames[at], self._hidden[at], sources.best.window
        reached = np.zeros(hidden.shape, bool)
        if not window.empty:
            reached[window.slices] = sources.best.known & hidden[window.slices]
        if not reached.any():
            return _Brought(frame.view, frame.view, reached, 1.0)
        colours = sampled(sources.best, views).astype(np.float32)
        colours += sources.share[..., None] * (sampled(sources.second, views) - colours)
        colours += sources.change
        trust = trust_of(frame.view, colours, sources.best, hidden, frame.visible, self._rim)
        smooth = smooth_colours(frame.view, frame.visible, window)
        there, view, ground = reached[window.slices], frame.view.copy(), frame.view.copy()
        believed = np.where(sources.twin, np.float32(1), np.float32(trust))[..., None]
        mixed = smooth + believed * (colours - smooth)
        own = view[window.slices].astype(np.float32)
        view[window.slices][there] = _rounded(own + sources.alpha[..., None] * (mixed - own))[there]
        soft = (sources.alpha < 1)[..., None]
        ground[window.slices][there] = _rounded(np.where(soft, mixed, smooth))[there]
        return _Brought(view, ground, reached, trust)

    def _painted(self, shown: Sequence[Shown]) -> list[NDArray[np.float32]]:
        """Whole pictures, the generator's in the hidden part that propagation left."""
        left = [each.hidden & ~each.known for each in shown]
        pictures = [each.view.astype(np.float32) for each in shown]
        if any(mask.any() for mask in left):
            seen = [*self._context, *shown]
            parts = ([getattr(each, name) for each in seen] for name in ("view", "known", "hidden", "amodal"))
            views, known, hidden, amodal = parts
            made = self._engine.paint(views, known, hidden, amodal, self._crop)[len(self._context) :]
            for picture, answer, mask in zip(pictures, made, left, strict=True):
                picture[mask] = answer[mask]
        return pictures


def _rounded(colours: NDArray[np.float32]) -> View:
    return np.rint(colours).clip(0, 255).astype(np.uint8)
