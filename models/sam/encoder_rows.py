"""MobileSAM's encoder for pictures that are no squares: without the rows or columns that would only be padding.

The published encoder (an ONNX file) takes squares of 1024 pixels, and a wide picture leaves 44 % of one empty. TinyViT
looks in windows and nowhere over the whole picture, so that it works on any size; but the file says its sizes in
constants. They are changed here in a copy in memory: whole numbers of eight bytes that stay where they are. The file is
known by its hash, and so is the place of each.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

SIDE_PX = 1024
STEP_PX = 224
"""So that the windows of every layer end where the rows do: 14 cells of 16 pixels. What lies in the windows of the
picture is then what lay there in the square."""
_CELL_PX = 16
_LAYERS = ((1, 2, 8, 7), (2, 6, 16, 14), (3, 2, 16, 7))
"""Those with attention: number, blocks, pixels a cell, cells a window."""
_SIZES, _PADS, _WINDOWS, _PADDED = ((3, 4), (28, 32), (34, 35)), 6, ((13, 15), (17, 18), (20, 21)), (24, 25)
"""Numbers of a block's constants: for rows and columns each, but those of the padding, which are in one."""
_DOWN, _LAST = ("/layers.1/downsample/Constant", "/layers.2/downsample/Constant"), ("/Constant_2", "/Constant_3")

_GRAPH, _NODE, _INPUT, _OUTPUT = 7, 1, 11, 12
_NODE_NAME, _NODE_ATTRIBUTE, _ATTRIBUTE_TENSOR, _TENSOR_RAW = 3, 5, 5, 9
_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5


Span = tuple[int, int]
"""Where something begins and ends in the file."""


class UnknownEncoder(ValueError):
    """The file is not laid out as the published encoder is."""


def needed_size(height: int, width: int) -> tuple[int, int]:
    """Rows and columns of the square that a picture's own and what lies in their windows take.

    Args:
        height: of the picture, whose longer side spans the square.
        width: of the picture.
    """
    scale = SIDE_PX / max(height, width)
    own = int(height * scale + 0.5), int(width * scale + 0.5)
    rows, columns = (min(SIDE_PX, -(-side // STEP_PX) * STEP_PX) for side in own)
    return rows, columns


def shortened(model: bytes, rows: int, columns: int) -> bytes:
    """The encoder for pictures of another size.

    Args:
        model: the published file's content.
        rows: of the pictures in pixels, a multiple of 16, 224 to 1024.
        columns: the same.

    Raises:
        UnknownEncoder: it is another one.
    """
    patched = bytearray(model)
    graph = _only(model, (0, len(model)), _GRAPH)
    constants = dict(_constants(model, graph))
    try:
        for name, values in _wanted(rows, columns).items():
            start, count = constants[name]
            if count != len(values):
                raise UnknownEncoder(f"{name} has {count} numbers, not {len(values)}")
            old = struct.unpack_from(f"<{count}q", model, start)
            if old != tuple(_wanted(SIDE_PX, SIDE_PX)[name]):
                raise UnknownEncoder(f"{name} is {old}")
            struct.pack_into(f"<{count}q", patched, start, *values)
    except KeyError as error:
        raise UnknownEncoder(f"there is no constant {error}") from error
    for field, scale in ((_INPUT, 1), (_OUTPUT, _CELL_PX)):
        places = list(_dimensions(model, _only(model, graph, field)))[-2:]
        for (start, end), pixels in zip(places, (rows, columns), strict=True):
            if _varint(model, start) != (SIDE_PX // scale, end):
                raise UnknownEncoder("its pictures are no squares of 1024 pixels")
            patched[start:end] = _as_varint(pixels // scale, end - start)
    return bytes(patched)


def _wanted(rows: int, columns: int) -> dict[str, list[int]]:
    """By name, what the constants are in the encoder for pictures of a size."""
    values: dict[str, list[int]] = {}
    for layer, blocks, cell_px, window in _LAYERS:
        cells = rows // cell_px, columns // cell_px
        windows = tuple(-(-side // window) for side in cells)
        padded = tuple(side * window for side in windows)
        for block in range(blocks):
            name = f"/layers.{layer}/blocks.{block}/Constant_"
            for numbers, sides in [(each, cells) for each in _SIZES] + [(each, windows) for each in _WINDOWS]:
                values |= {f"{name}{number}": [side] for number, side in zip(numbers, sides, strict=True)}
            values |= {f"{name}{number}": [side] for number, side in zip(_PADDED, padded, strict=True)}
            values[f"{name}{_PADS}"] = [0, 0, 0, padded[1] - cells[1], 0, padded[0] - cells[0]]
    for name, cell_px in zip(_DOWN, (8, _CELL_PX), strict=True):
        values[name] = [1, rows // cell_px, columns // cell_px, -1]
    values |= {name: [side // _CELL_PX] for name, side in zip(_LAST, (rows, columns), strict=True)}
    return values


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a protocol buffer: its number, and where its value lies."""

    number: int
    kind: int
    span: Span


def _fields(data: bytes, span: Span) -> Iterator[_Field]:
    at, end = span
    while at < end:
        key, at = _varint(data, at)
        kind = key & 7
        if kind == _VARINT:
            _, after = _varint(data, at)
        elif kind == _BYTES:
            length, at = _varint(data, at)
            after = at + length
        elif kind in (_FOUR_BYTES, _EIGHT_BYTES):
            after = at + (4 if kind == _FOUR_BYTES else 8)
        else:
            raise UnknownEncoder("it is no ONNX file")
        if after > end:
            raise UnknownEncoder("it ends too early")
        yield _Field(key >> 3, kind, (at, after))
        at = after


def _constants(data: bytes, graph: Span) -> Iterator[tuple[str, Span]]:
    """By name, where the whole numbers of a constant begin, and how many there are."""
    for node in _fields(data, graph):
        if node.number != _NODE:
            continue
        fields = list(_fields(data, node.span))
        name = next((data[slice(*each.span)].decode() for each in fields if each.number == _NODE_NAME), "")
        for attribute in (each for each in fields if each.number == _NODE_ATTRIBUTE and "Constant" in name):
            for tensor in (each for each in _fields(data, attribute.span) if each.number == _ATTRIBUTE_TENSOR):
                for raw in (each for each in _fields(data, tensor.span) if each.number == _TENSOR_RAW):
                    yield name, (raw.span[0], (raw.span[1] - raw.span[0]) // 8)


def _dimensions(data: bytes, value: Span) -> Iterator[Span]:
    """Where the sizes of an input or output are said."""
    shape = _only(data, _only(data, _only(data, value, 2), 1), 2)
    for dimension in _fields(data, shape):
        for said in _fields(data, dimension.span):
            if said.kind == _VARINT:
                yield said.span


def _only(data: bytes, span: Span, number: int) -> Span:
    """The value of the first field of a number."""
    for each in _fields(data, span):
        if each.number == number:
            return each.span
    raise UnknownEncoder(f"it has no field {number}")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise UnknownEncoder("it ends too early")
        value |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if data[at - 1] < 128:
            return value, at


def _as_varint(value: int, length: int) -> bytes:
    """A number in so many bytes, which may be more than it needs."""
    groups = [(value >> 7 * place) & 127 | (128 if place < length - 1 else 0) for place in range(length)]
    return bytes(groups)
