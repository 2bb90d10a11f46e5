"""A document as plain data and back, exactly: what a project file's JSON says.

Masks and soft borders go into a table of blobs, each kept once however many frames share it; the data names them by
number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeVar

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

MASK, SOFT = "mask", "soft"


@dataclass
class BlobTable:
    """Packed pixels in the order in which they were first named.

    Attributes:
        entries: for each blob its kind, its rectangle and its packed bytes.
    """

    entries: list[tuple[str, Rect, bytes]] = field(default_factory=list)
    _numbers: dict[tuple[str, Rect, bytes], int] = field(default_factory=dict)
    _seen: dict[int, tuple[MaskBlob | SoftEdge, int]] = field(default_factory=dict)

    def number(self, blob: MaskBlob | SoftEdge) -> int:
        """The blob's number; the same for equal blobs. One that stands in many frames is looked into once."""
        seen = self._seen.get(id(blob))
        if seen is None:
            seen = self._seen[id(blob)] = blob, self._look_up(blob)
        return seen[1]

    def _look_up(self, blob: MaskBlob | SoftEdge) -> int:
        entry = (MASK if isinstance(blob, MaskBlob) else SOFT, blob.bbox, blob.packed)
        if entry not in self._numbers:
            self._numbers[entry] = len(self.entries)
            self.entries.append(entry)
        return self._numbers[entry]


class BlobReader:
    """Blobs by number, each made once.

    Args:
        entries: as ``BlobTable`` has them.
        size: width and height of the clip's pictures.
    """

    def __init__(self, entries: list[tuple[str, Rect, bytes]], size: tuple[int, int]) -> None:
        self._entries, self._size = entries, size
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

    def _blob(self, number: int) -> MaskBlob | SoftEdge:
        if number not in self._made:
            if not 0 <= number < len(self._entries):
                raise ValueError(f"there is no blob {number}")
            kind, box, packed = self._entries[number]
            make: Callable[[int, int, Rect, bytes], MaskBlob | SoftEdge]
            make = MaskBlob.from_packed if kind == MASK else SoftEdge.from_parts
            self._made[number] = make(*self._size, box, packed)
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
    return clip


def _object_data(target: DocumentObject, blobs: BlobTable) -> Json:
    return {
        "id": target.id,
        "name": target.name,
        "prompts": [_prompt_data(prompt, blobs) for prompt in target.prompts],
        "track": _frames_data(target.track, blobs.number),
        "soft": _frames_data(target.soft, blobs.number),
        "doubts": {doubt.value: [at for at, each in target.doubts.items() if each is doubt] for doubt in Doubt},
        "origin": target.origin.value,
        "settings": {**asdict(target.settings), "action": target.settings.action.value},
        "shapes": [_shape_data(shape) for shape in target.shapes],
        "amodal": _frames_data(target.amodal, blobs.number),
        "amodal_drawn": list(target.amodal_drawn),
    }


def _object_from(data: Json, blobs: BlobReader) -> DocumentObject:
    settings = {**data["settings"], "action": Action(data["settings"]["action"])}
    settings["occluders"] = tuple(int(each) for each in settings.get("occluders", ()))
    return DocumentObject(
        id=int(data["id"]),
        name=str(data["name"]),
        prompts=tuple(_prompt_from(each, blobs) for each in data["prompts"]),
        track=Track(_frames_from(data["track"], blobs.mask)),
        settings=_made(ObjectSettings, settings),
        shapes=tuple(_shape_from(each) for each in data["shapes"]),
        origin=MaskOrigin(data["origin"]),
        soft=FrameMap(_frames_from(data["soft"], blobs.soft)),
        # Projects of version 1 have none of these.
        amodal=Track(_frames_from(data["amodal"], blobs.mask)) if "amodal" in data else Track(),
        amodal_drawn=FrameSet(int(frame) for frame in data.get("amodal_drawn", ())),
        doubts=FrameMap({int(at): doubt for doubt in Doubt for at in data.get("doubts", {}).get(doubt.value, ())}),
    )


def _frames_data(values: Mapping[int, T], number: Callable[[T], int]) -> Json:
    return {"frames": list(values), "blobs": [number(value) for value in values.values()]}


def _frames_from(data: Json, blob: Callable[[int], T]) -> dict[int, T]:
    pairs = zip(data["frames"], data["blobs"], strict=True)
    return {int(frame): blob(int(number)) for frame, number in pairs}


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
