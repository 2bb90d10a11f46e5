"""MobileSAM's decoder asked for a part of its answer: what is asked for is the same to the last bit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from onnx_files import write_decoder

from models.registry import MOBILE_SAM_DECODER, MOBILE_SAM_ENCODER
from models.sam import onnx_segmenter
from models.sam.decoder_rows import CELLS, UnknownDecoder, with_cells
from models.sam.onnx_segmenter import OnnxSegmenter
from models.sam.protocol import OUTSIDE, SegmentPrompt
from models.weights import WeightsError, find_weights

ENLARGING = [f"/output_upscaling/output_upscaling.{number}/ConvTranspose" for number in (0, 3)]


def _enlarged(source: str, weights: str, answer: str, name: str, stride: int) -> NodeProto:
    strides = [stride, stride]
    return helper.make_node("ConvTranspose", [source, weights], [answer], name, kernel_shape=[2, 2], strides=strides)


def enlarging(*, stride: int = 2) -> ModelProto:
    """The last part of a decoder: 64 cells of 3 channels become 256 rows and columns."""
    random = np.random.default_rng(0)
    weights = [
        numpy_helper.from_array(random.normal(0, 1, shape).astype(np.float32), name)
        for name, shape in (("first", (3, 4, 2, 2)), ("second", (4, 1, 2, 2)))
    ]
    nodes = [
        helper.make_node("Relu", ["image"], ["cells_all"]),
        _enlarged("cells_all", "first", "half", ENLARGING[0], stride),
        _enlarged("half", "second", "answer", ENLARGING[1], stride),
    ]
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, channels, None, None])
        for name, channels in (("image", 3), ("answer", 1))
    ]
    graph = helper.make_graph(nodes, "tiny", ends[:1], ends[1:], weights)
    return helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 13)])


def test_the_cells_that_are_asked_for_keep_their_values_and_the_others_are_not_worked_out() -> None:
    square = enlarging().SerializeToString()
    image = np.random.default_rng(1).normal(0, 1, (1, 3, 64, 64)).astype(np.float32)
    (whole,) = _run(square, {"image": image})
    (part,) = _run(with_cells(square), {"image": image, CELLS: np.array([37, 64], np.int64)})
    assert whole.shape == (1, 1, 256, 256) and part.shape == (1, 1, 148, 256)
    assert np.array_equal(part, whole[:, :, :148])


def _run(model: bytes, feeds: dict[str, NDArray[np.generic]]) -> list[NDArray[np.float32]]:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return [np.asarray(each) for each in session.run(["answer"], feeds)]


def _unnamed() -> bytes:
    model = enlarging()
    model.graph.node[2].name = "another"
    file: bytes = model.SerializeToString()
    return file


def _overlapping() -> bytes:
    file: bytes = enlarging(stride=1).SerializeToString()
    return file


@pytest.mark.parametrize(
    "make",
    [lambda: b"no network", _unnamed, _overlapping],
    ids=["text", "unnamed", "cells that overlap"],
)
def test_another_decoder_is_left_alone(make: Callable[[], bytes]) -> None:
    with pytest.raises(UnknownDecoder):
        with_cells(make())


def test_a_decoder_that_is_not_known_answers_for_the_whole_square(tmp_path: Path) -> None:
    write_decoder(tmp_path / "decoder.onnx")
    decoder = onnx_segmenter.opened_decoder(tmp_path / "decoder.onnx", cuda=False, threads=1)
    assert not decoder.answers_parts and CELLS not in [each.name for each in decoder.network.get_inputs()]


@pytest.mark.slow
@pytest.mark.parametrize("size", [(320, 180), (180, 320), (300, 300), (320, 179)])
def test_mobile_sams_masks_are_the_same_where_only_the_pictures_part_is_answered(
    fetched_weights: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    try:
        files = [find_weights(entry, fetched_weights) for entry in (MOBILE_SAM_ENCODER, MOBILE_SAM_DECODER)]
    except WeightsError as error:
        pytest.skip(f"MobileSAM was not fetched: {error}")
    width, height = size
    picture = np.random.default_rng(0).integers(60, 110, (height, width, 3)).astype(np.uint8)
    picture[height // 2 :, width // 4 : width // 2] = (220, 60, 40)  # down to the lower border
    answers = []
    for in_parts in (True, False):
        if not in_parts:
            monkeypatch.setattr(onnx_segmenter, "with_cells", _refuse)
        segmenter = OnnxSegmenter(*files)
        for side_px in (None, 448):
            prompt = SegmentPrompt(np.array([[0.4 * width, 0.8 * height]], np.float32), np.ones(1, np.int64))
            answers.append(segmenter.predict(segmenter.embed(picture, side_px=side_px), prompt))
    for part, whole in zip(answers[:2], answers[2:], strict=True):
        assert np.array_equal(list(part.masks), list(whole.masks)) and np.array_equal(part.scores, whole.scores)
        assert part.masks[0].any() and part.low_res.shape == whole.low_res.shape == (3, 256, 256)
    if width != height:
        assert (answers[0].low_res == OUTSIDE).any(), "what was not asked for is outside"


def _refuse(_model: bytes) -> bytes:
    raise UnknownDecoder("for the whole square")
