"""A restoration picture by picture: object frames in, fills of their hidden parts out, in the clip's own planes.

Completion itself works on views on a grid (``models.propagation.grid``), for motion is smooth and networks see little.
Colours that some frame shows are sampled once, from that frame's own planes at its own size and depth; what is painted
comes from the view through the colour relation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.colour_relation import ColourRelation
from models.propagation.grid import any_on_grid, any_on_plane, grid_planes, on_grid, on_plane
from models.propagation.picture import BoolMask, Fill, FrameSource, HoleFrame, PicturePlane, Samples
from models.propagation.pullpush import pull_push
from models.propagation.repeatable import use_repeatable_arithmetic
from models.propagation.source_map import SourceMap, Window, observed_label, window_of
from models.propagation.state import StateReader, StateWriter, read_sources, write_sources
from models.propagation.store import SourcePicture, SourceStore
from models.voin.alike import beside_px
from models.voin.carrying import clear_object
from models.voin.completer import Completer, CompleterSettings, OnlineCompleter
from models.voin.drawn import wide_parts
from models.voin.picture import ObjectHoleFrame
from models.voin.twins import TwinSearch
from models.voin.window_engine import ObjectFrame, WindowEngine
from models.voin.window_run import CompletedFrame

GRID_LIMIT_PX = 960
"""The grid's longer side is at most so long."""
_RIM_PX = 12
"""So far round the object a frame's planes are kept, in pixels of the grid: for sampling taps and coarse chroma."""
_RELATION_EVERY = 25
_PURE = 230
"""Colours are guessed from what lies beside: where that has less alpha, on the whole, the cover is in the guess."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A picture whose fill is not made yet.

    Attributes:
        hole: ``(H, W)`` bool in pixels of the view.
        step: view pixels to a pixel of the grid.
        grids: planes of the whole picture's size, without its samples.
        relation: how planes and view go together.
        drawn: whether the user made the whole shape.
    """

    hole: BoolMask
    step: int
    grids: tuple[PicturePlane, ...]
    relation: ColourRelation
    drawn: bool


@dataclass(frozen=True, slots=True)
class _Blend:
    """How what is brought in goes into a picture, in the window of its fill.

    Attributes:
        trust: ``(h, w)`` float32, how much of what sources show; the rest is smooth.
        alpha: ``(h, w)`` uint8, how much of it is the object, 255 all of it; the rest is what is below.
        change: ``(h, w, 3)`` float32, what the colours of sources change by; None where there is no other light.
    """

    trust: NDArray[np.float32]
    alpha: NDArray[np.uint8]
    change: NDArray[np.float32] | None


@dataclass(frozen=True, slots=True)
class _Painted:
    """One plane of a fill.

    Attributes:
        samples: ``(rows, columns)``.
        alpha: ``(rows, columns)`` uint8, how much of each is the fill's.
    """

    samples: Samples
    alpha: NDArray[np.uint8]


class Restorer:
    """Fills the hidden part of one object, picture by picture; a ``LiveRemover`` of restorations.

    Args:
        engine: the networks, or what stands in for them.
        settings: how a clip is cut into windows.
        online: whether only the past is looked at, so that each picture's fill comes at once.
    """

    def __init__(self, engine: WindowEngine, settings: CompleterSettings, *, online: bool) -> None:
        self._settings = settings
        self._completer: Completer | OnlineCompleter = (
            OnlineCompleter(engine, settings) if online else Completer(engine, settings)
        )
        self._twins = None if online else TwinSearch()
        self._forget()

    def _forget(self) -> None:
        self._store: SourceStore | None = None
        self._size = (0, 0, 1)  # rows, columns and alignment of the grid
        self._waiting: dict[int, _Waiting] = {}
        self._relation: tuple[int, ColourRelation] | None = None

    def foresee(self, *frames: HoleFrame) -> None:
        """See ``LiveRemover``; nothing is done ahead."""

    def step(self, frame: HoleFrame) -> list[Fill]:
        """Takes the next picture and gives the fills that are ready, oldest first.

        Args:
            frame: an ``ObjectHoleFrame``; of one size until the next cut.
        """
        assert isinstance(frame, ObjectHoleFrame), "a restoration's plan gives object frames"
        use_repeatable_arithmetic()
        done = self.flush() if frame.cut else []
        given = self._taken(frame)
        if isinstance(self._completer, OnlineCompleter):
            return [*done, self._fill(self._completer.step(given))]
        assert self._twins is not None, "who looks ahead looks for twins"
        return done + self._pushed(self._completer, self._twins.push(given))

    def _pushed(self, completer: Completer, frames: Sequence[ObjectFrame]) -> list[Fill]:
        """Fills that are ready once the completer has these frames, each made before the next one goes in."""
        return [self._fill(each) for frame in frames for each in completer.push(frame)]

    def flush(self) -> list[Fill]:
        """Gives the fills that still wait; afterwards everything is forgotten."""
        use_repeatable_arithmetic()
        done: list[Fill] = []
        if isinstance(self._completer, OnlineCompleter):
            self._completer.reset()
        else:
            assert self._twins is not None, "who looks ahead looks for twins"
            done = self._pushed(self._completer, self._twins.finish())
            done += [self._fill(each) for each in self._completer.finish()]
        self._forget()
        return done

    def save_state(self) -> bytes:
        """Everything that later fills depend on; of a restorer that looks at the past alone."""
        assert not self._waiting, "states are kept between pictures of the past alone"
        out = StateWriter()
        out.array("completer", np.frombuffer(self._completer.save_state(), np.uint8))
        out.relation("relation", self._relation)
        out.value("size", self._size if self._store is not None else None)
        write_sources(out, {} if self._store is None else self._store.pictures)
        return out.finish()

    def load_state(self, state: bytes) -> None:
        """Goes on where ``save_state`` was called.

        Raises:
            ValueError: the bytes are no state, or one of other settings or weights.
        """
        kept = StateReader(state)
        self._completer.load_state(kept.array("completer").tobytes())
        self._forget()
        self._relation = kept.relation("relation")
        size = kept.value("size")
        if size is not None:
            rows, columns, align = size
            self._store, self._size = SourceStore(rows, columns, align), (rows, columns, align)
            for label, picture in read_sources(kept).items():
                self._store.add(label, picture)

    def _taken(self, frame: ObjectHoleFrame) -> ObjectFrame:
        """The picture on the grid; what of its planes is needed later is kept."""
        step, (height, width) = 1, frame.picture.view.shape[:2]
        while max(height, width) > GRID_LIMIT_PX:
            step, height, width = 2 * step, -(-height // 2), -(-width // 2)
        picture = on_grid(frame.picture, step)
        hidden, amodal = any_on_grid(frame.hole & frame.amodal, step), any_on_grid(frame.amodal, step)
        align = max(1 << max(plane.shift_x, plane.shift_y, 0) for plane in picture.planes)
        if self._store is None:
            self._store, self._size = SourceStore(height, width, align), (height, width, align)
        index = frame.picture.index
        if self._relation is None or index - self._relation[0] >= _RELATION_EVERY:
            self._relation = index, ColourRelation.of(frame.picture, ~frame.hole)
        around = window_of(amodal | any_on_grid(frame.hole, step)).grown(_RIM_PX, height, width, align)
        if not around.empty:
            whole = SourcePicture(Window(0, 0, width, height), grid_planes(frame.picture, step))
            self._store.add(observed_label(index), whole.cropped(around))
        bare = _bare(grid_planes(frame.picture, step))
        self._waiting[index] = _Waiting(frame.hole, step, bare, self._relation[1], frame.drawn)
        self._let_go(index)
        visible, occluder = amodal & ~hidden, any_on_grid(frame.occluder, step)
        return ObjectFrame(index, picture.view, visible, occluder, frame.cut, amodal=amodal, drawn=frame.drawn)

    def _let_go(self, newest: int) -> None:
        """Forgets planes that no map can name any more."""
        assert self._store is not None
        waiting = self._settings.window + (0 if self._twins is None else self._twins.delay)
        oldest = observed_label(newest - waiting - self._settings.reach - 1)
        for label in [label for label in self._store.pictures if label < oldest]:
            del self._store.pictures[label]

    def _fill(self, done: CompletedFrame) -> Fill:
        """A completed frame as a fill of its picture's planes."""
        waiting = self._waiting.pop(done.index)
        assert self._store is not None
        hole = any_on_grid(waiting.hole, waiting.step)
        tight = window_of(hole)
        if tight.empty:
            return Fill(done.index, 0, 0, 0, 0, (), np.zeros((0, 0), bool), np.zeros((0, 0), bool))
        own = self._store.pictures[observed_label(done.index)]
        window = tight.grown(2, *self._size)
        base = own.cropped(window).planes
        best, second = (_in_window(found, window) for found in (done.sources.best, done.sources.second))
        own_part = _in_part(done.sources.best.window, window)
        share = own_part(done.sources.share, 0)
        shown = [self._store.sample(found, waiting.grids) for found in (best, second)]
        from_twin = own_part(done.sources.twin.astype(np.float32), 0) > 0
        trust = np.where(from_twin, np.float32(1), np.float32(done.trust))
        change = own_part(done.sources.change, 0) if done.sources.change.any() else None
        blend = _Blend(trust, np.rint(own_part(done.sources.alpha, 1) * 255).astype(np.uint8), change)
        painted = [
            self._painted(
                number, plane, _mixed(plane, shown[0][number], shown[1][number], share), done, window, waiting, blend
            )
            for number, plane in enumerate(base)
        ]
        unlikely = _unlikely(done, window, blend.alpha)
        if waiting.drawn and unlikely.any():
            unlikely &= ~wide_parts(unlikely, beside_px(window_of(done.amodal & ~done.hidden)))
        return _in_view(done, window, painted, waiting, unlikely)

    def _painted(
        self,
        number: int,
        plane: PicturePlane,
        sampled: tuple[NDArray[np.float32], BoolMask],
        done: CompletedFrame,
        window: Window,
        waiting: _Waiting,
        blend: _Blend,
    ) -> _Painted:
        """One plane of a fill: the frame's own samples, painted where hidden, what other frames show mixed in.

        Where only a part is the object's, that part is in the samples alone: what lies below is whoever's who lays the
        fill over it, for the cover may be gone there.
        """
        samples = plane.samples
        size = (samples.shape[1], samples.shape[0])
        hidden = any_on_plane(done.hidden[window.slices], plane.shift_x, plane.shift_y, samples.shape)
        colours = cv2.resize(done.ground[window.slices], size, interpolation=cv2.INTER_LINEAR)
        waiting.relation.paint(number, samples, hidden, colours.astype(np.float32))
        shown, valid = sampled
        soft = any_on_plane(blend.alpha < 255, plane.shift_x, plane.shift_y, samples.shape) & hidden
        there = valid & hidden & ~soft
        trust = on_plane(blend.trust, plane.shift_x, plane.shift_y, samples.shape)[there]
        ground, brought = samples[there].astype(np.float32), shown[there]
        if blend.change is not None:
            change = cv2.resize(blend.change, size, interpolation=cv2.INTER_AREA)[there]
            lit = brought + change @ waiting.relation.to_planes[:3, number].astype(np.float32)
            brought = lit.clip(0, waiting.relation.peak)
        samples[there] = np.rint(ground + trust * (brought - ground)).astype(samples.dtype)
        own = on_plane(blend.alpha, plane.shift_x, plane.shift_y, samples.shape)
        return _Painted(samples, np.where(soft, own, np.uint8(255)))


def restore_range(
    source: FrameSource,
    engine: WindowEngine,
    settings: CompleterSettings,
    *,
    store: Path,
    checkpoint: Callable[[], None],
    progress: Callable[[str, int, int], None],
) -> Iterator[Fill]:
    """Fills of a whole range, in order of the pictures, each looking a window ahead.

    Args:
        source: object frames; walked once.
        engine: the networks, or what stands in for them.
        settings: how the range is cut into windows.
        store: not needed: a window's pictures are in memory.
        checkpoint: called for each picture; may raise to cancel.
        progress: not told: fills come as pictures go in.
    """
    del store, progress
    restorer = Restorer(engine, settings, online=False)
    for frame in source.walk():
        checkpoint()
        yield from restorer.step(frame)
    yield from restorer.flush()


def _bare(planes: tuple[PicturePlane, ...]) -> tuple[PicturePlane, ...]:
    """The planes' sizes and kinds; their samples take no memory."""
    nothing = (np.broadcast_to(np.zeros((), plane.samples.dtype), plane.samples.shape) for plane in planes)
    return tuple(
        PicturePlane(samples, plane.shift_x, plane.shift_y) for samples, plane in zip(nothing, planes, strict=True)
    )


def _mixed(
    plane: PicturePlane, best: tuple[Samples, BoolMask], second: tuple[Samples, BoolMask], share: NDArray[np.float32]
) -> tuple[NDArray[np.float32], BoolMask]:
    """A plane's samples as both sources show it, and where the better one is valid."""
    (one, valid), (other, both) = best, second
    part = on_plane(share, plane.shift_x, plane.shift_y, one.shape) * (both & valid)
    return np.asarray(one + part * (other.astype(np.float32) - one), np.float32), valid


Slices = tuple[slice, slice]


def _overlap(one: Window, other: Window) -> tuple[Slices, Slices] | None:
    """Where two windows meet, as each of them has it; None if they do not."""
    left, top = max(one.left, other.left), max(one.top, other.top)
    right, bottom = (
        min(one.left + one.width, other.left + other.width),
        min(one.top + one.height, other.top + other.height),
    )
    if right <= left or bottom <= top:
        return None
    parts = [
        (slice(top - each.top, bottom - each.top), slice(left - each.left, right - each.left)) for each in (one, other)
    ]
    return parts[0], parts[1]


def _in_window(found: SourceMap, window: Window) -> SourceMap:
    """A map's entries in another window, unknown where it has none."""
    result = SourceMap.unknown(window)
    places = _overlap(found.window, window)
    if places is not None:
        for part in ("label", "shift", "risk"):
            getattr(result, part)[places[1]] = getattr(found, part)[places[0]]
    return result


def _in_part(own: Window, window: Window) -> Callable[[NDArray[np.float32], float], NDArray[np.float32]]:
    """What brings values ``(h, w)`` or ``(h, w, C)`` from one window into another, one given value beyond the first."""
    places = _overlap(own, window)

    def moved(values: NDArray[np.float32], outside: float) -> NDArray[np.float32]:
        result = np.full((window.height, window.width, *values.shape[2:]), outside, np.float32)
        if places is not None:
            result[places[1]] = values[places[0]]
        return result

    return moved


def _unlikely(done: CompletedFrame, window: Window, alpha: NDArray[np.uint8]) -> BoolMask:
    """``(h, w)`` of a window: what no frame shows, where not all that lies beside it is the object.

    A twin's word counts near the object alone; what is farther off is in the predicted shape by mistake, as a rule.
    """
    left = done.hidden[window.slices] & ~done.reached[window.slices]
    if not left.any() or (alpha == 255).all():
        return np.zeros_like(left)
    known = done.amodal[window.slices] & ~left
    weight = 0.1 * known + 0.9 * clear_object(known)  # as colours are guessed
    share = pull_push(alpha.astype(np.float32), weight.astype(np.float32))
    return np.asarray(left & (share < _PURE), bool)


def _in_view(
    done: CompletedFrame, window: Window, painted: Sequence[_Painted], waiting: _Waiting, unlikely: BoolMask
) -> Fill:
    """The fill in pixels of the view."""
    step = waiting.step
    height, width = waiting.hole.shape
    left, top = window.left * step, window.top * step
    size = min(width - left, window.width * step), min(height - top, window.height * step)
    hole = waiting.hole[top : top + size[1], left : left + size[0]]
    shift = 1 - step.bit_length()
    seen = hole & on_plane(done.reached[window.slices], shift, shift, hole.shape)
    planes = tuple(plane.samples for plane in painted)
    alphas = tuple(plane.alpha for plane in painted) if any((plane.alpha < 255).any() for plane in painted) else ()
    doubtful = hole & ~seen & on_plane(unlikely, shift, shift, hole.shape)
    doubt = doubtful if doubtful.any() else None
    return Fill(done.index, left, top, *size, planes, seen, hole & ~seen, alphas=alphas, unlikely=doubt)
