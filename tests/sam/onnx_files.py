"""Tiny networks with MobileSAM's inputs and outputs, written as ONNX files.

The "encoder" keeps a picture's brightness; the "decoder" marks what is bright within ``REACH_PX`` (of 1024) of a click
that includes, in a box, or where the given mask is, and takes away what is as near to a click that excludes. Asked for
several answers, it works out four, as the published one, which reach all of that, a quarter, half and all of it, and
hands the third on.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from models.sam.decoder_answers import ANSWERS, SCORES

REACH_PX = 160.0
ONE_CLICK_SCORES = (0.1, 0.95, 0.8, 0.9)
"""Of the four answers: the one for prompts that leave no doubt, the smallest part, the larger part, the whole."""
_SHARES = (1.0, 0.25, 0.5, 1.0)
"""How far each of them reaches, as a share of ``REACH_PX``."""


def _node(kind: str, inputs: Sequence[str], output: str, **attributes: int | list[int]) -> NodeProto:
    return helper.make_node(kind, inputs, [output], **attributes)


def _constant(name: str, value: NDArray[Any]) -> TensorProto:
    return numpy_helper.from_array(value, name)


_SEVERAL_CONSTANTS = [
    _constant("scores", np.array([ONE_CLICK_SCORES], np.float32)),
    *(
        _constant(f"less_{place}", np.array([(1 - share**2) * REACH_PX**2], np.float32))
        for place, share in enumerate(_SHARES)
    ),
]


def _value(name: str, shape: Sequence[int | str]) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _model(
    nodes: Sequence[NodeProto],
    inputs: Sequence[ValueInfoProto],
    outputs: Sequence[ValueInfoProto],
    constants: Sequence[TensorProto] = (),
) -> ModelProto:
    """Of an age that every ONNX Runtime in use knows."""
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, constants)
    return helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 13)])


def write_encoder(file: Path) -> None:
    """``input`` ``(1, 3, 1024, 1024)`` to ``output`` ``(1, 1, 256, 256)``: brightness."""
    pool = _node("AveragePool", ["input"], "small", kernel_shape=[4, 4], strides=[4, 4])
    mean = _node("ReduceMean", ["small"], "output", axes=[1])
    inputs = [_value("input", ["batch_size", 3, 1024, 1024])]
    file.write_bytes(_model([pool, mean], inputs, [_value("output", [1, 1, 256, 256])]).SerializeToString())


def _several(allowed: str) -> list[NodeProto]:
    """Four answers under the published decoder's names, and one of them picked."""
    smaller = [_node("Sub", [allowed, f"less_{place}"], f"allowed_{place}") for place in range(4)]
    answers = [_node("Min", [f"allowed_{place}", "image_embeddings"], f"answer_{place}") for place in range(4)]
    return [
        *smaller,
        *answers,
        _node("Concat", [f"answer_{place}" for place in range(4)], ANSWERS, axis=1),
        _node("Identity", ["scores"], SCORES),
        helper.make_node("Flatten", [ANSWERS], ["flat"], "/Flatten"),
        helper.make_node("Flatten", [SCORES], ["flat_scores"], "/Flatten_1"),
        _node("Identity", ["answer_2"], "low_res_masks"),
        _node("Identity", ["low_res_masks"], "masks"),
        _node("Identity", ["score"], "iou_predictions"),
    ]


def write_decoder(file: Path, *, several: bool = False) -> None:
    """Answers as the module says."""
    down, across = np.mgrid[:256, :256].astype(np.float32) * 4 + 1.5
    constants = [
        _constant("across", across[None]),
        _constant("down", down[None]),
        _constant("reach", np.array([REACH_PX**2], np.float32)),
        _constant("far", np.array([-1e6], np.float32)),
        _constant("include", np.array([1], np.float32)),
        _constant("exclude", np.array([0], np.float32)),
        _constant("column", np.array([0], np.int64)),
        _constant("row", np.array([1], np.int64)),
        _constant("thin", np.array([-1, 1, 1], np.int64)),
        _constant("whole", np.array([1, 1, 256, 256], np.int64)),
        _constant("score", np.array([[0.9]], np.float32)),
    ]
    nodes = [
        _node("Gather", ["point_coords", "column"], "x_all", axis=2),
        _node("Gather", ["point_coords", "row"], "y_all", axis=2),
        _node("Reshape", ["x_all", "thin"], "x"),
        _node("Reshape", ["y_all", "thin"], "y"),
        _node("Reshape", ["point_labels", "thin"], "label"),
        _node("Sub", ["across", "x"], "dx"),
        _node("Sub", ["down", "y"], "dy"),
        _node("Mul", ["dx", "dx"], "dx2"),
        _node("Mul", ["dy", "dy"], "dy2"),
        _node("Add", ["dx2", "dy2"], "d2"),
        _node("Sub", ["reach", "d2"], "near"),
        _node("Equal", ["label", "include"], "is_in"),
        _node("Equal", ["label", "exclude"], "is_out"),
        _node("Where", ["is_in", "near", "far"], "near_in"),
        _node("Where", ["is_out", "near", "far"], "near_out"),
        _node("ReduceMax", ["near_in"], "disc_in", axes=[0], keepdims=1),
        _node("ReduceMax", ["near_out"], "disc_out", axes=[0], keepdims=1),
        _node("Reshape", ["disc_in", "whole"], "inside"),
        _node("Reshape", ["disc_out", "whole"], "outside"),
        _node("Neg", ["outside"], "not_outside"),
        _node("Mul", ["mask_input", "has_mask_input"], "given"),
        _node("Where", ["has_given", "given", "far"], "given_or_far"),
        _node("Max", ["inside", "given_or_far"], "wanted"),
        _node("Min", ["wanted", "not_outside"], "allowed"),
        _node("Min", ["allowed", "image_embeddings"], "low_res_masks"),
        _node("Identity", ["low_res_masks"], "masks"),
        _node("Identity", ["score"], "iou_predictions"),
    ]
    nodes.insert(20, _node("Greater", ["has_mask_input", "exclude"], "has_given"))
    inputs = [
        _value("image_embeddings", [1, 1, 256, 256]),
        _value("point_coords", [1, "num_points", 2]),
        _value("point_labels", [1, "num_points"]),
        _value("mask_input", [1, 1, 256, 256]),
        _value("has_mask_input", [1]),
        _value("orig_im_size", [2]),
    ]
    outputs = [
        _value("masks", [1, 1, 256, 256]),
        _value("iou_predictions", [1, 1]),
        _value("low_res_masks", [1, 1, 256, 256]),
    ]
    if several:
        constants += _SEVERAL_CONSTANTS
        nodes[-3:] = _several("allowed")
    file.write_bytes(_model(nodes, inputs, outputs, constants).SerializeToString())


def encoder_layout(side: int = 1024) -> ModelProto:
    """A network with the names, sizes and places that MobileSAM's published encoder has, that computes nothing."""
    values: dict[str, list[int]] = {"/Constant_2": [side // 16], "/Constant_3": [side // 16]}
    for layer, blocks, cells, window in ((1, 2, side // 8, 7), (2, 6, side // 16, 14), (3, 2, side // 16, 7)):
        windows = -(-cells // window)
        for block in range(blocks):
            name = f"/layers.{layer}/blocks.{block}/Constant_"
            values |= {f"{name}{number}": [cells] for number in (3, 4, 28, 32, 34, 35)}
            values |= {f"{name}{number}": [windows] for number in (13, 15, 17, 18, 20, 21)}
            values |= {f"{name}{number}": [windows * window] for number in (24, 25)}
            values[f"{name}6"] = [0, 0, 0, windows * window - cells, 0, windows * window - cells]
    for layer, cells in ((1, side // 8), (2, side // 16)):
        values[f"/layers.{layer}/downsample/Constant"] = [1, cells, cells, -1]
    nodes = [
        helper.make_node("Constant", [], [f"{name}_output_0"], name, value=_constant("", np.array(numbers, np.int64)))
        for name, numbers in values.items()
    ]
    inputs = [_value("input", ["batch_size", 3, side, side])]
    return _model(nodes, inputs, [_value("output", ["batch_size", 256, side // 16, side // 16])])
