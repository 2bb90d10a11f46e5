"""MobileSAM's decoder without the rows or columns of its answer that are only padding.

The published decoder (an ONNX file) answers for a square, and of a wide picture's 44 % is padding. What it asks of the
picture goes over all of the square and stays; but the last part, which enlarges the answer from 64 cells to 256, works
on each cell alone, so that cells which nobody asks for can be left out before it: the others keep their values to the
last bit. That is a seventh of the decoder's time. It is said in a copy in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from onnx import NodeProto

CELLS = "cells"
"""The new input: rows and columns of cells that are wanted, ``(2,)`` int64."""
CELL_ANSWERS = 4
"""So many rows and columns of the answer are one cell's."""
_ENLARGING = (
    "/output_upscaling/output_upscaling.0/ConvTranspose",
    "/output_upscaling/output_upscaling.3/ConvTranspose",
)


class UnknownDecoder(ValueError):
    """The file is not laid out as the published decoder is."""


def with_cells(model: bytes) -> bytes:
    """The decoder with the input ``CELLS``.

    Args:
        model: the published file's content.

    Raises:
        UnknownDecoder: it is another one.
    """
    import onnx  # with what it brings 0.1 s, so not before a network is opened
    from google.protobuf.message import DecodeError
    from onnx import TensorProto, helper, numpy_helper

    try:
        network = onnx.load_model_from_string(model)
    except DecodeError as error:
        raise UnknownDecoder(f"it is no ONNX file ({error})") from error
    graph = network.graph
    places = {node.name: place for place, node in enumerate(graph.node)}
    for name in _ENLARGING:
        if name not in places or not _works_on_each_cell(graph.node[places[name]]):
            raise UnknownDecoder(f"it does not enlarge its answer by {name}")
    place = places[_ENLARGING[0]]
    enlarging = graph.node[place]
    says = {"wanted_from": np.zeros(2, np.int64), "wanted_axes": np.array([2, 3], np.int64)}
    graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in says.items())
    wanted = helper.make_node(
        "Slice", [enlarging.input[0], "wanted_from", CELLS, "wanted_axes"], ["wanted_cells"], name="wanted"
    )
    enlarging.input[0] = "wanted_cells"
    graph.node.insert(place, wanted)
    graph.input.append(helper.make_tensor_value_info(CELLS, TensorProto.INT64, [2]))
    file: bytes = network.SerializeToString()
    return file


def _works_on_each_cell(node: NodeProto) -> bool:
    """Whether it makes two rows and columns of each, and looks at none beside it."""
    said = {attribute.name: list(attribute.ints) for attribute in node.attribute}
    return said.get("kernel_shape") == [2, 2] == said.get("strides") and not any(said.get("pads", ()))
