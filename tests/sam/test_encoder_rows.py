"""MobileSAM's encoder for pictures that are no squares: sizes changed in the file's content, masks all but the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import ModelProto, load_model_from_string, numpy_helper
from onnx_files import encoder_layout, write_decoder, write_encoder

from models.registry import MOBILE_SAM_DECODER, MOBILE_SAM_ENCODER
from models.sam import onnx_segmenter
from models.sam.encoder_rows import UnknownEncoder, needed_size, shortened
from models.sam.onnx_segmenter import OnnxSegmenter
from models.sam.protocol import SegmentPrompt
from models.weights import WeightsError, find_weights

WIDE = {
    "/layers.1/blocks.1/Constant_3": [84],  # rows of cells
    "/layers.1/blocks.1/Constant_4": [128],  # columns
    "/layers.1/blocks.1/Constant_6": [0, 0, 0, 5, 0, 0],  # padding up to whole windows
    "/layers.2/blocks.5/Constant_20": [3],  # rows of windows
    "/layers.3/blocks.0/Constant_24": [42],  # rows with the padding
    "/layers.2/downsample/Constant": [1, 42, 64, -1],
    "/Constant_2": [42],
}


def numbers(model: ModelProto) -> dict[str, list[int]]:
    """What the constants of a network say, by name."""
    return {node.name: numpy_helper.to_array(node.attribute[0].t).tolist() for node in model.graph.node}


def sides(model: ModelProto) -> list[int]:
    """Height and width of what a network takes, and of what it answers."""
    ends = model.graph.input[0], model.graph.output[0]
    return [side.dim_value for end in ends for side in end.type.tensor_type.shape.dim[-2:]]


def test_every_size_of_the_encoder_becomes_the_pictures() -> None:
    square = encoder_layout()
    wide = load_model_from_string(shortened(square.SerializeToString(), 672, 1024))
    said = numbers(wide)
    assert {name: said[name] for name in WIDE} == WIDE
    assert sides(wide) == [672, 1024, 42, 64]
    old = numbers(square)
    rows = {name for name in said if said[name] != old[name]}
    assert len(rows) == 10 * 8 + 2 + 1 and all(len(said[name]) == len(old[name]) for name in said)


def test_the_square_stays_as_it_is() -> None:
    square = encoder_layout().SerializeToString()
    assert shortened(square, 1024, 1024) == square


def test_a_tall_picture_changes_columns_where_a_wide_one_changes_rows() -> None:
    square = encoder_layout().SerializeToString()
    tall = load_model_from_string(shortened(square, 1024, 672))
    assert sides(tall) == [1024, 672, 64, 42]
    assert numbers(tall)["/layers.1/blocks.1/Constant_3"] == [128]
    assert numbers(tall)["/layers.1/blocks.1/Constant_4"] == [84]
    assert numbers(tall)["/layers.1/blocks.1/Constant_6"] == [0, 0, 0, 0, 0, 5]


def _changed(change: Callable[[ModelProto], None]) -> bytes:
    """The published encoder's layout, but for one thing."""
    model = encoder_layout()
    change(model)
    return model.SerializeToString()


def _rename(model: ModelProto) -> None:
    model.graph.node[4].name += "X"


def _say_floats(model: ModelProto) -> None:
    model.graph.node[4].attribute[0].t.CopyFrom(numpy_helper.from_array(np.array([128], np.float32)))


def _lose_numbers(model: ModelProto) -> None:
    model.graph.node[4].attribute[0].t.raw_data = b"1234"


def _lose_the_output(model: ModelProto) -> None:
    del model.graph.output[:]


def _take_smaller_squares(model: ModelProto) -> None:
    model.graph.input[0].type.tensor_type.shape.dim[-1].dim_value = 512


@pytest.mark.parametrize(
    "other",
    [
        b"",
        b"no network",
        encoder_layout().SerializeToString()[:-40],
        encoder_layout(side=512).SerializeToString(),
        *map(_changed, (_rename, _say_floats, _lose_numbers, _lose_the_output, _take_smaller_squares)),
    ],
    ids=["empty", "text", "cut off", "smaller", "unnamed", "floats", "no numbers", "no output", "smaller squares"],
)
def test_another_encoder_is_left_alone(other: bytes) -> None:
    with pytest.raises(UnknownEncoder):
        shortened(other, 672, 1024)


@pytest.mark.parametrize(
    ("height", "width", "size"),
    [(270, 480, (672, 1024)), (480, 270, (1024, 672)), (480, 480, (1024, 1024)), (40, 480, (224, 1024))],
)
def test_no_more_rows_are_looked_at_than_a_picture_needs(height: int, width: int, size: tuple[int, int]) -> None:
    assert needed_size(height, width) == size


def test_an_encoder_that_is_not_known_looks_at_the_whole_square(tmp_path: Path) -> None:
    write_encoder(tmp_path / "encoder.onnx")
    write_decoder(tmp_path / "decoder.onnx")
    picture = np.zeros((90, 160, 3), np.uint8)
    picture[20:60, 30:80] = 255
    prompt = SegmentPrompt(np.array([[50, 40]], np.float32), np.ones(1, np.int64))
    found = []
    for side_px in (None, 1024, 448):
        segmenter = OnnxSegmenter(tmp_path / "encoder.onnx", tmp_path / "decoder.onnx")
        assert "CPU" in segmenter.running_on
        found.append(segmenter.predict(segmenter.embed(picture, side_px=side_px), prompt).masks[0])
    assert found[0].any() and np.array_equal(found[0], found[1]) and np.array_equal(found[0], found[2])


def test_encoders_of_a_few_sizes_are_kept_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_encoder(tmp_path / "encoder.onnx")
    write_decoder(tmp_path / "decoder.onnx")
    opened: list[tuple[int, int]] = []

    def noted(model: bytes, rows: int, columns: int) -> bytes:
        opened.append((rows, columns))
        return model

    monkeypatch.setattr(onnx_segmenter, "shortened", noted)
    networks = onnx_segmenter.Networks(tmp_path / "encoder.onnx", tmp_path / "decoder.onnx", cuda=False, threads=1)
    sizes = [(224 * rows, 224 * columns) for rows in (1, 2, 3) for columns in (1, 2, 3)]
    for rows, columns in sizes:
        assert networks.encoder_for(rows, columns, max(rows, columns))[2:] == (rows, columns)
        assert networks.opened <= 1 + onnx_segmenter.MOST_SIZES
        networks.encoder_for(*sizes[0], 224)  # one that is asked for again and again stays
    assert opened.count(sizes[0]) == 1 and set(opened) == set(sizes)
    networks.encoder_for(*sizes[1], 448)
    assert opened.count(sizes[1]) == 2
    assert networks.encoder_for(90, 160, None)[2:] == (1024, 1024)


def _shapes(size: tuple[int, int]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """A bright shape low in a textured picture of a width and height, and its mask."""
    width, height = size
    picture = np.random.default_rng(0).integers(60, 110, (height, width, 3)).astype(np.uint8)
    rows, columns = np.mgrid[:height, :width]
    shape = ((rows - 0.7 * height) / (0.22 * height)) ** 2 + ((columns - 0.6 * width) / (0.15 * width)) ** 2 <= 1
    picture[shape] = (220, 60, 40)
    return picture, np.asarray(shape)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "side_px", "least"),
    [((320, 180), 1024, 0.97), ((180, 320), 1024, 0.97), ((320, 180), 448, 0.93), ((180, 320), 600, 0.93)],
)
def test_mobile_sams_masks_are_the_same_without_the_padding_and_from_fewer_pixels(
    fetched_weights: Path, size: tuple[int, int], side_px: int, least: float
) -> None:
    try:
        files = [find_weights(entry, fetched_weights) for entry in (MOBILE_SAM_ENCODER, MOBILE_SAM_DECODER)]
    except WeightsError as error:
        pytest.skip(f"MobileSAM was not fetched: {error}")
    picture, shape = _shapes(size)
    rows, columns = np.flatnonzero(shape.any(1)), np.flatnonzero(shape.any(0))
    box = float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)
    found = []
    segmenter = OnnxSegmenter(*files)
    for each in (None, side_px):
        prompt = SegmentPrompt(box=box, low_res=segmenter.low_res_of(shape))
        answer = segmenter.predict(segmenter.embed(picture, side_px=each), prompt)
        assert answer.low_res.shape == (1, 256, 256)
        found.append(answer.masks[0])
    assert (found[0] & found[1]).sum() / (found[0] | found[1]).sum() > least
    assert (found[1] & shape).sum() / (found[1] | shape).sum() > 0.9
