"""``cleanplate benchmark --tracking``: masks that were tracked beside true ones."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from rich.console import Console

from app.core.errors import UserError
from app.engine import track_check
from app.engine.holes import HoleSettings
from app.tracking_benchmark import (
    BOX,
    DOUBT_HEADER,
    MASK,
    METHODS,
    TrackingOptions,
    TrackingResult,
    doubt_rows,
    header,
    left_out,
    run_tracking,
    table_rows,
)

FRAMES, WIDTH, HEIGHT, SIDE = 8, 160, 120, 40


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A bright square that crosses a dark, textured wall; its masks begin in frame 1."""
    folder = tmp_path / "data"
    (folder / "masks" / "square").mkdir(parents=True)
    wall = np.random.default_rng(5).integers(20, 90, (HEIGHT // 4, WIDTH // 4, 3), np.uint8)
    wall = cv2.resize(wall, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    video = cv2.VideoWriter(str(folder / "square.mp4"), cv2.VideoWriter.fourcc(*"mp4v"), 24, (WIDTH, HEIGHT))
    for index in range(FRAMES):
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        if index:
            mask[40 : 40 + SIDE, 20 + 6 * index : 20 + 6 * index + SIDE] = 255
        video.write(np.where(mask[..., None] > 0, np.uint8((60, 200, 250)), wall))
        cv2.imwrite(str(folder / "masks" / "square" / f"{index:05}.png"), mask)
    video.release()
    return folder


def test_both_starts_are_scored_and_written(data: Path, tmp_path: Path) -> None:
    out, text = tmp_path / "out", io.StringIO()
    from_box, from_mask = run_tracking(TrackingOptions(data, out), Console(file=text, width=120))
    assert (from_box.start, from_mask.start) == (BOX, MASK)
    assert (from_box.frames, from_mask.frames) == (FRAMES, FRAMES - 1)  # a given mask is not scored
    for result in (from_box, from_mask):
        assert result.overlap > 0.7 and result.boundary > 0.7 and result.frames_per_second > 0
        assert result.left_out < 0.05
    assert "square" in text.getvalue() and "mean of 1" in text.getvalue()
    assert (out / "tracking.csv").read_text(encoding="utf-8").count("\n") == 3
    assert f"| {' | '.join(header([BOX, MASK]))} |" in (out / "tracking.md").read_text(encoding="utf-8")
    assert f"| {' | '.join(DOUBT_HEADER)} |" in (out / "tracking.md").read_text(encoding="utf-8")
    assert (from_mask.wrong, from_mask.wrong_marked) == (0, 0) and from_mask.right_marked in range(FRAMES)
    clip, mean = table_rows([from_box, from_mask])
    assert clip[1:-1] == mean[1:-1] and len(clip) == len(header([BOX, MASK]))


def test_marked_frames_are_counted_by_whether_they_are_wrong() -> None:
    told = TrackingResult("one", BOX, 10, 0.5, 0.5, 0.3, 9.0, wrong=4, wrong_marked=3, right_marked=1)
    more = replace(told, clip="two", wrong=0, wrong_marked=0, right_marked=2)
    mute = replace(told, method="pushed", wrong_marked=None, right_marked=None)
    assert doubt_rows([told, more, mute]) == [["ours", "box", "3 of 4 (75%)", "3 of 16 (19%)"]]


def test_what_a_second_track_marks_is_counted(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(track_check, "AGREEING", 1.01)  # even masks that are the same disagree
    plain = run_tracking(TrackingOptions(data, tmp_path, starts=(BOX,)), Console(file=io.StringIO()))
    options = TrackingOptions(data, tmp_path, starts=(BOX,), check=True)
    (doubted,) = run_tracking(options, Console(file=io.StringIO()))
    assert plain[0].right_marked == 1 and doubted.right_marked == FRAMES  # lost before the object comes in
    with pytest.raises(UserError, match="leave one of them out"):
        run_tracking(replace(options, methods=("network",)), Console(file=io.StringIO()))


def test_what_a_hole_leaves_of_the_object_is_counted_where_there_is_one() -> None:
    truth = np.zeros((3, HEIGHT, WIDTH), np.bool_)
    truth[1:, 40:60, 20:100] = True
    masks = [frame.copy() for frame in truth]
    for mask in masks:
        mask[:, 60:] = False  # half of it, in every frame
    reach = HoleSettings().widths(HEIGHT)[0]
    assert left_out(masks, truth) == pytest.approx((40 - reach) / 80, abs=0.01)
    assert left_out(list(truth), truth) == 0 == left_out(masks, np.zeros_like(truth))


def test_a_clip_is_tracked_from_its_end_as_well(data: Path, tmp_path: Path) -> None:
    options = TrackingOptions(data, tmp_path, starts=("box", "mask@1"))
    results = run_tracking(options, Console(file=io.StringIO()))
    assert [each.start for each in results] == ["box", "mask@1"]
    assert all(each.overlap > 0.7 for each in results)


@pytest.mark.parametrize("start", ["sheep", "box@2", "box@middle"])
def test_an_unknown_start_is_refused(data: Path, tmp_path: Path, start: str) -> None:
    with pytest.raises(UserError, match="is no start"):
        run_tracking(TrackingOptions(data, tmp_path / "out", starts=(start,)), Console(file=io.StringIO()))


def test_every_method_is_compared_that_needs_no_weights(data: Path, tmp_path: Path) -> None:
    methods = ("flow", "pushed", "grabcut", "mil")
    results = run_tracking(TrackingOptions(data, tmp_path / "out", methods=methods), Console(file=io.StringIO()))
    assert [(result.method, result.start) for result in results] == [
        (method, start) for method in methods for start in (BOX, MASK)
    ]
    assert {row[1] for row in table_rows(results)} == set(methods)
    best = {result.method: result.overlap for result in results if result.start == MASK}
    assert best["flow"] > 0.7 and set(methods) < set(METHODS)


def test_only_clips_of_the_half_are_tracked(data: Path, tmp_path: Path) -> None:
    options = TrackingOptions(data, tmp_path / "out", half="tuning")  # the split does not name it: it may be trained on
    assert len(run_tracking(options, Console(file=io.StringIO()))) == 2
    with pytest.raises(UserError, match="no clip with masks"):
        run_tracking(replace(options, half="validation"), Console(file=io.StringIO()))


def test_an_unknown_method_is_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no tracker 'sheep'"):
        run_tracking(TrackingOptions(data, tmp_path / "out", methods=("sheep",)), Console(file=io.StringIO()))


def test_a_folder_without_masks_is_refused(data: Path, tmp_path: Path) -> None:
    for mask in (data / "masks" / "square").iterdir():
        mask.unlink()
    with pytest.raises(UserError, match="no clip with masks"):
        run_tracking(TrackingOptions(data, tmp_path / "out"), Console(file=io.StringIO()))


def test_empty_masks_are_refused(data: Path, tmp_path: Path) -> None:
    for mask in (data / "masks" / "square").iterdir():
        cv2.imwrite(str(mask), np.zeros((HEIGHT, WIDTH), np.uint8))
    with pytest.raises(UserError, match="masks of square are empty"):
        run_tracking(TrackingOptions(data, tmp_path / "out"), Console(file=io.StringIO()))
