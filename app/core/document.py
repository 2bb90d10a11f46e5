"""What is edited: a frozen snapshot of one clip's objects, their prompts and their tracks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from app.core.masks import MaskBlob
from app.core.prompts import Prompt


@dataclass(frozen=True, slots=True)
class ClipIdentity:
    """Which clip a document belongs to.

    Attributes:
        path: as the user gave it.
        size_bytes: of the file (or of all files of a sequence); tells a replaced clip from the one that was edited.
        width, height: of the picture in display orientation, in pixels.
        frame_count: number of frames.
    """

    path: str
    size_bytes: int
    width: int
    height: int
    frame_count: int


class Track(Mapping[int, MaskBlob]):
    """An object's masks by frame index; immutable, equal by content."""

    __slots__ = ("_masks",)

    def __init__(self, masks: Mapping[int, MaskBlob] | Iterable[tuple[int, MaskBlob]] = ()) -> None:
        self._masks = MappingProxyType(dict(sorted(dict(masks).items())))

    def __getitem__(self, frame: int) -> MaskBlob:
        return self._masks[frame]

    def __iter__(self) -> Iterator[int]:
        return iter(self._masks)

    def __len__(self) -> int:
        return len(self._masks)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Track) and self._masks == other._masks

    def __hash__(self) -> int:
        return hash(tuple(self._masks.items()))

    def __repr__(self) -> str:
        return f"Track({len(self._masks)} frames)"

    def with_masks(self, masks: Mapping[int, MaskBlob | None]) -> Track:
        """A track in which these frames have these masks; None takes a frame out."""
        merged: dict[int, MaskBlob | None] = {**self._masks, **masks}
        return Track({frame: mask for frame, mask in merged.items() if mask is not None})


@dataclass(frozen=True, slots=True)
class DocumentObject:
    """A thing to remove.

    Attributes:
        id: stable for the life of the document, never used again after the object is gone.
        name: what the user calls it.
        prompts: what the user said about it, in that order.
        track: its masks by frame.
    """

    id: int
    name: str
    prompts: tuple[Prompt, ...] = ()
    track: Track = field(default_factory=Track)


@dataclass(frozen=True, slots=True)
class Document:
    """One clip and the objects marked in it.

    Attributes:
        clip: the clip.
        objects: in the order they were made; ids are unique.
        next_id: the id of the next object.
    """

    clip: ClipIdentity
    objects: tuple[DocumentObject, ...] = ()
    next_id: int = 1

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
