"""MobileSAM's encoder for pictures that are no squares: without the rows or columns that would only be padding.

The published encoder (an ONNX file) takes squares of 1024 pixels, and a wide picture leaves 44 % of one empty. TinyViT
looks in windows and nowhere over the whole picture, so that it works on any size; but the file says its sizes in
constants. They are changed here in a copy in memory, each known by its name and by what it says for the square.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from onnx import ModelProto, TensorProto, ValueInfoProto

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


class UnknownEncoder(ValueError):
    """The file is not laid out as the published encoder is."""


def needed_size(height: int, width: int, side_px: int = SIDE_PX) -> tuple[int, int]:
    """Rows and columns of the square that a picture's own and what lies in their windows take.

    Args:
        height: of the picture.
        width: of the picture.
        side_px: that the longer of them spans, at most ``SIDE_PX``.
    """
    scale = side_px / max(height, width)
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
    network = _parsed(model)
    constants = _constants(network)
    square = _wanted(SIDE_PX, SIDE_PX)
    for name, values in _wanted(rows, columns).items():
        if name not in constants:
            raise UnknownEncoder(f"there is no constant {name}")
        _say(constants[name], name, square[name], values)
    for ends, scale in ((network.graph.input, 1), (network.graph.output, _CELL_PX)):
        _resize(ends, SIDE_PX // scale, (rows // scale, columns // scale))
    file: bytes = network.SerializeToString()
    return file


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


def _parsed(model: bytes) -> ModelProto:
    """The file's content."""
    import onnx  # with what it brings 0.1 s, so not before a picture needs it
    from google.protobuf.message import DecodeError

    try:
        return onnx.load_model_from_string(model)
    except DecodeError as error:
        raise UnknownEncoder(f"it is no ONNX file ({error})") from error


def _constants(network: ModelProto) -> dict[str, TensorProto]:
    """By name, what the file's constants say; they are the network's own, so that changing one changes it."""
    return {
        node.name: attribute.t
        for node in network.graph.node
        if node.op_type == "Constant"
        for attribute in node.attribute
        if attribute.name == "value"
    }


def _say(constant: TensorProto, name: str, old: Sequence[int], new: Sequence[int]) -> None:
    """Makes a constant of whole numbers say something new; it must have said the old."""
    from onnx import numpy_helper

    try:
        said = numpy_helper.to_array(constant)
    except (TypeError, ValueError) as error:
        raise UnknownEncoder(f"{name} cannot be read ({error})") from error
    if said.dtype != np.int64 or said.ravel().tolist() != list(old):
        raise UnknownEncoder(f"{name} is {said.tolist()}, not {list(old)}")
    constant.CopyFrom(numpy_helper.from_array(np.reshape(np.array(new, np.int64), said.shape), constant.name))


def _resize(ends: Sequence[ValueInfoProto], old: int, new: tuple[int, int]) -> None:
    """Makes the network's one input or output say another height and width than those of its square."""
    if len(ends) != 1:
        raise UnknownEncoder(f"it has {len(ends)} inputs or outputs")
    sides = ends[0].type.tensor_type.shape.dim[-2:]
    if [side.dim_value for side in sides] != [old, old]:
        raise UnknownEncoder("its pictures are no squares of 1024 pixels")
    for side, value in zip(sides, new, strict=True):
        side.dim_value = value
