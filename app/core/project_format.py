"""A document as plain data and back, exactly: what a project file's JSON says.

Masks and soft borders go into a table of blobs, each kept once however many frames share it; the data names them by
number. Whatever there is a number of for each frame goes into a table of numbers: JSON is written and read in one go,
in which nothing else runs, and of a long clip's frames that took more than a second.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.core.document import (
    Action,
    ClipIdentity,
    Document,
    DocumentObject,
    Doubt,
    Marker,
    MaskOrigin,
    ObjectSettings,
    RenderSettings,
    Track,
)
from app.core.frame_map import FrameMap, FrameSet
from app.core.geometry import Rect
from app.core.masks import MaskBlob
from app.core.pictures import ImageBlob
from app.core.prompts import BoxPrompt, Click, Clicks, MaskPrompt, Prompt
from app.core.shapes import Combine, Ease, Shape, ShapeKey, ShapeKind, Vertex
from app.core.soft_edge import SoftEdge

T = TypeVar("T")
Json = dict[str, Any]
Numbers = NDArray[np.int32]

MASK, SOFT = "mask", "soft"


_KINDS = MASK, SOFT
_COLUMNS = 6
"""Numbers that describe a blob: its kind, its rectangle, the length of its packed bytes."""
_AT_ONCE = 4096


class BlobTable:
    """Packed pixels in the order in which they were first named, and runs of numbers.

    Attributes:
        packed: each blob's packed bytes.
    """

    def __init__(self) -> None:
        self.packed: list[bytes] = []
        self._about = array("i")
        self._numbers = array("i")
        self._known: dict[tuple[int, Rect, bytes], int] = {}
        self._seen: dict[int, tuple[MaskBlob | SoftEdge, int]] = {}

    def number(self, blob: MaskBlob | SoftEdge) -> int:
        """The blob's number; the same for equal blobs. One that stands in many frames is looked into once."""
        seen = self._seen.get(id(blob))
        if seen is None:
            seen = self._seen[id(blob)] = blob, self._look_up(blob)
        return seen[1]

    def run(self, numbers: Iterable[int]) -> Json:
        """Keeps numbers, and gives what names them in the data."""
        start = len(self._numbers)
        self._numbers.extend(numbers)
        return {"start": start, "count": len(self._numbers) - start}

    @property
    def about_bytes(self) -> bytes:
        """What the blobs are, for ``BlobReader``."""
        return _little_endian(self._about)

    @property
    def number_bytes(self) -> bytes:
        """The numbers, for ``BlobReader``."""
        return _little_endian(self._numbers)

    def packed_bytes(self) -> Iterator[bytes]:
        """The packed pixels, some thousand blobs at a time."""
        for start in range(0, len(self.packed), _AT_ONCE):
            yield b"".join(self.packed[start : start + _AT_ONCE])

    def _look_up(self, blob: MaskBlob | SoftEdge) -> int:
        box, packed = blob.bbox, blob.packed
        kind = _KINDS.index(MASK if isinstance(blob, MaskBlob) else SOFT)
        number = self._known.setdefault((kind, box, packed), len(self.packed))
        if number == len(self.packed):
            self.packed.append(packed)
            self._about.extend((kind, box.x, box.y, box.width, box.height, len(packed)))
        return number


class BlobReader:
    """Blobs by number, each made once, and runs of numbers.

    Args:
        about: ``(N, 6)`` whole numbers, one row a blob: kind, x, y, width, height, length of its packed bytes.
        packed: the packed pixels of all blobs.
        numbers: ``(M,)`` whole numbers that the data name.
        size: width and height of the clip's pictures.

    Raises:
        ValueError: the packed pixels are not as long as is said of them, or a blob's kind is unknown.
    """

    def __init__(self, about: Numbers, packed: bytes, numbers: Numbers, size: tuple[int, int]) -> None:
        self._about, self._packed, self._numbers, self._size = about.reshape(-1, _COLUMNS), packed, numbers, size
        lengths = self._about[:, 5]
        self._ends = np.cumsum(lengths)
        if (lengths < 0).any() or int(lengths.sum()) != len(packed):
            raise ValueError(f"{len(packed)} bytes of masks where {int(lengths.sum())} are named")
        if not np.isin(self._about[:, 0], range(len(_KINDS))).all():
            raise ValueError("a blob of no known kind")
        self._made: dict[int, MaskBlob | SoftEdge] = {}

    def mask(self, number: int) -> MaskBlob:
        """A mask.

        Raises:
            ValueError: there is no such mask, or it is damaged.
        """
        found = self._blob(number)
        if not isinstance(found, MaskBlob):
            raise ValueError(f"blob {number} is no mask")
        return found

    def soft(self, number: int) -> SoftEdge:
        """A soft border.

        Raises:
            ValueError: there is no such border, or it is damaged.
        """
        found = self._blob(number)
        if not isinstance(found, SoftEdge):
            raise ValueError(f"blob {number} is no soft border")
        return found

    def run(self, named: Json | list[int]) -> Iterator[int]:
        """Numbers that the data name; those of projects before version 3 stand in the data.

        Raises:
            ValueError: there are not so many.
        """
        if isinstance(named, list):
            yield from map(int, named)
            return
        start, count = int(named["start"]), int(named["count"])
        if not 0 <= start <= start + count <= len(self._numbers):
            raise ValueError(f"numbers {start} to {start + count} of {len(self._numbers)}")
        for at in range(start, start + count, _AT_ONCE):
            yield from self._numbers[at : min(at + _AT_ONCE, start + count)].tolist()

    def _blob(self, number: int) -> MaskBlob | SoftEdge:
        if number not in self._made:
            if not 0 <= number < len(self._about):
                raise ValueError(f"there is no blob {number}")
            kind, x, y, width, height, length = self._about[number].tolist()
            end = int(self._ends[number])
            make: Callable[[int, int, Rect, bytes], MaskBlob | SoftEdge]
            make = MaskBlob.from_packed if _KINDS[kind] == MASK else SoftEdge.from_parts
            self._made[number] = make(*self._size, Rect(x, y, width, height), self._packed[end - length : end])
        return self._made[number]


def document_data(document: Document, blobs: BlobTable) -> Json:
    """A document as plain data; its masks go into the table, its reference frames are named by frame only."""
    return {
        "clip": asdict(document.clip),
        "objects": [_object_data(each, blobs) for each in document.objects],
        "next_id": document.next_id,
        "in_out": None if document.in_out is None else list(document.in_out),
        "markers": [asdict(marker) for marker in document.markers],
        "render": asdict(document.render),
        "references": list(document.references),
    }


def document_from(data: Json, blobs: BlobReader, references: Mapping[int, ImageBlob]) -> Document:
    """The document that ``document_data`` described.

    Raises:
        ValueError, KeyError, TypeError: the data are no document.
    """
    in_out = data["in_out"]
    return Document(
        clip=clip_from(data["clip"]),
        objects=tuple(_object_from(each, blobs) for each in data["objects"]),
        next_id=int(data["next_id"]),
        in_out=None if in_out is None else (int(in_out[0]), int(in_out[1])),
        markers=tuple(_made(Marker, each) for each in data["markers"]),
        render=_made(RenderSettings, data["render"]),
        references=FrameMap({int(frame): references[int(frame)] for frame in data["references"]}),
    )


def clip_from(data: Json) -> ClipIdentity:
    """The clip that the data name.

    Raises:
        ValueError, TypeError: they name none.
    """
    clip = _made(ClipIdentity, data)
    if clip.width <= 0 or clip.height <= 0 or clip.frame_count <= 0:
        raise ValueError(f"a clip of {clip.width}x{clip.height} with {clip.frame_count} frames")
    if not all(isinstance(each, str) for each in (clip.path, clip.fingerprint, clip.rate)):
        raise ValueError(f"a clip at {clip.path!r}")
    return clip


def _object_data(target: DocumentObject, blobs: BlobTable) -> Json:
    return {
        "id": target.id,
        "name": target.name,
        "prompts": [_prompt_data(prompt, blobs) for prompt in target.prompts],
        "track": _frames_data(target.track, blobs),
        "soft": _frames_data(target.soft, blobs),
        "doubts": {
            doubt.value: blobs.run(at for at, each in target.doubts.items() if each is doubt) for doubt in Doubt
        },
        "origin": target.origin.value,
        "settings": {**asdict(target.settings), "action": target.settings.action.value},
        "shapes": [_shape_data(shape) for shape in target.shapes],
        "amodal": _frames_data(target.amodal, blobs),
        "amodal_drawn": blobs.run(target.amodal_drawn),
    }


def _object_from(data: Json, blobs: BlobReader) -> DocumentObject:
    settings = {**data["settings"], "action": Action(data["settings"]["action"])}
    settings["occluders"] = tuple(int(each) for each in settings.get("occluders", ()))
    doubts = data.get("doubts", {})  # projects of version 1 have none
    return DocumentObject(
        id=int(data["id"]),
        name=str(data["name"]),
        prompts=tuple(_prompt_from(each, blobs) for each in data["prompts"]),
        track=Track(_frames_from(data["track"], blobs, blobs.mask)),
        settings=_made(ObjectSettings, settings),
        shapes=tuple(_shape_from(each) for each in data["shapes"]),
        origin=MaskOrigin(data["origin"]),
        soft=FrameMap(_frames_from(data["soft"], blobs, blobs.soft)),
        # Projects of version 1 have none of these.
        amodal=Track(_frames_from(data["amodal"], blobs, blobs.mask)) if "amodal" in data else Track(),
        amodal_drawn=FrameSet(blobs.run(data.get("amodal_drawn", []))),
        doubts=FrameMap({at: doubt for doubt in Doubt for at in blobs.run(doubts.get(doubt.value, []))}),
    )


def _frames_data(values: Mapping[int, MaskBlob] | Mapping[int, SoftEdge], blobs: BlobTable) -> Json:
    return {"frames": blobs.run(values), "blobs": blobs.run(blobs.number(value) for value in values.values())}


def _frames_from(data: Json, blobs: BlobReader, blob: Callable[[int], T]) -> dict[int, T]:
    pairs = zip(blobs.run(data["frames"]), blobs.run(data["blobs"]), strict=True)
    return {frame: blob(number) for frame, number in pairs}


def _prompt_data(prompt: Prompt, blobs: BlobTable) -> Json:
    if isinstance(prompt, MaskPrompt):
        data = {"mask": blobs.number(prompt.mask), "frame": prompt.frame}
        return data if prompt.clicks is None else {**data, "clicks": _clicks_data(prompt.clicks, blobs)}
    box = prompt.rect
    return {"box": [box.x, box.y, box.width, box.height], "frame": prompt.frame}


def _prompt_from(data: Json, blobs: BlobReader) -> Prompt:
    frame = int(data["frame"])
    if "mask" in data:
        clicks = _clicks_from(data["clicks"], blobs) if "clicks" in data else None
        return MaskPrompt(blobs.mask(int(data["mask"])), frame, clicks)
    return BoxPrompt(Rect(*(int(value) for value in data["box"])), frame)


def _clicks_data(clicks: Clicks, blobs: BlobTable) -> Json:
    box = clicks.box
    return {
        "points": [[point.x, point.y, point.include, point.taken] for point in clicks.points],
        "box": None if box is None else [box.x, box.y, box.width, box.height],
        "rough": None if clicks.rough is None else blobs.number(clicks.rough),
        "taken": clicks.taken,
    }


def _clicks_from(data: Json, blobs: BlobReader) -> Clicks:
    box, rough = data["box"], data["rough"]
    return Clicks(
        tuple(Click(float(x), float(y), bool(include), int(taken)) for x, y, include, taken in data["points"]),
        None if box is None else Rect(*(int(value) for value in box)),
        None if rough is None else blobs.mask(int(rough)),
        int(data["taken"]),
    )


def _shape_data(shape: Shape) -> Json:
    return {
        "id": shape.id,
        "kind": shape.kind.value,
        "combine": shape.combine.value,
        "span": None if shape.span is None else list(shape.span),
        "name": shape.name,
        "keys": [
            {
                "frame": key.frame,
                "ease": key.ease.value,
                "vertices": [[v.x, v.y, v.in_x, v.in_y, v.out_x, v.out_y] for v in key.vertices],
            }
            for key in shape.keys
        ],
    }


def _shape_from(data: Json) -> Shape:
    keys = tuple(
        ShapeKey(
            int(key["frame"]),
            tuple(Vertex(*(float(value) for value in vertex)) for vertex in key["vertices"]),
            Ease(key["ease"]),
        )
        for key in data["keys"]
    )
    span = data["span"]
    return Shape(
        int(data["id"]),
        ShapeKind(data["kind"]),
        keys,
        Combine(data["combine"]),
        None if span is None else (int(span[0]), int(span[1])),
        str(data["name"]),
    )


def _made(kind: type[T], data: Json) -> T:
    """A dataclass from its fields; what a newer program added and left at its default may be missing.

    Raises:
        TypeError: there are fields that it does not have.
    """
    known = {each.name for each in fields(kind)}  # type: ignore[arg-type]  # every T here is a dataclass
    if unknown := data.keys() - known:
        raise TypeError(f"{kind.__name__} has no {sorted(unknown)}")
    return kind(**data)


def _little_endian(numbers: array[int]) -> bytes:
    """Four bytes a number, on every machine."""
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()
