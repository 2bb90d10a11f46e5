"""Tiny networks with MobileSAM's inputs and outputs, written as ONNX files byte by byte (no library here writes them).

The "encoder" keeps a picture's brightness; the "decoder" marks what is bright within ``REACH_PX`` (of 1024) of a click
that includes, in a box, or where the given mask is, and takes away what is as near to a click that excludes.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

REACH_PX = 160.0
_FLOAT, _INT64, _BOOL = 1, 7, 9


def _varint(value: int) -> bytes:
    out = bytearray()
    value &= (1 << 64) - 1
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _data(field: int, value: bytes | str) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(raw)) + raw


def _attribute(name: str, value: int | float | list[int]) -> bytes:
    if isinstance(value, list):
        return _data(5, _data(1, name) + b"".join(_number(8, each) for each in value) + _number(20, 7))
    if isinstance(value, float):
        return _data(5, _data(1, name) + _varint(2 << 3 | 5) + struct.pack("<f", value) + _number(20, 1))
    return _data(5, _data(1, name) + _number(3, value) + _number(20, 2))


def _node(kind: str, inputs: list[str], output: str, **attributes: int | float | list[int]) -> bytes:
    body = b"".join(_data(1, each) for each in inputs) + _data(2, output) + _data(4, kind)
    return _data(1, body + b"".join(_attribute(name, value) for name, value in attributes.items()))


def _constant(name: str, value: NDArray[np.float32] | NDArray[np.int64]) -> bytes:
    kind = _INT64 if value.dtype == np.int64 else _FLOAT
    dims = b"".join(_number(1, each) for each in value.shape)
    return _data(5, dims + _number(2, kind) + _data(8, name) + _data(9, value.tobytes()))


def _value(field: int, name: str, shape: list[int | str]) -> bytes:
    dims = b"".join(_data(1, _number(1, each) if isinstance(each, int) else _data(2, each)) for each in shape)
    return _data(field, _data(1, name) + _data(2, _data(1, _number(1, _FLOAT) + _data(2, dims))))


def _model(nodes: list[bytes], constants: list[bytes], inputs: list[bytes], outputs: list[bytes]) -> bytes:
    graph = b"".join(nodes) + _data(2, "tiny") + b"".join([*constants, *inputs, *outputs])
    return _number(1, 8) + _data(7, graph) + _data(8, _data(1, "") + _number(2, 13))


def write_encoder(file: Path) -> None:
    """``input`` ``(1, 3, 1024, 1024)`` to ``output`` ``(1, 1, 256, 256)``: brightness."""
    pool = _node("AveragePool", ["input"], "small", kernel_shape=[4, 4], strides=[4, 4])
    mean = _node("ReduceMean", ["small"], "output", axes=[1])
    inputs = [_value(11, "input", ["batch_size", 3, 1024, 1024])]
    file.write_bytes(_model([pool, mean], [], inputs, [_value(12, "output", [1, 1, 256, 256])]))


def write_decoder(file: Path) -> None:
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
        _value(11, "image_embeddings", [1, 1, 256, 256]),
        _value(11, "point_coords", [1, "num_points", 2]),
        _value(11, "point_labels", [1, "num_points"]),
        _value(11, "mask_input", [1, 1, 256, 256]),
        _value(11, "has_mask_input", [1]),
        _value(11, "orig_im_size", [2]),
    ]
    outputs = [
        _value(12, "masks", [1, 1, 256, 256]),
        _value(12, "iou_predictions", [1, 1]),
        _value(12, "low_res_masks", [1, 1, 256, 256]),
    ]
    file.write_bytes(_model(nodes, constants, inputs, outputs))


def encoder_layout(side: int = 1024) -> bytes:
    """A file with the names, sizes and places that MobileSAM's published encoder has, but no network in it."""
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
    nodes = []
    for name, numbers in values.items():
        raw = struct.pack(f"<{len(numbers)}q", *numbers)
        tensor = _number(1, len(numbers)) + _number(2, _INT64) + _data(8, f"raw {name} ") + _data(9, raw)
        value = _data(5, _data(1, "value") + _data(5, tensor) + _number(20, 4))
        nodes.append(_data(1, _data(2, name + "_output_0") + _data(3, name) + _data(4, "Constant") + value))
    inputs = [_value(11, "input", ["batch_size", 3, side, side])]
    return _model(nodes, [], inputs, [_value(12, "output", ["batch_size", 256, side // 16, side // 16])])
