"""``final``: forward and backward over the whole range, memory that does not grow with it.

Four walks, of which one decodes nothing:

1. forward over the clip: holes and the background's flow to both neighbours are written to a motion log on disk;
2. backward over the log: sources of each hole among later frames; every ``_BLOCK`` frames the map is kept, and which
   part of which later frame will be needed is noted;
3. forward over the clip: those parts go to a disk-backed store of bounded size;
4. forward over the clip: ``live``'s recursion, with the later sources (recomputed block by block from the kept maps)
   beside the earlier ones.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.flow.dis import DisFlow
from models.propagation.ahead import colours_ahead
from models.propagation.grid import grid_planes
from models.propagation.holeflow import HoleFlow, brightened
from models.propagation.motion_log import LoggedFrame, MotionLog, log_frame
from models.propagation.observation import Observation, Scale, flow_in_window, hole_flow, observe
from models.propagation.picture import Fill, FrameSource
from models.propagation.propagator import Propagator, Sourced
from models.propagation.settings import PropagationSettings
from models.propagation.source_map import Neighbour, SourceMap, Window, compose, observed_label
from models.propagation.store import SourcePicture, needed_windows, union
from models.propagation.vault import SourceVault

_BLOCK = 24
"""Backward maps kept at once: memory against recomputing."""
_FLOWS_AHEAD = 2
"""Frames whose motion is sought while that of an earlier one is waited for."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class _Need:
    """Which part of a later frame is needed, and by which frames (positions in the range)."""

    window: Window
    first: int
    last: int


def fill_range(
    source: FrameSource,
    settings: PropagationSettings,
    *,
    store: Path,
    checkpoint: Callable[[], None],
    progress: Progress | None = None,
    store_bytes: int = 4 << 30,
) -> Generator[Fill]:
    """Fills a range of frames from both directions of time.

    Args:
        source: the range; it is walked three times.
        settings: the engine's (``delay`` has no meaning here).
        store: an empty folder for the motion log and the source frames; the caller removes it.
        checkpoint: called at least once a frame; may raise to cancel.
        progress: called with the name of the walk, frames done and frames in all.
        store_bytes: bound of the source frames on disk; what does not fit is left out and noted in the fills.

    Yields:
        One fill a frame, in order.
    """
    say = progress or (lambda *_: None)
    total = len(source)
    scale, log, exposure = _analyse(source, settings, store, checkpoint, say)
    if scale is None:
        return
    needs = _walk_back(log, scale, store, checkpoint, lambda done: say("look back", done, total))
    vault = SourceVault(store, store_bytes)
    _keep_sources(source, needs, vault, scale, checkpoint, lambda done: say("keep sources", done, total))
    yield from _coloured(_sourced_forward(source, settings, scale, log, vault, exposure, checkpoint))


def _analyse(
    source: FrameSource, settings: PropagationSettings, store: Path, checkpoint: Callable[[], None], say: Progress
) -> tuple[Scale | None, MotionLog, dict[int, float]]:
    """First walk: the motion log, and the log brightness of each frame by index."""
    log, scale = MotionLog(store), None
    exposure: dict[int, float] = {}
    light = 0.0
    before: LoggedFrame | None = None
    with closing(_observed(source, settings, checkpoint)) as observed:
        for position, (scale, seen) in enumerate(observed):
            here, begins, to_previous, from_previous = seen.found()
            if before is not None:
                log.append(before if from_previous is None else before.with_next(from_previous, scale))
            light += brightened(to_previous, from_previous)
            exposure[here.index] = light
            before = log_frame(here, to_previous, cut=begins, scale=scale)
            say("analyse", position + 1, len(source))
    if before is not None:
        log.append(before)
    return scale, log, exposure


@dataclass(frozen=True, slots=True)
class _Seen:
    """A frame whose motion is being found.

    Attributes:
        here: the frame.
        begins: whether no frame of its shot comes before it.
        to_previous: its motion to the frame before; None where it is not needed.
        from_previous: the motion of the frame before to it; None where it is not needed.
    """

    here: Observation
    begins: bool
    to_previous: Future[HoleFlow] | None
    from_previous: Future[HoleFlow] | None

    def found(self) -> tuple[Observation, bool, HoleFlow | None, HoleFlow | None]:
        """All of it, once the motion is found."""
        to_previous, from_previous = (
            None if motion is None else motion.result() for motion in (self.to_previous, self.from_previous)
        )
        return self.here, self.begins, to_previous, from_previous


def _observed(
    source: FrameSource, settings: PropagationSettings, checkpoint: Callable[[], None]
) -> Generator[tuple[Scale, _Seen]]:
    """The frames in order; two threads find motion, those of the next frames while one is waited for."""
    estimator, scale = DisFlow(settings.final_preset), None
    waiting: deque[tuple[Scale, _Seen]] = deque()
    last: Observation | None = None
    with ThreadPoolExecutor(2, "flow") as pool:
        for frame in source.walk():
            checkpoint()
            scale = scale or Scale.of(frame.picture, settings)
            here = observe(frame, scale)
            if frame.cut:
                last = None
            to_previous = None if last is None or here.window.empty else pool.submit(hole_flow, estimator, here, last)
            from_previous = None if last is None or last.window.empty else pool.submit(hole_flow, estimator, last, here)
            waiting.append((scale, _Seen(here, last is None, to_previous, from_previous)))
            last = here
            if len(waiting) > _FLOWS_AHEAD:
                yield waiting.popleft()
        yield from waiting


def _later_map(logged: LoggedFrame, later: Neighbour | None, scale: Scale) -> SourceMap | None:
    """Sources of a frame among later ones, given what the next frame offers."""
    if logged.window.empty:
        return None
    if later is None or logged.to_next is None:
        return SourceMap.unknown(logged.window)
    flow, error = flow_in_window(logged.to_next.expanded(scale), logged.window, scale)
    return compose(logged.window, flow, error, later)


def _walk_back(
    log: MotionLog, scale: Scale, store: Path, checkpoint: Callable[[], None], say: Callable[[int], None]
) -> dict[int, _Need]:
    """Second walk: keeps a backward map a block and says which later frames are needed where."""
    needs: dict[int, _Need] = {}
    later: Neighbour | None = None
    for position in range(len(log) - 1, -1, -1):
        checkpoint()
        if (position + 1) % _BLOCK == 0:
            _save_boundary(store, position + 1, later)
        logged = log.read(position)
        found = _later_map(logged, later, scale)
        if found is not None:
            zone = SourceMap(found.window, np.where(logged.zone, found.label, -1), found.shift, found.risk)
            for label, window in needed_windows(zone, scale.height, scale.width, scale.align).items():
                old = needs.get(label)
                needs[label] = (
                    _Need(window, position, position)
                    if old is None
                    else _Need(union(old.window, window), position, old.last)
                )
        later = None if logged.cut else Neighbour(logged.index, logged.clear(scale), found)
        say(len(log) - position)
    return needs


def _save_boundary(store: Path, position: int, later: Neighbour | None) -> None:
    """Keeps the map of the frame at ``position`` for the block that ends before it."""
    target = store / f"boundary_{position:08d}.npz"
    if later is None or later.map is None:
        np.savez(target, index=np.array(-1 if later is None else later.index))
        return
    window = later.map.window
    np.savez(
        target,
        index=np.array(later.index),
        window=np.array([window.left, window.top, window.width, window.height]),
        label=later.map.label,
        shift=later.map.shift,
        risk=later.map.risk,
    )


def _load_boundary(store: Path, position: int, log: MotionLog, scale: Scale) -> Neighbour | None:
    """What the frame at ``position`` offers to the one before it; None at the end and at cuts."""
    if position >= len(log):
        return None
    with np.load(store / f"boundary_{position:08d}.npz") as kept:
        if int(kept["index"]) < 0:
            return None
        found = None
        if "window" in kept:
            found = SourceMap(Window(*map(int, kept["window"])), kept["label"], kept["shift"], kept["risk"])
        return Neighbour(int(kept["index"]), log.read(position).clear(scale), found)


def _keep_sources(
    source: FrameSource,
    needs: dict[int, _Need],
    vault: SourceVault,
    scale: Scale,
    checkpoint: Callable[[], None],
    say: Callable[[int], None],
) -> None:
    """Third walk: the needed parts of later frames go to disk."""
    if not needs:
        return
    whole = Window(0, 0, scale.width, scale.height)
    for position, frame in enumerate(source.walk()):
        checkpoint()
        label = observed_label(frame.picture.index)
        if label in needs:
            vault.keep(label, SourcePicture(whole, grid_planes(frame.picture, scale.step)).cropped(needs[label].window))
        say(position + 1)


def _sourced_forward(
    source: FrameSource,
    settings: PropagationSettings,
    scale: Scale,
    log: MotionLog,
    vault: SourceVault,
    exposure: dict[int, float],
    checkpoint: Callable[[], None],
) -> Iterator[Sourced]:
    """Fourth walk: the frames with their sources."""
    estimator = DisFlow(settings.final_preset)
    propagator = Propagator(scale, settings, estimator)
    propagator.exposure = dict(exposure)
    block: list[SourceMap | None] = []
    for position, frame in enumerate(source.walk()):
        checkpoint()
        if position % _BLOCK == 0:
            block = _later_maps(log, position, min(position + _BLOCK, len(log)), scale, checkpoint)
        if frame.cut:
            propagator = Propagator(scale, settings, estimator)
            propagator.exposure = dict(exposure)
        logged = log.read(position)
        future = block[position % _BLOCK]
        if future is not None:
            future = vault.lend(future, propagator.store)
        notes = (f"{len(vault.dropped)} source frames dropped",) if vault.dropped else ()
        to_previous = None if logged.to_previous is None else logged.to_previous.expanded(scale)
        yield propagator.sourced(observe(frame, scale), to_previous, future, notes=notes)


def _coloured(frames: Iterator[Sourced]) -> Generator[Fill]:
    """The fills: a frame's colours are made while the next one's sources are found, if there is a core for it."""
    if not colours_ahead():
        yield from (sourced.render() for sourced in frames)
        return
    coming: Future[Fill] | None = None
    with ThreadPoolExecutor(1, "colours") as pool:
        try:
            for sourced in frames:
                if coming is not None:
                    yield coming.result()
                coming = pool.submit(sourced.render)
        except Exception:
            if coming is not None:
                yield coming.result()  # what comes before the failure is whole
            raise
        if coming is not None:
            yield coming.result()


def _later_maps(
    log: MotionLog, start: int, stop: int, scale: Scale, checkpoint: Callable[[], None]
) -> list[SourceMap | None]:
    """The backward maps of one block, recomputed from the map kept at its end."""
    later = _load_boundary(log.folder, stop, log, scale)
    maps: list[SourceMap | None] = []
    for position in range(stop - 1, start - 1, -1):
        checkpoint()
        logged = log.read(position)
        found = _later_map(logged, later, scale)
        maps.append(found)
        later = None if logged.cut else Neighbour(logged.index, logged.clear(scale), found)
    return maps[::-1]
