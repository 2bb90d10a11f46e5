"""``cleanplate benchmark`` as a whole, on cached composites of a few frames."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from rich.console import Console

from app import environment
from app.benchmark import ALL_METHODS, CLASSICAL_METHODS, BenchmarkOptions, fill_with, run_benchmark
from app.core.errors import UserError
from models.inpainting.generator import InpaintingGenerator
from models.training.composites.building import Composite
from models.training.composites.demo import demo_composites
from models.training.data.method import box_holes, dilate_holes
from models.training.rivals.baselines import BASELINES
from models.vornet.refinement import RefinementNetwork
from models.weights import save_network


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    scene = cv2.resize(rng.uniform(20, 230, (20, 32, 3)).astype(np.float32), (160, 96), interpolation=cv2.INTER_CUBIC)
    truth = np.broadcast_to(np.clip(scene, 0, 255).astype(np.uint8), (8, 96, 160, 3)).copy()
    masks = np.zeros((8, 96, 160), np.bool_)
    for index in range(8):
        masks[index, 30:60, 20 + 10 * index : 50 + 10 * index] = True
    frames = truth.copy()
    frames[masks] = 255
    Composite("still+square", "still", "square", "static", frames, truth, masks).save(tmp_path / "cache")
    return tmp_path / "cache"


def test_methods_are_the_baselines_and_ours() -> None:
    assert set(CLASSICAL_METHODS) == set(BASELINES)


def test_a_run_prints_a_table_and_writes_csv_markdown_and_a_picture(cache: Path, tmp_path: Path) -> None:
    text = io.StringIO()
    out = tmp_path / "out"
    options = BenchmarkOptions(out=out, data=cache, methods=("median", "naive"))
    results = run_benchmark(options, Console(file=text))
    assert [result.method for result in results] == ["median", "naive"]
    assert results[0].scores.psnr_db > results[1].scores.psnr_db
    assert results[0].frames_per_second > 0
    assert "LPIPS and tLP not computed: weights missing" in " ".join(text.getvalue().split())
    assert "still+square" in text.getvalue()
    rows = list(csv.DictReader(io.StringIO((out / "results.csv").read_text())))
    assert [row["method"] for row in rows] == ["median", "naive"] and rows[0]["lpips"] == ""
    assert "| naive |" in (out / "tables.md").read_text()
    picture = cv2.imdecode(np.frombuffer((out / "picture.png").read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape[1] > 3 * 160
    assert sorted(file.name for file in out.iterdir()) == ["picture.png", "results.csv", "tables.md"]


@pytest.mark.parametrize("method", ["live", "live+15", "final"])
def test_our_engine_fills_the_hole_and_nothing_else(method: str) -> None:
    composite = next(iter(demo_composites(environment.resource("demo"), size=(216, 120))))
    frames, holes = composite.frames[:6], dilate_holes(composite.masks[:6])
    filled = fill_with(method, frames, holes)
    assert np.array_equal(filled.frames[~holes], frames[~holes])
    assert (filled.frames != frames)[holes].mean() > 0.5
    assert filled.seen is not None and not (filled.seen & ~holes).any()


def test_networks_are_tried_from_a_folder_and_left_out_where_they_are_not(cache: Path, tmp_path: Path) -> None:
    text, out = io.StringIO(), tmp_path / "out"
    torch.manual_seed(1)
    for name, network in (
        ("vornet", RefinementNetwork(width=4, hidden=8)),
        ("inpainting", InpaintingGenerator(width=2)),
    ):
        arrays = {key: tensor.numpy() for key, tensor in network.state_dict().items()}
        save_network(tmp_path / f"{name}.safetensors", type(network).__name__, network.config(), arrays)
    methods = ("live", "vornet-live", "inpainting")
    options = BenchmarkOptions(out=out, data=cache, methods=methods, boxes=True, weights=tmp_path)
    plain, refined, alone = run_benchmark(options, Console(file=text, width=200))
    assert refined.scores.psnr_db == plain.scores.psnr_db  # untrained: the same
    assert alone.scores.psnr_db < plain.scores.psnr_db
    assert "residual 0.00 of 255, skipped" in text.getvalue()
    with pytest.raises(UserError, match="vornet-paper are missing"):
        run_benchmark(BenchmarkOptions(out=out, data=cache, methods=("paper-live",), weights=tmp_path), Console())


def test_holes_can_be_the_objects_boxes() -> None:
    holes = np.zeros((2, 10, 12), np.bool_)
    holes[0, 2, 3] = holes[0, 6, 8] = True
    boxes = box_holes(holes)
    assert boxes[0, 2:7, 3:9].all() and boxes.sum() == 30


def test_results_of_another_run_stand_in_the_same_tables(cache: Path, tmp_path: Path) -> None:
    first = BenchmarkOptions(out=tmp_path / "first", data=cache, methods=("median", "telea"))
    run_benchmark(first, Console(file=io.StringIO()))
    kept = tmp_path / "first" / "results.csv"
    second = BenchmarkOptions(out=tmp_path / "second", data=cache, methods=("telea", "naive"), beside=kept)
    assert len(run_benchmark(second, Console(file=io.StringIO()))) == 2
    rows = list(csv.DictReader(io.StringIO((tmp_path / "second" / "results.csv").read_text())))
    assert [row["method"] for row in rows] == ["median", "telea", "naive"]
    assert rows[0] == next(csv.DictReader(io.StringIO(kept.read_text())))
    kept.write_text("composite,kind\na,b\n")
    with pytest.raises(UserError, match=r"results\.csv of another run"):
        run_benchmark(second, Console(file=io.StringIO()))


def test_composites_can_stand_still_so_that_nothing_is_seen(cache: Path, tmp_path: Path) -> None:
    options = BenchmarkOptions(out=tmp_path / "out", data=cache, methods=("telea", "live"), still=True)
    results = run_benchmark(options, Console(file=io.StringIO()))
    assert [result.composite for result in results[::2]] == ["still+square@0", "still+square@4"]
    assert all(result.scores.seen == 0 for result in results if result.method == "live")
    assert all(result.scores.flicker == 0 for result in results)


def test_an_unknown_method_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no method 'magic'; choose from telea"):
        run_benchmark(BenchmarkOptions(out=tmp_path, methods=("magic",)), Console(file=io.StringIO()))


def test_a_folder_without_footage_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not a folder"):
        run_benchmark(BenchmarkOptions(out=tmp_path / "out", data=tmp_path / "none"), Console(file=io.StringIO()))
    assert not (tmp_path / "out").exists()


def test_an_output_folder_that_cannot_be_made_is_named(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="cannot be made"):
        run_benchmark(BenchmarkOptions(out=tmp_path / "file" / "out", data=cache), Console(file=io.StringIO()))


def test_the_demo_clips_give_six_composites_of_both_kinds() -> None:
    composites = list(demo_composites(environment.resource("demo"), size=(216, 120)))
    assert len(composites) == 6 and {item.kind for item in composites} == {"static", "rigid"}
    assert len({item.name for item in composites}) == 6
    for item in composites:
        assert 0.005 < item.masks.mean() < 0.2 and item.masks.any(axis=(1, 2)).all()
        outside = ~dilate_holes(item.masks)
        assert np.array_equal(item.frames[outside], item.truth[outside])
    assert set(ALL_METHODS) >= {"live", "final"}
