"""VOIN's tables in small: composites whose truth is known, floors that are what they say, figures of the right rows."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from small_objects import write_objects

from models.training.voin.composites import VoinComposite, make_composites
from models.training.voin.tables import (
    SPOILS,
    flow_figures,
    flow_union,
    main,
    mask_iou,
    measure,
    picture_figures,
    robust_figures,
    scores,
    shape_figures,
    spoilt,
)
from models.voin.generator import AppearanceGenerator
from models.voin.object_flow import FlowNetwork
from models.voin.shape import ShapeNetwork
from models.voin.window_engine import VoinNetworks


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The drifting disc is a validation clip, the still one is watched."""
    folder = write_objects(tmp_path_factory.mktemp("objects"))
    for name, other in (("drifting", "davis_cows"), ("still", "davis_dog")):
        (folder / f"clips/{name}.avi").rename(folder / f"clips/{other}.avi")
        (folder / f"masks/{name}").rename(folder / f"masks/{other}")
    return folder


@pytest.fixture(scope="module")
def composite(data: Path) -> VoinComposite:
    return next(make_composites(data, frames=6, side_px=96))


def small() -> VoinNetworks:
    torch.manual_seed(0)
    return VoinNetworks(
        ShapeNetwork(width=8, first=4, embedded=4, layers=1).eval(),
        FlowNetwork(widths=(4, 8)).eval(),
        AppearanceGenerator(width=4, masks=2).eval(),
    )


def test_composites_are_of_whole_clips_of_their_group_and_fixed(data: Path, composite: VoinComposite) -> None:
    assert composite.name == "davis_cows-0"
    assert [each.name for each in make_composites(data, "watched", frames=3, side_px=64)] == ["davis_dog-0"]
    again = next(make_composites(data, frames=6, side_px=96))
    assert np.array_equal(again.frames, composite.frames) and np.array_equal(again.hidden, composite.hidden)


def test_the_truth_differs_from_the_frames_in_the_hidden_part_alone(composite: VoinComposite) -> None:
    changed = (composite.frames != composite.truth).any(-1)
    assert composite.hidden.any() and not changed[~composite.hidden].any()
    assert not (composite.visible & composite.occluder).any() and (composite.occluder | ~composite.hidden).all()
    assert np.array_equal(composite.truth[composite.hidden], composite.bare[composite.hidden])


def test_floors_of_the_shape_lie_between_nothing_and_the_truth(composite: VoinComposite) -> None:
    figures = shape_figures(composite, VoinNetworks())
    assert set(figures) == {"visible", "hull", "flow-warped", "other frames, no network"}
    assert all(0.2 < value <= 1 for value in figures.values())
    assert figures["hull"] >= figures["visible"]  # a disc is convex
    union = flow_union(composite)
    assert not (composite.visible & ~union).any() and not (union & ~composite.visible & ~composite.occluder).any()
    assert mask_iou(composite.amodal, composite.amodal, composite.hidden) == 1


def test_every_method_fills_the_hidden_part_and_is_scored_there(composite: VoinComposite) -> None:
    figures = picture_figures(composite, VoinNetworks(), None)
    assert set(figures) == {"telea", "propagation"}
    perfect = scores(composite.truth, composite, None)
    assert perfect["PSNR"] == 60 and perfect["SSIM"] == pytest.approx(1) and perfect["flicker"] == 0
    covered = scores(composite.frames, composite, None)
    assert figures["propagation"]["PSNR"] > covered["PSNR"]


def test_untrained_networks_equal_the_floors_of_flow_and_picture(composite: VoinComposite) -> None:
    flow = flow_figures(composite, small())
    assert flow["ours"] == pytest.approx(flow["own shift"], abs=1e-4) and flow["smooth"] > 0
    pictures = picture_figures(composite, replace(small(), shape=None), None)
    assert pictures["full"]["PSNR"] == pytest.approx(pictures["propagation"]["PSNR"], abs=1e-3)
    assert set(pictures) == {"telea", "propagation", "generator alone", "full"}


def test_rows_are_means_over_the_composites(composite: VoinComposite) -> None:
    rows = measure([composite, composite], small(), None)
    assert rows["shape: hull"]["mIoU"] == pytest.approx(shape_figures(composite, VoinNetworks())["hull"])
    ours = {"shape: ours", "shape: ours, class unknown", "shape: joined, as the product"}
    assert ours | {"flow: ours", "picture: full"} <= set(rows)


def test_masks_can_be_spoilt_in_many_ways(composite: VoinComposite) -> None:
    sizes = [spoilt(composite, spoil).visible.sum() for spoil in ("4 pixels too small", "1 pixels too small")]
    sizes += [composite.visible.sum()]
    sizes += [spoilt(composite, spoil).visible.sum() for spoil in ("1 pixels too large", "8 pixels too large")]
    assert sizes == sorted(set(sizes)) and spoilt(composite, "as given").visible.sum() == sizes[2]
    wrong = spoilt(composite, "grossly wrong")
    moved = [bool((one != other).any()) for one, other in zip(wrong.visible, composite.visible, strict=True)]
    assert moved[:3] == [False, True, False]


def test_wrong_masks_are_measured_against_the_truth(composite: VoinComposite) -> None:
    figures = robust_figures(composite, small(), None)
    assert list(figures) == list(SPOILS)
    assert figures["grossly wrong"]["mIoU"] != figures["as given"]["mIoU"]
    assert all("PSNR" in found for found in figures.values())
    assert figures["as given"]["at best"] == 1 > figures["4 pixels too small"]["at best"]


def test_the_command_prints_a_table_and_writes_it(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--data", str(data), "--takes", "1", "--frames", "3", "--side", "64", "--out", str(tmp_path / "t.json")]
    assert main(options) == 0
    printed = capsys.readouterr()
    assert "shape: hull" in printed.out and "LPIPS is left out" in printed.err
    written = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))
    assert written["composites"] == 1 and "picture: telea" in written["rows"]
    assert main(["--data", str(tmp_path / "missing")]) == 2
    assert "not a folder" in capsys.readouterr().err
