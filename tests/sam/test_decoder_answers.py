"""MobileSAM's decoder with all the answers that it works out, and which of them a click means."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from onnx_files import ONE_CLICK_SCORES, write_decoder, write_encoder

from models.registry import MOBILE_SAM_DECODER, MOBILE_SAM_ENCODER
from models.sam.decoder_answers import ANSWERS, SCORES, with_all_answers
from models.sam.decoder_rows import UnknownDecoder
from models.sam.onnx_segmenter import OnnxSegmenter, likeliest_first
from models.sam.protocol import SegmentPrompt
from models.weights import WeightsError, find_weights

WIDTH, HEIGHT = 256, 144


def one_click() -> SegmentPrompt:
    return SegmentPrompt(np.array([[128, 72]], np.float32), np.ones(1, np.int64))


def bright() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.full((HEIGHT, WIDTH, 3), 230, np.uint8)


@pytest.fixture
def several(tmp_path: Path) -> OnnxSegmenter:
    write_encoder(tmp_path / "encoder.onnx")
    write_decoder(tmp_path / "decoder.onnx", several=True)
    return OnnxSegmenter(tmp_path / "encoder.onnx", tmp_path / "decoder.onnx", threads=1)


def test_a_click_has_three_answers_more_clicks_have_four_and_a_box_has_one(several: OnnxSegmenter) -> None:
    embedding = several.embed(bright())
    found = several.predict(embedding, one_click())
    areas = [int(mask.sum()) for mask in found.masks]
    assert len(areas) == len(found.low_res) == 3 and 0 < areas[1] < areas[2] < areas[0], "whole, smallest, larger part"
    assert found.scores.tolist() == pytest.approx([ONE_CLICK_SCORES[place] for place in (3, 1, 2)])
    points = np.array([[128, 72], [140, 80]], np.float32)
    again = several.predict(embedding, SegmentPrompt(points, np.ones(2, np.int64), low_res=found.low_res[0]))
    assert again.scores.tolist() == pytest.approx([ONE_CLICK_SCORES[place] for place in (0, 1, 3, 2)])
    assert len(several.predict(embedding, SegmentPrompt(box=(90, 30, 170, 110))).masks) == 1


def test_a_decoder_of_which_one_answer_is_known_gives_that(tmp_path: Path) -> None:
    write_encoder(tmp_path / "encoder.onnx")
    write_decoder(tmp_path / "decoder.onnx")
    segmenter = OnnxSegmenter(tmp_path / "encoder.onnx", tmp_path / "decoder.onnx", threads=1)
    assert len(segmenter.predict(segmenter.embed(bright()), one_click()).masks) == 1


def answers(*wholes: tuple[slice, slice]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Logits of four answers, of which the whole takes these parts of the grid."""
    logits = np.full((4, 144, 256), -4, np.float32)
    for whole in wholes:
        logits[3][whole] = 4
    return logits


THING = (slice(40, 100), slice(60, 160))
BESIDE = (slice(40, 100), slice(180, 250))
GROUND = (slice(0, 144), slice(0, 200))
CLICK = 70, 100
PART_BELIEVED = np.array([0, 0.97, 0.8, 0.9], np.float32)


def test_the_whole_is_taken_unless_a_part_is_believed_clearly_more() -> None:
    assert likeliest_first(PART_BELIEVED, answers(THING), CLICK)[0] == 3
    assert likeliest_first(PART_BELIEVED - (0, 0, 0, 0.3), answers(THING), CLICK)[0] == 1
    larger = np.array([1, 0.9, 0.85, 0.3], np.float32)
    assert likeliest_first(larger, answers(THING), CLICK).tolist() == [2, 1, 3], "the first is not asked for"


@pytest.mark.parametrize("wholes", [(GROUND,), (THING, BESIDE), (BESIDE,)], ids=["ground", "two things", "elsewhere"])
def test_a_whole_that_is_no_one_thing_under_the_click_is_no_likelier(wholes: tuple[tuple[slice, slice], ...]) -> None:
    assert likeliest_first(PART_BELIEVED, answers(*wholes), CLICK)[0] == 1


def test_more_than_a_click_has_its_own_answer_first() -> None:
    assert likeliest_first(PART_BELIEVED, answers(THING), None).tolist() == [0, 1, 3, 2]


def test_another_decoder_is_left_alone(tmp_path: Path) -> None:
    write_decoder(tmp_path / "decoder.onnx")
    for model in (b"no network", (tmp_path / "decoder.onnx").read_bytes()):
        with pytest.raises(UnknownDecoder):
            with_all_answers(model)


def test_all_answers_come_beside_the_one_that_is_picked(tmp_path: Path) -> None:
    write_decoder(tmp_path / "decoder.onnx", several=True)
    model = with_all_answers((tmp_path / "decoder.onnx").read_bytes())
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    feeds = {
        "image_embeddings": np.ones((1, 1, 256, 256), np.float32),
        "point_coords": np.array([[[512, 512]]], np.float32),
        "point_labels": np.ones((1, 1), np.float32),
        "mask_input": np.zeros((1, 1, 256, 256), np.float32),
        "has_mask_input": np.zeros(1, np.float32),
        "orig_im_size": np.array([256, 256], np.float32),
    }
    picked, answers, scores = session.run(["low_res_masks", ANSWERS, SCORES], feeds)
    assert answers.shape == (1, 4, 256, 256) and np.array_equal(answers[:, 2:3], picked)
    assert scores.tolist()[0] == pytest.approx(ONE_CLICK_SCORES)


@pytest.mark.slow
def test_mobile_sams_answers_to_a_click_are_a_part_and_the_whole(fetched_weights: Path) -> None:
    try:
        files = [find_weights(entry, fetched_weights) for entry in (MOBILE_SAM_ENCODER, MOBILE_SAM_DECODER)]
    except WeightsError as error:
        pytest.skip(f"MobileSAM was not fetched: {error}")
    segmenter = OnnxSegmenter(*files)
    picture = np.full((HEIGHT, WIDTH, 3), (40, 60, 50), np.uint8)
    picture[30:120, 90:170] = (200, 60, 40)  # a red thing
    picture[60:90, 115:145] = (240, 240, 240)  # with a white patch, which is clicked
    found = segmenter.predict(segmenter.embed(picture), one_click())
    areas = [int(mask.sum()) for mask in found.masks]
    patch, thing = 30 * 30, 90 * 80
    assert len(areas) == 3
    assert any(abs(area - patch) < 0.2 * patch for area in areas), areas
    assert any(abs(area - thing) < 0.2 * thing for area in areas), areas
