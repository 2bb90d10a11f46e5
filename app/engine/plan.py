"""What a removal was asked to do, captured when its job is made, and what follows from it for each frame."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import astuple, dataclass, field
from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.masks import MaskBlob
from app.engine.compositing import replaced, touched_samples
from app.engine.fields import engine_hole, split
from app.engine.holes import Alpha, Hole, HoleSettings, hole_at, no_hole
from app.engine.loader import HoleFrame, Picture, PicturePlane
from app.engine.protocols import Engine
from app.engine.results import Key, chain
from app.media.convert import planes_from_rgb
from app.media.frame import VideoFrame

# An engine looks back at most 5 frames for what a hole hides, so nearer neighbours of a hole must reach it.
NEIGHBOUR_FRAMES = 6


class Mode(Enum):
    """How an engine walks the clip: once forward, or over whole shots in both directions."""

    LIVE = "live"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class RemovalPlan:
    """Everything that a removal depends on.

    Attributes:
        source: the clip.
        identity: names the clip's content, see ``source_identity``.
        width, height: size of its pictures.
        frames: first frame and end (exclusive) of the range in which something is removed.
        fields: whether frames are interlaced and go to the engine as two pictures each.
        masks: the object's masks by frame.
        soft: gives a frame's imported soft matte, None where it has none; ``soft_digest`` names them all.
        references: ``(H, W, 3 or 4)`` pictures of frames that were retouched by hand.
        holes: how masks become holes.
        mode: how the engine walks.
    """

    source: Path
    identity: str
    width: int
    height: int
    frames: tuple[int, int]
    masks: Mapping[int, MaskBlob]
    holes: HoleSettings
    mode: Mode
    fields: bool = False
    soft: Callable[[int], Alpha | None] | None = None
    soft_digest: str = ""
    references: Mapping[int, NDArray[np.uint8] | NDArray[np.uint16]] = field(default_factory=dict)

    @property
    def pictures_per_frame(self) -> int:
        """How many pictures the engine sees of each frame."""
        return 2 if self.fields else 1

    def may_have_hole(self, index: int) -> bool:
        """Whether a frame can have a hole (False is certain, True is not)."""
        first, end = self.frames
        if not first <= index < end:
            return False
        reach = 1 + 5 * (self.holes.after > 0)
        near = range(index - max(self.holes.before, reach), index + self.holes.after * reach + 1)
        return any(other in self.masks and not self.masks[other].is_empty for other in near)

    def is_active(self, index: int) -> bool:
        """Whether the engine must see a frame: it may have a hole, or lies near one that may."""
        first, end = self.frames
        if not first <= index < end:
            return False
        near = range(index - NEIGHBOUR_FRAMES, index + NEIGHBOUR_FRAMES + 1)
        return any(self.may_have_hole(other) for other in near)

    def active_runs(self) -> Iterator[tuple[int, int]]:
        """Stretches ``(first, end)`` of consecutive frames that the engine must see, in order."""
        start: int | None = None
        for index in range(*self.frames):
            if self.is_active(index) and start is None:
                start = index
            elif start is not None and not self.is_active(index):
                yield start, index
                start = None
        if start is not None:
            yield start, self.frames[1]

    def hole(self, index: int, cuts: Collection[int] = ()) -> Hole:
        """A frame's hole; masks do not count across the cuts."""
        if not self.may_have_hole(index):
            return no_hole(self.width, self.height)
        own = self.masks.get(index)
        soft = self.soft(index) if self.soft is not None and own is not None and not own.is_empty else None
        return hole_at(self.masks, index, self.holes, size=(self.width, self.height), cuts=cuts, soft=soft)

    def pictures(self, frame: VideoFrame, hole: Hole, *, cut: bool) -> list[HoleFrame]:
        """What the engine gets of a frame: one picture, or its two fields in temporal order."""
        is_reference = frame.index in self.references
        if is_reference:
            frame = self._retouched(frame, hole)
        region = hole.full_region()
        if not self.fields:
            return [HoleFrame(_picture(frame, frame.index), region, cut=cut, reference=is_reference)]
        grown = engine_hole(region, frame.layout.shift_y)
        return [
            HoleFrame(
                _picture(part.frame, 2 * frame.index + order), grown, cut=cut and not order, reference=is_reference
            )
            for order, part in enumerate(split(frame))
        ]

    def _retouched(self, frame: VideoFrame, hole: Hole) -> VideoFrame:
        """The frame with the user's picture in its hole."""
        painted = planes_from_rgb(self.references[frame.index], frame.layout, frame.color)
        region = hole.full_region()
        planes = [
            np.where(touched_samples(region, *shifts), new, old)
            for new, old, shifts in zip(painted, frame.planes, frame.layout.plane_shifts, strict=True)
        ]
        return replaced(frame, planes)


def _picture(frame: VideoFrame, index: int) -> Picture:
    planes = tuple(
        PicturePlane(plane, *shifts) for plane, shifts in zip(frame.planes, frame.layout.plane_shifts, strict=True)
    )
    return Picture(index, frame.rgb, planes, frame.layout.bits)


class ResultKeys:
    """Names of a plan's results: each a hash of everything that the result depends on.

    A live fill depends on the masks of all frames up to its own (and of those that the delay looks ahead to); a final
    fill on all masks of its shot.
    """

    def __init__(self, plan: RemovalPlan, engine: Engine) -> None:
        self._plan = plan
        self._delay_frames = -(-engine.delay // plan.pictures_per_frame)
        facts = (
            plan.identity,
            engine.name,
            engine.version,
            plan.mode.value,
            plan.holes.fingerprint(plan.height),
            plan.soft_digest,
            f"{plan.width}x{plan.height} {plan.fields}",
        )
        self._base = chain(b"", *(fact.encode() for fact in facts))
        self._links: list[bytes] = []

    def live(self, index: int, picture: int) -> Key:
        """A live fill of a picture of frame ``index``."""
        first, end = self._plan.frames
        link = self._link(min(index + self._delay_frames, end - 1) - first)
        return Key("patch", chain(link, str(picture).encode()))

    def live_cut(self, index: int) -> Key:
        """The mark that the live fill of frame ``index`` starts a new shot, beside its patches."""
        return Key("cut", self.live(index, index * self._plan.pictures_per_frame).digest)

    def shots(self, run: tuple[int, int]) -> Key:
        """The shots found in a stretch of frames; they depend on nothing but the clip."""
        return Key("shots", chain(b"shots 1", self._plan.identity.encode(), f"{run}".encode()))

    def state(self, index: int) -> Key:
        """The live engine's state after frame ``index``."""
        return Key("state", chain(self._link(index - self._plan.frames[0]), b"state"))

    def final(self, shot: tuple[int, int]) -> Callable[[int], Key]:
        """Names final fills of a shot (first frame, end) by picture."""
        link = self._base
        for index in range(*shot):
            link = chain(link, *self._facts(index))
        where = chain(link, f"{shot}".encode())
        return lambda picture: Key("patch", chain(where, str(picture).encode()))

    def _link(self, position: int) -> bytes:
        first = self._plan.frames[0]
        if not self._links:
            self._links.append(chain(self._base, str(first).encode(), *self._facts(first)))
        while len(self._links) <= position:
            self._links.append(chain(self._links[-1], *self._facts(first + len(self._links))))
        return self._links[position]

    def _facts(self, index: int) -> tuple[bytes, ...]:
        mask, reference = self._plan.masks.get(index), self._plan.references.get(index)
        return (
            b"" if mask is None else _digest(mask),
            b"" if reference is None else hashlib.blake2b(reference.tobytes(), digest_size=16).digest(),
            b"active" if self._plan.is_active(index) else b"",
        )


def _digest(mask: MaskBlob) -> bytes:
    return hashlib.blake2b(repr(astuple(mask)).encode(), digest_size=16).digest()
