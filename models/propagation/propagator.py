"""The recursion both modes share: sources from earlier frames, optionally from later ones, guesses, colours."""

from __future__ import annotations

import itertools
from collections import deque
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.flow.protocol import FlowEstimator
from models.propagation.colour_relation import ColourRelation
from models.propagation.grid import in_window, on_plane, scaled
from models.propagation.guess import Polish, guess_picture
from models.propagation.guess_age import is_large, is_stale, is_strange, is_thick
from models.propagation.holeflow import HoleFlow
from models.propagation.light import in_other_light, relit
from models.propagation.observation import Observation, Scale, flow_in_window, hole_flow
from models.propagation.picture import BoolMask, Fill, PicturePlane, Samples
from models.propagation.pullpush import pull_push
from models.propagation.render import Rival, empty_fill, render
from models.propagation.repeatable import use_repeatable_arithmetic
from models.propagation.settings import PropagationSettings
from models.propagation.source_map import (
    Neighbour,
    SourceMap,
    Window,
    compose,
    guess_label,
    observed_label,
)
from models.propagation.state import StateReader, StateWriter, read_scale, read_sources, write_scale, write_sources
from models.propagation.store import SourcePicture, SourceStore

_LARGEST_RISK = 1 / 100
"""A source whose place may be further off than this share of the picture's shorter side is worth less than a guess
(measured on the tuning half: LPIPS .111 and 23.5 dB in ``final`` with it, .116 and 22.7 at 1/60)."""

_PRUNE_EVERY = 8
"""Frames between clearings of the store; what is no longer needed costs memory until then, not correctness."""
_LONG_STEP_RISK = 0.1
"""Of that, what a step to an older frame may cost: its flow is long, and right only where it seems perfect."""
_WORTH_A_LONG_STEP = 0.05
"""Share of the hole that must be missing before older frames are asked,"""
_LONG_STEP_EVERY = 9
"""and then only every few frames: what they find is carried on by the recursion."""
_RELATION_EVERY = 8
"""Frames between two looks at how the planes go with the view: a clip hardly changes its colour matrix."""


@dataclass(frozen=True, slots=True)
class Past:
    """A frame that has been filled: what later frames may take from it."""

    seen: Observation
    map: SourceMap | None

    @property
    def neighbour(self) -> Neighbour:
        """What it offers to a map."""
        return Neighbour(self.seen.index, self.seen.clear, self.map)


@dataclass(frozen=True, slots=True)
class Sourced:
    """A frame whose sources are found: all that its colours still need.

    Attributes:
        here: the frame.
        map: sources of its zone; None without a hole.
        sampled: what they show: each plane's samples in the window.
        rival: second sources, where there are any.
        strange: where sources come from clearly other light.
        settings: the engine's.
        notes: facts for the report.
    """

    here: Observation
    map: SourceMap | None
    sampled: list[Samples]
    rival: Rival | None
    strange: BoolMask | None
    settings: PropagationSettings
    notes: tuple[str, ...]

    @property
    def index(self) -> int:
        """The frame's."""
        return self.here.index

    def render(self) -> Fill:
        """The frame's fill; nothing later depends on it, so it may be made on any thread, at any time."""
        use_repeatable_arithmetic()
        if self.map is None:
            return empty_fill(self.here)
        fill = render(self.here, self.map, self.sampled, self.rival, self.settings, strange=self.strange)
        return replace(fill, notes=self.notes)


class Propagator:
    """Fills one shot's frames in order.

    Args:
        scale: the clip's sizes.
        settings: the engine's.
        estimator: optical flow between neighbouring frames.
        polish: goes over each guess before it is carried along; None leaves them.
    """

    def __init__(
        self, scale: Scale, settings: PropagationSettings, estimator: FlowEstimator, polish: Polish | None = None
    ) -> None:
        self.scale = scale
        self.settings = settings
        self.store = SourceStore(scale.height, scale.width, scale.align)
        self._estimator = estimator
        self._polish = polish
        self._past: deque[Past] = deque(maxlen=max(settings.steps))
        self._last_guess: int | None = None
        self._makeshift: set[int] = set()  # labels of quick fills that a patch search is to replace
        self._relation: tuple[int, ColourRelation] | None = None
        self.exposure: dict[int, float] = {}
        """Log brightness of frames by index; whoever knows of later frames says so here before ``fill``."""
        self._largest_risk_px = _LARGEST_RISK * min(scale.height, scale.width)

    def sourced(
        self,
        here: Observation,
        motion: HoleFlow | None = None,
        future: SourceMap | None = None,
        *,
        notes: tuple[str, ...] = (),
    ) -> Sourced:
        """Finds the sources of the next frame.

        Args:
            here: the frame; its index follows the last one's.
            motion: flow to the frame before, if it is already known.
            future: sources among later frames, in the frame's window; their pictures must be in ``store``.
            notes: facts for the report.
        """
        use_repeatable_arithmetic()
        whole = Window(0, 0, self.scale.width, self.scale.height)
        self.store.add(observed_label(here.index), SourcePicture(whole, here.picture.planes))
        if motion is None and self._past and not here.window.empty:
            motion = hole_flow(self._estimator, here, self._past[0].seen)
        self._note_light(here, motion)
        source_map, second = None, None
        sampled: list[Samples] = []
        if not here.window.empty:
            past = self.find(here, motion)
            if future is not None:
                future = future.merged(SourceMap.unknown(here.window), future.risk > self._largest_risk_px)
            merged = past if future is None else _safer(past, future)
            source_map, sampled = self._guess(here, merged)
            source_map = self._bake(here, source_map, sampled)
            rival = None if future is None else _other(past, future, source_map)
            second = None if rival is None else self._shown(here, rival)
        self._past.appendleft(Past(here, source_map))
        if here.index % _PRUNE_EVERY == 0:
            maps = [past.map for past in self._past if past.map is not None]
            self.store.prune(maps, oldest_whole=observed_label(self._past[-1].seen.index))
            self._makeshift &= self.store.pictures.keys()
            wanted = {label >> 1 for label in self.store.pictures}
            past_frames = itertools.takewhile(lambda each: each < here.index, self.exposure)  # kept in order
            for gone in [each for each in past_frames if each not in wanted]:
                del self.exposure[gone]
        strange = None if source_map is None else in_other_light(source_map, self.exposure, here.index)
        return Sourced(here, source_map, sampled, second, strange, self.settings, notes)

    def fork(self) -> Propagator:
        """Another one that goes on from here by itself; nothing is computed or copied but references."""
        other = Propagator(self.scale, self.settings, self._estimator, self._polish)
        for label, picture in self.store.pictures.items():
            other.store.add(label, picture)
        other._past.extend(self._past)
        other._last_guess, other._relation = self._last_guess, self._relation
        other._makeshift, other.exposure = set(self._makeshift), dict(self.exposure)
        return other

    def save(self, out: StateWriter) -> None:
        """Writes all that later frames depend on."""
        write_scale(out, self.scale)
        write_sources(out, self.store.pictures)
        out.value("last_guess", self._last_guess)
        out.relation("relation", self._relation)
        out.value("makeshift", sorted(self._makeshift))
        out.value("exposure", sorted(self.exposure.items()))
        out.value("past", len(self._past))
        for number, past in enumerate(self._past):
            out.observation(f"past.{number}", past.seen, whole=False)
            out.map(f"past.{number}.map", past.map)

    @staticmethod
    def load(
        kept: StateReader, settings: PropagationSettings, estimator: FlowEstimator, polish: Polish | None = None
    ) -> Propagator:
        """The propagator that ``save`` wrote."""
        loaded = Propagator(read_scale(kept), settings, estimator, polish)
        for label, picture in read_sources(kept).items():
            loaded.store.add(label, picture)
        loaded._last_guess = kept.value("last_guess")
        loaded._relation = kept.relation("relation")
        loaded._makeshift = set(kept.value("makeshift"))
        loaded.exposure = dict(kept.value("exposure"))
        for number in range(kept.value("past")):
            seen = kept.observation(f"past.{number}", whole=False)
            loaded._past.append(Past(seen, kept.map(f"past.{number}.map")))
        return loaded

    def find(self, here: Observation, motion: HoleFlow | None) -> SourceMap:
        """Sources of a frame's zone among the frames before it; the frame's index follows the last filled one's.

        It changes nothing.

        Args:
            here: the frame, which has a hole.
            motion: flow to the frame before, if it is already known.
        """
        use_repeatable_arithmetic()
        found = SourceMap.unknown(here.window)
        hole = here.hole[here.window.slices]
        for order, step in enumerate(self.settings.steps):
            if step > len(self._past):
                break
            missing = here.zone & ~found.seen
            few = np.count_nonzero(missing & hole) <= _WORTH_A_LONG_STEP * np.count_nonzero(hole)
            if order and (here.index % _LONG_STEP_EVERY or few):
                break
            past = self._past[step - 1]
            known = motion if step == 1 and motion is not None else hole_flow(self._estimator, here, past.seen)
            other = compose(here.window, *flow_in_window(known, here.window, self.scale), past.neighbour)
            allowed_px = self._largest_risk_px * (1 if step == 1 else _LONG_STEP_RISK)
            other = other.merged(SourceMap.unknown(here.window), other.seen & (other.risk > allowed_px))
            found = found.merged(other, missing & (other.seen | ~found.known & other.known))
        return found

    def _guess(self, here: Observation, found: SourceMap) -> tuple[SourceMap, list[Samples]]:
        """Guesses what is still unknown and makes it a source of its own.

        Returns:
            The map, now without gaps, and what it shows: each plane's samples in the window.
        """
        hole = here.hole[here.window.slices]
        due = self._last_guess is None or here.index - self._last_guess >= self.settings.frame_rate
        stale = due and is_stale(found, hole)
        if stale:
            found = found.merged(SourceMap.unknown(here.window), ~found.seen)
        whole, sampled = self._with_itself(here, found)
        if due:
            kept = found
            if not stale and is_strange(here, whole, sampled[0]):
                found = found.merged(SourceMap.unknown(here.window), ~found.seen)
            if self._makeshift:
                quick = np.isin(found.label, list(self._makeshift))
                if is_thick(quick & hole):
                    found = found.merged(SourceMap.unknown(here.window), quick)
            if found is not kept:
                whole, sampled = self._with_itself(here, found)
        found = whole
        unknown = here.zone & ~found.known
        if not unknown.any():
            return found, sampled
        full = np.zeros_like(here.hole)
        full[here.window.slices] = unknown
        large = is_large(unknown & hole, hole) or is_thick(unknown & hole)
        seed = self.settings.seed if due and large else None
        largest_px = self.settings.first_guess_px if self._last_guess is None else self.settings.guess_px
        if seed is not None:
            self._last_guess = here.index
            self._makeshift.clear()
        elif large:
            self._makeshift.add(guess_label(here.index))
        relation = self._colour_relation(here)
        picture = guess_picture(
            here.picture,
            full,
            here.hole | here.avoid,
            _painted(here, found, sampled, relation) if found.known.any() else None,
            avoid=here.avoid,
            relation=relation,
            align=self.scale.align,
            seed=seed,
            largest_px=largest_px,
            polish=self._polish,
        )
        label = guess_label(here.index)
        self.store.add(label, picture)
        _put(sampled, unknown, picture, here)
        return found.merged(SourceMap.constant(here.window, label), unknown), sampled

    def _with_itself(self, here: Observation, found: SourceMap) -> tuple[SourceMap, list[Samples]]:
        """The map with the frame as its own source round the hole, and what it shows: each plane's samples."""
        itself = here.zone & ~found.known & here.clear[here.window.slices]
        whole = found.merged(SourceMap.constant(here.window, observed_label(here.index)), itself)
        return whole, [samples for samples, _ in self._shown(here, whole).sampled]

    def _note_light(self, here: Observation, motion: HoleFlow | None) -> None:
        """Adds the frame's light to that of the frame before."""
        if here.index not in self.exposure:
            before = self.exposure[self._past[0].seen.index] if self._past else 0.0
            self.exposure[here.index] = before + (0.0 if motion is None else motion.light)

    def _shown(self, here: Observation, found: SourceMap) -> Rival:
        """A map and what its sources show, in this frame's light."""
        taken = self.store.sample(found, here.picture.planes)
        if len({self.exposure.get(label >> 1) for label in self.store.pictures} - {None}) > 1:
            samples = relit(
                [samples for samples, _ in taken],
                found,
                here.picture.planes,
                self.exposure,
                here.index,
                self._colour_relation(here),
            )
            taken = [(each, valid) for each, (_, valid) in zip(samples, taken, strict=True)]
        return Rival(found, taken)

    def _colour_relation(self, here: Observation) -> ColourRelation:
        """How planes and view go together, learnt anew every few frames."""
        if self._relation is None or here.index - self._relation[0] >= _RELATION_EVERY:
            self._relation = here.index, ColourRelation.of(here.picture, here.clear)
        return self._relation[1]

    def _bake(self, here: Observation, found: SourceMap, sampled: list[Samples]) -> SourceMap:
        """Where the sources outgrow their bound: takes this frame, painted, for the oldest ones and forgets them.

        Those pixels are sampled twice from then on; they stay really seen. All of the hole is painted, so that no tap
        beside them shows the object.
        """
        if self.store.nbytes <= self.settings.source_bytes:
            return found
        labels = np.unique(found.label[found.seen & (found.label < observed_label(self._past[-1].seen.index))])
        baked = np.isin(found.label, labels[: max(1, len(labels) // 2)]) if len(labels) else np.zeros_like(found.known)
        if not baked.any():
            return found
        planes = []
        for plane, samples in zip(here.picture.planes, sampled, strict=True):
            painted = plane.samples.copy()
            known = on_plane(found.known, plane.shift_x, plane.shift_y, samples.shape)
            in_window(PicturePlane(painted, plane.shift_x, plane.shift_y), here.window)[known] = samples[known]
            planes.append(PicturePlane(painted, plane.shift_x, plane.shift_y))
        whole = Window(0, 0, self.scale.width, self.scale.height)
        self.store.add(observed_label(here.index), SourcePicture(whole, tuple(planes)))
        still = SourceMap(
            found.window, np.full_like(found.label, observed_label(here.index)), np.zeros_like(found.shift), found.risk
        )
        return found.merged(still, baked)


def _painted(
    here: Observation, found: SourceMap, sampled: list[Samples], relation: ColourRelation
) -> NDArray[np.uint8]:
    """The view with what is known already painted over the object."""
    view = here.picture.view.copy()
    rows, columns = here.window.slices
    hole = here.hole[rows, columns] & found.known
    size = (here.window.width, here.window.height)
    planes = [
        _without_gaps(samples, on_plane(found.known, plane.shift_x, plane.shift_y, samples.shape))
        for samples, plane in zip(sampled, here.picture.planes, strict=True)
    ]
    view[rows, columns][hole] = relation.view(planes, size)[hole]
    return view


def _without_gaps(samples: Samples, known: BoolMask) -> Samples:
    """Samples that nothing was sampled for, continued from those beside them.

    Coarse planes are interpolated onto the view: a gap beside a known pixel would colour it (a chroma of 0 is a bright
    green), and a patch search would spread that over the guess.
    """
    if known.all():
        return samples
    continued = pull_push(samples.astype(np.float32), known.astype(np.float32))
    filled = samples.copy()
    filled[~known] = np.rint(continued[~known])
    return filled


def _put(sampled: list[Samples], where: BoolMask, picture: SourcePicture, here: Observation) -> None:
    """Writes a source's samples into those of the frame's window where its pixels stay where they are."""
    for samples, plane in zip(sampled, picture.planes, strict=True):
        rows, columns = np.nonzero(on_plane(where, plane.shift_x, plane.shift_y, samples.shape))
        down = scaled(here.window.top, plane.shift_y) - scaled(picture.window.top, plane.shift_y)
        right = scaled(here.window.left, plane.shift_x) - scaled(picture.window.left, plane.shift_x)
        samples[rows, columns] = plane.samples[rows + down, columns + right]


def _safer(past: SourceMap, future: SourceMap) -> SourceMap:
    """The map that takes, pixel by pixel, the source that is really seen and less at risk."""
    better = future.seen & (~past.seen | (future.risk < past.risk))
    return past.merged(future, better)


def _other(past: SourceMap, future: SourceMap, chosen: SourceMap) -> SourceMap:
    """The second source of pixels that have two; unknown elsewhere."""
    both = past.seen & future.seen & chosen.seen
    took_future = both & (chosen.label == future.label) & (past.label != future.label)
    took_past = both & (chosen.label == past.label) & (past.label != future.label)
    nothing = SourceMap.unknown(past.window)
    return nothing.merged(past, took_future).merged(future, took_past)
