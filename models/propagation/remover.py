"""``live``: one frame in, one frame out, nothing of the future (VORNet section 3.1, without networks)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np

from models.flow.dis import DisFlow
from models.propagation.guess import guess_picture
from models.propagation.observation import Observation, Scale, flow_in_window, hole_flow, observe
from models.propagation.picture import BoolMask, Fill, HoleFrame, PicturePlane
from models.propagation.render import empty_fill, render
from models.propagation.settings import PropagationSettings
from models.propagation.source_map import (
    Neighbour,
    SourceMap,
    Window,
    compose,
    guess_label,
    observed_label,
)
from models.propagation.store import SourcePicture, SourceStore


@dataclass(frozen=True, slots=True)
class Past:
    """A frame that has been filled: what later frames may take from it."""

    seen: Observation
    map: SourceMap | None

    @property
    def neighbour(self) -> Neighbour:
        """What it offers to a map."""
        return Neighbour(self.seen.index, self.seen.clear, self.map)


class LiveRemover:
    """Fills holes frame by frame.

    Args:
        settings: the engine's.
    """

    def __init__(self, settings: PropagationSettings) -> None:
        self.settings = settings
        self._flow = DisFlow(settings.preset)  # type: ignore[arg-type]
        self._scale: Scale | None = None
        self._past: deque[Past] = deque(maxlen=max(settings.steps))
        self._store: SourceStore | None = None
        self._last_guess: int | None = None

    def reset(self) -> None:
        """Forgets everything, as at a cut."""
        self._past.clear()
        self._store = None
        self._scale = None
        self._last_guess = None

    def step(self, frame: HoleFrame) -> list[Fill]:
        """Takes the next frame; returns the fills that are ready (one, without a delay)."""
        if frame.cut:
            self.reset()
        if self._scale is None or self._store is None:
            self._scale = Scale.of(frame.picture, self.settings)
            self._store = SourceStore(self._scale.height, self._scale.width, self._scale.align)
        here = observe(frame, self._scale)
        picture = frame.picture
        whole = Window(0, 0, self._scale.width, self._scale.height)
        self._store.add(observed_label(here.index), SourcePicture(whole, picture.planes))
        source_map = None
        fill = empty_fill(here)
        if not here.window.empty:
            source_map = self._guess(here, self._find(here))
            fill = render(here, source_map, self._store, self._scale, self.settings)
        self._past.appendleft(Past(here, source_map))
        self._prune()
        return [fill]

    def flush(self) -> list[Fill]:
        """The fills still held back by the delay."""
        return []

    def _find(self, here: Observation) -> SourceMap:
        """Sources of the zone from earlier frames."""
        assert self._scale is not None
        found = SourceMap.unknown(here.window)
        hole = here.hole[here.window.slices]
        for order, step in enumerate(self.settings.steps):
            if step > len(self._past):
                break
            missing = here.zone & ~found.seen
            if order and int((missing & hole).sum()) <= 0.01 * int(hole.sum()):
                break
            past = self._past[step - 1]
            flow = hole_flow(self._flow, here, past.seen)
            other = compose(here.window, flow_in_window(flow.flow, here.window, self._scale), past.neighbour)
            found = found.merged(other, missing & (other.seen | ~found.known & other.known))
        return found

    def _guess(self, here: Observation, found: SourceMap) -> SourceMap:
        """Guesses what is still unknown and makes it a source of its own."""
        assert self._scale is not None and self._store is not None
        itself = here.zone & ~found.known & here.clear[here.window.slices]
        found = found.merged(_constant(here.window, observed_label(here.index)), itself)
        unknown = here.zone & ~found.known
        if not unknown.any():
            return found
        full = np.zeros_like(here.hole)
        full[here.window.slices] = unknown
        due = self._last_guess is None or here.index - self._last_guess >= self.settings.frame_rate
        hole = here.hole[here.window.slices]
        large = int((unknown & hole).sum()) > 0.02 * int(hole.sum())
        seed = self.settings.seed if due and large else None
        if seed is not None:
            self._last_guess = here.index
        painted = self._painted(here, found) if found.known.any() else None
        picture = guess_picture(
            here.picture, full, ~here.clear, painted, align=self._scale.align, seed=seed
        )
        label = guess_label(here.index)
        self._store.add(label, picture)
        return found.merged(_constant(here.window, label), unknown)

    def _painted(self, here: Observation, found: SourceMap) -> np.ndarray:
        """The view with what is known already painted over the object."""
        assert self._store is not None
        view = here.picture.view.copy()
        rows, columns = here.window.slices
        hole = here.hole[rows, columns] & found.known
        part = view[rows, columns]
        planes = [self._store.sample(found, n, p.shift_x, p.shift_y)[0] for n, p in enumerate(here.picture.planes)]
        part[hole] = _to_view(here, planes)[hole]
        return view

    def _prune(self) -> None:
        assert self._store is not None
        maps = [past.map for past in self._past if past.map is not None]
        self._store.prune(maps, {observed_label(past.seen.index) for past in self._past})


def _constant(window: Window, label: int) -> SourceMap:
    """A map of pixels that stay where they are in one source."""
    shape = (window.height, window.width)
    return SourceMap(window, np.full(shape, label, np.int32), np.zeros((*shape, 2), np.float32))


def _to_view(here: Observation, planes: list[np.ndarray]) -> np.ndarray:
    """Planes of the window to RGB, by the affine relation the frame itself shows."""
    window = here.window
    rows, columns = window.slices
    view = here.picture.view[rows, columns]
    size = (window.width, window.height)
    known = ~here.hole[rows, columns]

    def stack(parts: list[np.ndarray]) -> np.ndarray:
        return np.stack([cv2.resize(p.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) for p in parts], -1)

    native = []
    for plane in here.picture.planes:
        top, left = window.top >> plane.shift_y, window.left >> plane.shift_x
        height, width = -(-window.height >> plane.shift_y), -(-window.width >> plane.shift_x)
        native.append(plane.samples[top : top + height, left : left + width])
    source = stack(native)[known]
    target = view[known].astype(np.float32)
    if not len(source):
        return view
    step = max(1, len(source) // 4000)
    system = np.concatenate([source[::step], np.ones((len(source[::step]), 1), np.float32)], 1)
    solution, *_ = np.linalg.lstsq(system, target[::step], rcond=None)
    filled = stack(planes)
    flat = np.concatenate([filled.reshape(-1, filled.shape[-1]), np.ones((filled[..., 0].size, 1), np.float32)], 1)
    return np.clip(flat @ solution, 0, 255).astype(np.uint8).reshape(view.shape)
