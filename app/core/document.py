"""What is edited: a frozen snapshot of one clip's objects, their prompts, tracks and shapes, and how it is rendered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from types import MappingProxyType
from typing import Generic, Self, TypeVar

from app.core.masks import MaskBlob
from app.core.pictures import ImageBlob
from app.core.prompts import Prompt
from app.core.shapes import Shape
from app.core.soft_edge import SoftEdge

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ClipIdentity:
    """Which clip a document belongs to.

    Attributes:
        path: where it is, absolute.
        size_bytes: of the file (or of all files of a sequence); tells a replaced clip from the one that was edited.
        width, height: of the picture in display orientation, in pixels.
        frame_count: number of frames.
        fingerprint: names the content wherever the file lies, see ``app.core.media_link``; empty if unknown.
        rate: frames a second of a picture sequence, such as "30000/1001", where the user gave them.
    """

    path: str
    size_bytes: int
    width: int
    height: int
    frame_count: int
    fingerprint: str = ""
    rate: str = ""


def _frame_of(entry: tuple[int, object]) -> int:
    return entry[0]


class FrameMap(Mapping[int, T], Generic[T]):
    """Values by frame index; immutable, in the order of frames, equal by content."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[int, T] | Iterable[tuple[int, T]] = (), *, in_order: bool = False) -> None:
        """A map of these values.

        Args:
            values: by frame.
            in_order: whether the frames are ascending already.
        """
        given = dict(values)
        self._values = MappingProxyType(given if in_order else dict(sorted(given.items(), key=_frame_of)))

    def __getitem__(self, frame: int) -> T:
        return self._values[frame]

    def __iter__(self) -> Iterator[int]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FrameMap) and self._values == other._values

    def __hash__(self) -> int:
        return hash(tuple(self._values.items()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} frames)"

    def changed(self, values: Mapping[int, T | None]) -> Self:
        """A map in which these frames have these values; None takes a frame out.

        Sorted again only where a frame came in: a stroke on a track of a hundred thousand frames costs milliseconds.
        """
        merged = dict(self._values)
        comes_in = False
        for frame, value in values.items():
            if value is None:
                merged.pop(frame, None)
            else:
                comes_in = comes_in or frame not in merged
                merged[frame] = value
        return type(self)(merged, in_order=not comes_in)


class Track(FrameMap[MaskBlob]):
    """An object's masks by frame index."""

    __slots__ = ()

    def with_masks(self, masks: Mapping[int, MaskBlob | None]) -> Track:
        """A track in which these frames have these masks; None takes a frame out."""
        return self.changed(masks)


class MaskOrigin(Enum):
    """Where an object's masks come from; holes are made accordingly."""

    TRACKED = "tracked"
    """A tracker's: gaps are filled and dots dropped."""
    DRAWN = "drawn"
    """Made by a user or another program: taken at their word."""
    STILL = "still boxes"
    """Boxes that are not tracked: they have the margin that a hole needs already."""


class Action(Enum):
    """What is done with an object."""

    REMOVE = "remove"
    KEEP = "keep"
    """Never filled, whatever other objects' holes say, and never taken for background."""
    RESTORE = "restore"
    """Brought back where something hides it (VOIN's task); a removal leaves it alone."""


@dataclass(frozen=True, slots=True)
class ObjectSettings:
    """How an object is shown, and how its masks become holes.

    Attributes:
        color: place in the display's palette.
        shown: whether its overlay is drawn (a hidden object is still removed).
        locked: whether the display refuses to edit it.
        action: what is done with it.
        grow_px: how far its hole reaches beyond the mask, None for about 1.7 % of the picture's height (0 for one that
            is kept).
        feather_px: width of the hole's soft border, None for half of the growth.
        fill_holes: whether gaps in tracked masks are filled and dots beside them dropped; masks that the user made are
            taken at their word.
        smoothing: masks of so many frames on either side are united with a frame's own, against a flickering tracker;
            None for 1.
    """

    color: int = 0
    shown: bool = True
    locked: bool = False
    action: Action = Action.REMOVE
    grow_px: int | None = None
    feather_px: int | None = None
    fill_holes: bool = True
    smoothing: int | None = None


@dataclass(frozen=True, slots=True)
class DocumentObject:
    """A thing that the user marked.

    Attributes:
        id: stable for the life of the document, never used again after the object is gone.
        name: what the user calls it.
        prompts: what the user said about it, in that order.
        track: its masks by frame.
        settings: how it is shown and how its masks become holes.
        shapes: what the user drew, from bottom to top; they add to the track's masks or take away from them.
        origin: where the track's masks come from.
        soft: soft borders of the track's masks, where they have any.
    """

    id: int
    name: str
    prompts: tuple[Prompt, ...] = ()
    track: Track = field(default_factory=Track)
    settings: ObjectSettings = field(default_factory=ObjectSettings)
    shapes: tuple[Shape, ...] = ()
    origin: MaskOrigin = MaskOrigin.TRACKED
    soft: FrameMap[SoftEdge] = field(default_factory=FrameMap)

    @property
    def anchors(self) -> frozenset[int]:
        """Frames that the user marked."""
        return frozenset(prompt.frame for prompt in self.prompts)

    def marked_frames(self, frame_count: int) -> frozenset[int]:
        """Frames of a clip of this length in which the object has a mask."""
        spans = [shape.span or (0, frame_count) for shape in self.shapes]
        drawn = (frame for first, end in spans for frame in range(max(first, 0), min(end, frame_count)))
        return frozenset(self.track).union(drawn)


@dataclass(frozen=True, slots=True)
class Marker:
    """A place in the clip that the user wants to find again."""

    frame: int
    name: str = ""
    color: int = 0


@dataclass(frozen=True, slots=True)
class RenderSettings:
    """How the document's result is made.

    Attributes:
        engine: who fills; "auto" for the better one that is here.
        mode: "final" (both ways in time) or "live" (forward once): what an export uses.
        delay: frames of look-ahead in "live".
        hole: "mask", the objects' shapes, or "box", their bounding boxes.
        blend_px: width of the seam's soft border for all objects, None for each object's own.
        colour_match: 0 to 1, how much of the colour difference at the hole's border is taken off the fill.
        grain: 0 to 1.5, how much of the source's measured noise the fill gets where it has less.
    """

    engine: str = "auto"
    mode: str = "final"
    delay: int = 0
    hole: str = "mask"
    blend_px: int | None = None
    colour_match: float = 0.0
    grain: float = 0.0


@dataclass(frozen=True, slots=True)
class Document:
    """One clip and all that the user said about it.

    Attributes:
        clip: the clip.
        objects: from bottom to top; ids are unique.
        next_id: the id of the next object.
        in_out: first frame and end (exclusive) of what is worked on; None for the whole clip.
        markers: by ascending frame.
        render: how the result is made.
        references: frames retouched by hand.
    """

    clip: ClipIdentity
    objects: tuple[DocumentObject, ...] = ()
    next_id: int = 1
    in_out: tuple[int, int] | None = None
    markers: tuple[Marker, ...] = ()
    render: RenderSettings = field(default_factory=RenderSettings)
    references: FrameMap[ImageBlob] = field(default_factory=FrameMap)

    @property
    def range(self) -> tuple[int, int]:
        """First frame and end (exclusive) of what is worked on."""
        return self.in_out or (0, self.clip.frame_count)

    def object(self, object_id: int) -> DocumentObject:
        """The object with this id.

        Raises:
            KeyError: there is none.
        """
        for candidate in self.objects:
            if candidate.id == object_id:
                return candidate
        raise KeyError(object_id)

    def with_object(self, changed: DocumentObject) -> Document:
        """The document with one of its objects replaced (found by id)."""
        self.object(changed.id)
        return replace(self, objects=tuple(changed if one.id == changed.id else one for one in self.objects))
