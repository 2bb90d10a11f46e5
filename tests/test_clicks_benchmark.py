"""``cleanplate benchmark --clicks``: clicks where the largest mistake is, overlaps, the table and its files."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from rich.console import Console
from standin_segmenter import StandInSegmenter, loads

from app.clicks_benchmark import ClicksOptions, best_answer, header, next_click, overlap, run_clicks, table_rows
from app.core.errors import UserError
from app.core.prompts import Click, Clicks
from app.engine import segmenting

WIDTH, HEIGHT, SIDE = 160, 120, 40


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two clips of a bright square on a dark wall; the second one's first mask is empty."""
    folder = tmp_path / "data"
    wall = np.random.default_rng(5).integers(20, 90, (HEIGHT // 4, WIDTH // 4, 3), np.uint8)
    wall = np.asarray(cv2.resize(wall, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), np.uint8)
    for name in ("one", "two"):
        (folder / "masks" / name).mkdir(parents=True)
        video = cv2.VideoWriter(str(folder / f"{name}.mp4"), cv2.VideoWriter.fourcc(*"mp4v"), 24, (WIDTH, HEIGHT))
        for index in range(3):
            mask = np.zeros((HEIGHT, WIDTH), np.uint8)
            if name == "one" or index:
                mask[40 : 40 + SIDE, 50 : 50 + SIDE] = 255
            video.write(np.where(mask[..., None] > 0, np.uint8((210, 200, 250)), wall))
            cv2.imwrite(str(folder / "masks" / name / f"{index:05}.png"), mask)
        video.release()
    return folder


def test_the_first_click_is_deepest_inside_and_the_next_where_most_is_wrong() -> None:
    truth = np.zeros((40, 60), np.bool_)
    truth[10:31, 10:31] = True
    assert next_click(np.zeros_like(truth), truth) == Click(20.5, 20.5)
    found = truth.copy()
    found[15:18, 15:18] = False
    found[5:10, 40:55] = True
    click = next_click(found, truth)
    assert click is not None and not click.include and 5 < click.y < 10 and 40 < click.x < 55
    found[5:10, 40:55] = False
    assert next_click(found, truth) == Click(16.5, 16.5)
    assert next_click(truth, truth) is None and overlap(truth, truth) == 1 and overlap(found, ~found) == 0


def test_every_segmenter_is_scored_on_every_still_and_written(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segmenting, "load_segmenter", loads(StandInSegmenter()))
    out, text = tmp_path / "out", io.StringIO()
    options = ClicksOptions(data, out, ("mobile-sam", "grabcut"))
    results = run_clicks(options, Console(file=text, width=120))
    assert [(result.still, result.segmenter) for result in results] == [
        (still, name) for still in ("one 1", "two 2") for name in ("mobile-sam", "grabcut")
    ]
    assert all(
        result.overlaps[0] > 0.8 and len(result.overlaps) == 5 and result.box_overlap > 0.8 for result in results
    )
    assert "MobileSAM" in text.getvalue() and "Clicks on 2 stills" in text.getvalue()
    assert (out / "clicks.csv").read_text(encoding="utf-8").count("\n") == 5
    assert f"| {' | '.join(header())} |" in (out / "clicks.md").read_text(encoding="utf-8")
    assert len(table_rows(results)) == 2 and all(len(row) == len(header()) for row in table_rows(results))


def test_the_best_of_the_answers_to_one_click_is_scored_beside_the_first() -> None:
    picture, truth = np.full((60, 80, 3), 20, np.uint8), np.zeros((60, 80), np.bool_)
    picture[10:30, 24:36] = picture[16:24, 10:50] = 220  # a cross, of which all that its box holds is meant
    truth[10:30, 10:50] = True
    click = next_click(np.zeros_like(truth), truth)
    assert click is not None
    segmenter = segmenting.Segmenting(load=loads(StandInSegmenter(candidates=3)))
    first = segmenter.answer(0, picture, Clicks((click,)), lambda: None).mask.to_array()
    assert best_answer(segmenter, 0, picture, truth) == 1.0 > overlap(first, truth)


def test_without_networks_grabcut_alone_is_scored(data: Path, tmp_path: Path) -> None:
    (result,) = run_clicks(ClicksOptions(data, tmp_path / "out", count=1), Console(file=io.StringIO()))
    assert result.segmenter == "grabcut" and result.overlaps[-1] > 0.8


def test_a_segmenter_that_there_is_not_and_a_folder_without_masks_are_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no segmenter 'sam9'"):
        run_clicks(ClicksOptions(data, tmp_path / "out", ("sam9",)), Console(file=io.StringIO()))
    with pytest.raises(UserError, match="SAM ViT-H are not here"):
        run_clicks(ClicksOptions(data, tmp_path / "out", ("vit-h",)), Console(file=io.StringIO()))
    for mask in data.glob("masks/*/*.png"):
        mask.unlink()
    with pytest.raises(UserError, match="no clip with masks"):
        run_clicks(ClicksOptions(data, tmp_path / "out"), Console(file=io.StringIO()))
