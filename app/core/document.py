"""What is edited: a frozen snapshot of one clip's objects, their prompts, tracks and shapes, and how it is rendered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from functools import reduce
from operator import or_

from app.core.frame_map import FrameMap, FrameSet
from app.core.masks import MaskBlob
from app.core.pictures import ImageBlob
from app.core.prompts import Prompt
from app.core.shapes import Shape
from app.core.soft_edge import SoftEdge


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


class Track(FrameMap[MaskBlob]):
    """An object's masks by frame index."""

    __slots__ = ("_marks",)
    _marks: bool

    @property
    def marks_anything(self) -> bool:
        """Whether any of the masks is not empty; looked up once."""
        try:
            return self._marks
        except AttributeError:
            self._marks = any(not mask.is_empty for mask in self.distinct_values())
            return self._marks


class MaskOrigin(Enum):
    """Where an object's masks come from; holes are made accordingly."""

    TRACKED = "tracked"
    """A tracker's: gaps are filled and dots dropped."""
    DRAWN = "drawn"
    """Made by a user or another program: taken at their word."""
    STILL = "still boxes"
    """Boxes that are not tracked: they have the margin that a hole needs already."""


class Doubt(Enum):
    """What a tracker had trouble with in a frame."""

    LOST = "lost"
    """The object was not found."""
    UNSURE = "unsure"
    """The mask may be wrong."""


class Action(Enum):
    """What is done with an object."""

    REMOVE = "remove"
    KEEP = "keep"
    """Never filled, whatever other objects' holes say, and never taken for background."""
    RESTORE = "restore"
    """Brought back where something hides it (VOIN's task); no removal fills it, or takes it for background."""


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
        occluders: ids of the objects that hide this one where it is restored; whoever is gone hides nothing.
        kind: what an object that is restored is, such as "person"; empty for unknown.
    """

    color: int = 0
    shown: bool = True
    locked: bool = False
    action: Action = Action.REMOVE
    grow_px: int | None = None
    feather_px: int | None = None
    fill_holes: bool = True
    smoothing: int | None = None
    occluders: tuple[int, ...] = ()
    kind: str = ""


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
        doubts: by frame, what the tracker had trouble with, until somebody says what the mask is there.
        amodal: the whole object by frame, hidden parts included, as it was predicted or drawn: what a restoration
            paints. The track's masks are what can be seen of it.
        amodal_drawn: frames whose whole shape the user made; a prediction leaves them.
    """

    id: int
    name: str
    prompts: tuple[Prompt, ...] = ()
    track: Track = field(default_factory=Track)
    settings: ObjectSettings = field(default_factory=ObjectSettings)
    shapes: tuple[Shape, ...] = ()
    origin: MaskOrigin = MaskOrigin.TRACKED
    soft: FrameMap[SoftEdge] = field(default_factory=FrameMap)
    doubts: FrameMap[Doubt] = field(default_factory=FrameMap)
    amodal: Track = field(default_factory=Track)
    amodal_drawn: FrameSet = field(default_factory=FrameSet)

    @property
    def anchors(self) -> frozenset[int]:
        """Frames that the user marked."""
        return frozenset(prompt.frame for prompt in self.prompts)

    def marked_frames(self, frame_count: int) -> FrameSet:
        """Frames of a clip of this length in which the object has a mask."""
        return reduce(or_, (shape.frames(frame_count) for shape in self.shapes), self.track.frames)


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
