"""Segmenters: the same prompts, asked of tiny networks, of a tiny Segment Anything with random weights, of GrabCut."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx_files import write_decoder, write_encoder
from tiny_sam import tiny_sam

from models.registry import MOBILE_SAM_DECODER, MOBILE_SAM_ENCODER
from models.sam.grabcut_segmenter import GrabCutSegmenter
from models.sam.onnx_segmenter import OnnxSegmenter
from models.sam.protocol import Segmenter, SegmenterError, SegmentPrompt, full_size, rough_logits
from models.weights import WeightsError, find_weights

WIDTH, HEIGHT = 240, 136


def two_discs() -> tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.bool_]]:
    """A dark, noisy picture with two bright discs, and where they are."""
    down, across = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    left = (across - 70) ** 2 + (down - 60) ** 2 < 24**2
    right = (across - 175) ** 2 + (down - 70) ** 2 < 24**2
    noise = np.random.default_rng(3).integers(0, 14, (HEIGHT, WIDTH, 3))
    picture = np.where((left | right)[..., None], (230, 200, 40), (30, 42, 50)) + noise
    return picture.astype(np.uint8), left, right


def clicks(*points: tuple[float, float, int], box: tuple[float, ...] | None = None) -> SegmentPrompt:
    places = np.array([point[:2] for point in points], np.float32).reshape(-1, 2)
    labels = np.array([point[2] for point in points], np.int64)
    return SegmentPrompt(places, labels, box)  # type: ignore[arg-type]


def overlap(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    return float((first & second).sum() / (first | second).sum())


@pytest.fixture(scope="module")
def onnx(tmp_path_factory: pytest.TempPathFactory) -> OnnxSegmenter:
    folder = tmp_path_factory.mktemp("onnx")
    write_encoder(folder / "encoder.onnx")
    write_decoder(folder / "decoder.onnx")
    return OnnxSegmenter(folder / "encoder.onnx", folder / "decoder.onnx", threads=1)


@pytest.fixture(params=["onnx", "grabcut"])
def segmenter(request: pytest.FixtureRequest) -> Segmenter:
    return request.getfixturevalue("onnx") if request.param == "onnx" else GrabCutSegmenter()


def test_a_click_marks_the_thing_under_it_and_not_the_other(segmenter: Segmenter) -> None:
    picture, left, right = two_discs()
    embedding = segmenter.embed(picture)
    for place, disc in (((70.5, 60.5), left), ((175.5, 70.5), right)):
        found = segmenter.predict(embedding, clicks((*place, 1)))
        assert len(found.masks) == 1 and found.masks[0].shape == (HEIGHT, WIDTH) and found.masks[0].dtype == np.bool_
        assert overlap(found.masks[0], disc) > 0.9
    assert embedding.size_bytes > 0


def test_two_clicks_mark_both_and_an_excluding_one_leaves_its_thing_out(segmenter: Segmenter) -> None:
    picture, left, right = two_discs()
    embedding = segmenter.embed(picture)
    both = segmenter.predict(embedding, clicks((70, 60, 1), (175, 70, 1))).masks[0]
    assert overlap(both, left | right) > 0.9
    one = segmenter.predict(embedding, clicks((70, 60, 1), (175, 70, 1), (178, 72, 0))).masks[0]
    assert not one[72, 178] and one[60, 70]


def test_a_rough_mask_is_refined(segmenter: Segmenter) -> None:
    picture, left, _ = two_discs()
    rough = np.zeros_like(left)
    rough[34:86, 44:96] = True
    prompt = SegmentPrompt(low_res=segmenter.low_res_of(rough))
    assert overlap(segmenter.predict(segmenter.embed(picture), prompt).masks[0], left) > overlap(rough, left) + 0.05


def test_the_answers_of_one_picture_do_not_depend_on_what_was_asked_before(segmenter: Segmenter) -> None:
    picture, _, _ = two_discs()
    embedding = segmenter.embed(picture)
    first = segmenter.predict(embedding, clicks((70, 60, 1)))
    segmenter.predict(embedding, clicks((175, 70, 1)))
    again = segmenter.predict(embedding, clicks((70, 60, 1)))
    assert np.array_equal(first.masks[0], again.masks[0]) and np.array_equal(first.low_res, again.low_res)


def test_grabcut_looks_only_in_the_box() -> None:
    picture, left, _ = two_discs()
    segmenter = GrabCutSegmenter()
    found = segmenter.predict(segmenter.embed(picture), clicks(box=(40, 30, 100, 90))).masks[0]
    assert overlap(found, left) > 0.9


def test_a_box_in_which_colours_tell_nothing_is_answered_by_the_shape_that_fits_it() -> None:
    grey = np.random.default_rng(0).integers(90, 160, (120, 160, 3)).astype(np.uint8)
    segmenter = GrabCutSegmenter()
    found = segmenter.predict(segmenter.embed(grey), clicks(box=(40, 20, 80, 100))).masks[0]
    assert not found[:, :38].any() and not found[:, 82:].any()
    assert 0.1 < found[20:100, 40:80].mean() < 1


def test_a_prompt_without_a_place_is_empty() -> None:
    assert SegmentPrompt().is_empty and clicks((3, 4, 0)).is_empty
    assert not clicks((3, 4, 1)).is_empty and not clicks(box=(0, 0, 9, 9)).is_empty


@pytest.mark.parametrize("size", [(136, 240), (240, 136), (50, 50), (1080, 1920)])
def test_a_mask_goes_to_the_grid_and_back(size: tuple[int, int]) -> None:
    height, width = size
    mask = np.zeros(size, np.bool_)
    mask[height // 4 : height // 2, width // 3 : 2 * width // 3] = True
    assert overlap(full_size(rough_logits(mask, 256), height, width), mask) > 0.97


def test_what_really_computes_is_told(onnx: OnnxSegmenter) -> None:
    assert onnx.running_on == "ONNX Runtime, CPU, 1 thread" and onnx.name == "mobile-sam"
    assert GrabCutSegmenter().running_on == "OpenCV, CPU"


def test_a_file_that_is_no_network_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "encoder.onnx").write_bytes(b"no network")
    with pytest.raises(SegmenterError, match=r"encoder\.onnx cannot be used .*fetch mobile-sam again"):
        OnnxSegmenter(tmp_path / "encoder.onnx", tmp_path / "encoder.onnx")


class Stopped(Exception):
    """What a test's checkpoint raises."""


def test_a_stop_ends_the_encoder(onnx: OnnxSegmenter) -> None:
    def stop() -> None:
        raise Stopped

    with pytest.raises(Stopped):
        onnx.embed(two_discs()[0], stop)
    assert not [thread for thread in threading.enumerate() if thread.name == "segmenter-watch"]


@pytest.fixture(scope="module")
def sam() -> Segmenter:
    from models.sam.torch_segmenter import TorchSegmenter

    return TorchSegmenter(tiny_sam(), "vit-b")


def test_torchs_sam_has_three_candidates_for_one_click_and_its_own_answer_first_for_more(sam: Segmenter) -> None:
    picture, left, _ = two_discs()
    embedding = sam.embed(picture)
    one = sam.predict(embedding, clicks((70, 60, 1)))
    assert [each.shape for each in one.masks] == 3 * [(HEIGHT, WIDTH)] and one.low_res.shape == (3, 16, 16)
    assert list(one.scores) == sorted(one.scores, reverse=True)
    for prompt in (
        clicks((70, 60, 1), (9, 9, 0)),
        clicks(box=(40, 30, 100, 90)),
        clicks((70, 60, 1), box=(1, 2, 9, 9)),
    ):
        more = sam.predict(embedding, prompt)
        assert len(more.masks) == 4 and list(more.scores[1:]) == sorted(more.scores[1:], reverse=True)
    refined = sam.predict(embedding, SegmentPrompt(low_res=sam.low_res_of(left)))
    assert len(refined.masks) == 4 and sam.running_on.startswith("torch, CPU")


def test_torchs_sam_gives_what_the_published_predictor_gives() -> None:
    """Its own ``SamPredictor`` needs torchvision to resize: the picture has the network's size already."""
    import torch

    from models.sam.torch_segmenter import TorchSegmenter

    network = tiny_sam()
    segmenter = TorchSegmenter(network, "vit-b")
    picture = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    found = segmenter.predict(segmenter.embed(picture), clicks((20.5, 30.5, 1), (50.5, 9.5, 0)))
    with torch.inference_mode():
        features = network.image_encoder(network.preprocess(torch.from_numpy(picture).permute(2, 0, 1)[None].float()))  # type: ignore[attr-defined]
        points = torch.tensor([[[20.0, 30.0], [50.0, 9.0]]]), torch.tensor([[1, 0]])
        sparse, dense = network.prompt_encoder(points=points, boxes=None, masks=None)  # type: ignore[attr-defined]
        low_res, scores = network.mask_decoder(  # type: ignore[attr-defined]
            image_embeddings=features,
            image_pe=network.prompt_encoder.get_dense_pe(),  # type: ignore[attr-defined]
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense,
            multimask_output=False,
        )
    assert np.allclose(found.low_res[0], low_res[0, 0].numpy(), atol=1e-4)
    assert found.scores[0] == pytest.approx(float(scores[0, 0]), abs=1e-5)


def test_torchs_sam_hears_a_stop_between_blocks(sam: Segmenter) -> None:
    heard: list[int] = []

    def checkpoint() -> None:
        heard.append(1)
        if len(heard) == 2:
            raise Stopped

    with pytest.raises(Stopped):
        sam.embed(two_discs()[0], checkpoint)
    assert sam.embed(two_discs()[0]).size_bytes > 0 and len(heard) == 2


def test_an_official_checkpoint_is_read_strictly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from models.sam import torch_segmenter

    package = torch_segmenter.segment_anything()
    monkeypatch.setitem(package.sam_model_registry, "vit_b", tiny_sam)
    torch.save(tiny_sam().state_dict(), tmp_path / "sam.pth")  # type: ignore[attr-defined]
    assert torch_segmenter.open_checkpoint(tmp_path / "sam.pth", "vit-b").name == "vit-b"
    torch.save({"other": torch.zeros(1)}, tmp_path / "other.pth")
    with pytest.raises(SegmenterError, match=r"other\.pth cannot be used"):
        torch_segmenter.open_checkpoint(tmp_path / "other.pth", "vit-b")
    (tmp_path / "broken.pth").write_bytes(b"\x80no pickle")
    with pytest.raises(SegmenterError, match=r"broken\.pth cannot be used"):
        torch_segmenter.open_checkpoint(tmp_path / "broken.pth", "vit-b")


def test_segment_anything_is_imported_without_torchvision_and_leaves_no_stand_in() -> None:
    code = (
        "import sys; from models.sam.torch_segmenter import segment_anything; package = segment_anything(); "
        "print(sorted(package.sam_model_registry), [name for name in sys.modules if name.startswith('torchvision')])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert "'vit_b'" in answer.stdout


@pytest.fixture
def mobile_sam(fetched_weights: Path) -> OnnxSegmenter:
    try:
        files = [find_weights(entry, fetched_weights) for entry in (MOBILE_SAM_ENCODER, MOBILE_SAM_DECODER)]
    except WeightsError as error:
        pytest.skip(f"MobileSAM was not fetched: {error}")
    return OnnxSegmenter(*files)


@pytest.mark.slow
def test_mobile_sam_finds_a_disc_from_a_click_and_from_a_box(mobile_sam: OnnxSegmenter) -> None:
    picture, left, _ = two_discs()
    embedding = mobile_sam.embed(picture)
    for prompt in (clicks((70, 60, 1)), clicks(box=(44, 34, 96, 86))):
        found = mobile_sam.predict(embedding, prompt)
        assert overlap(found.masks[0], left) > 0.9 and found.scores[0] > 0.8


def test_a_driver_for_cuda_is_looked_for_without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    import ctypes

    from models.devices import has_cuda_driver

    asked: list[str] = []

    def missing(name: str) -> None:
        asked.append(name)
        raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", missing)
    assert not has_cuda_driver() and all("cuda" in name for name in asked)
    monkeypatch.setattr(ctypes, "CDLL", asked.append)
    monkeypatch.setattr("sys.platform", "linux")
    assert has_cuda_driver()
