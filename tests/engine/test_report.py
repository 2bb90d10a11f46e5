"""The report counts what the fills say and compares what lies outside the holes."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from standin_engine import HEIGHT, WIDTH, synthetic_frame

from app.core.errors import UserError
from app.engine.holes import Hole, HoleSettings, hole_of
from app.engine.live_renderer import told
from app.engine.loader import SHORT_OF_MEMORY, Fill
from app.engine.removal import Filled
from app.engine.report import FrameRecord, OutsideComparison, RemovalReport, record_of
from app.media.frame import VideoFrame
from app.media.relayout import relaid


def square_hole() -> Hole:
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[21:41, 30:50] = True
    return hole_of(mask, HoleSettings(dilate_px=0, feather_px=0))


def half_seen(index: int, left: int = 28, top: int = 20, width: int = 30, height: int = 24) -> Fill:
    """Left of column 40 seen, right of it guessed, over more than the hole."""
    columns = np.arange(left, left + width)
    seen = np.repeat((columns < 40)[None], height, axis=0)
    return Fill(index, left, top, width, height, (), seen, ~seen, ("a", "b"))


def changed(frame: VideoFrame, row: int, column: int, by: int) -> VideoFrame:
    luma = frame.planes[0].copy()
    luma[row, column] += by
    return replace(frame, planes=(luma, *frame.planes[1:]), _rgb=None)


def test_seen_and_guessed_are_counted_inside_the_hole_only() -> None:
    record = record_of(Filled(synthetic_frame(4), square_hole(), (half_seen(4),)))
    assert record == FrameRecord(4, 400, 200, 200, notes=("a", "b"))


def test_each_field_of_an_interlaced_frame_counts_its_own_rows() -> None:
    first, second = half_seen(8), half_seen(9)
    nothing = replace(second, seen=np.zeros_like(second.seen), guessed=np.zeros_like(second.guessed), notes=("b", "c"))
    record = record_of(Filled(synthetic_frame(4, interlaced=True), square_hole(), (first, nothing)))
    assert (record.seen_px, record.guessed_px, record.notes) == (100, 100, ("a", "b", "c"))


def test_equal_frames_are_identical() -> None:
    comparison = OutsideComparison()
    comparison.add(synthetic_frame(1), synthetic_frame(1), square_hole())
    result = comparison.result()
    assert result.identical and result.psnr_db is None
    # 400 luma samples and 2 x (11 x 10) chroma samples belong to the hole: it starts on an odd row.
    assert result.samples == HEIGHT * WIDTH * 3 // 2 - 400 - 2 * 110


def test_a_change_inside_the_hole_does_not_count() -> None:
    comparison = OutsideComparison()
    frame = synthetic_frame(1)
    comparison.add(frame, changed(frame, 30, 40, 9), square_hole())
    assert comparison.result().identical


def test_a_chroma_row_of_a_field_is_inside_if_a_luma_row_of_that_field_is() -> None:
    frame = synthetic_frame(1, interlaced=True)
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[20:30, 30:50] = True  # row 29 is of the odd field: its chroma row, 15, is that of rows 29 and 31
    hole = hole_of(mask, HoleSettings(dilate_px=0, feather_px=0))
    chroma = frame.planes[1].copy()
    chroma[15, 20] += 5
    other = replace(frame, planes=(frame.planes[0], chroma, frame.planes[2]), _rgb=None)
    for fields, identical in ((True, True), (False, False)):
        comparison = OutsideComparison(fields=fields)
        comparison.add(frame, other, hole)
        assert comparison.result().identical is identical


def test_a_change_outside_gives_its_signal_to_noise_ratio() -> None:
    comparison = OutsideComparison()
    frame = synthetic_frame(1)
    comparison.add(frame, changed(frame, 3, 4, 9), square_hole())
    result = comparison.result()
    assert result.changed_samples == 1 and result.compared_in == "planes"
    assert result.psnr_db == pytest.approx(10 * np.log10(255**2 * result.samples / 81))


def test_frames_of_another_layout_are_compared_as_rgb() -> None:
    frame = synthetic_frame(1)
    deep = replace(
        frame,
        layout=replace(frame.layout, bits=10),
        planes=tuple(plane.astype(np.uint16) * 4 for plane in frame.planes),
        _rgb=None,
    )
    comparison = OutsideComparison()
    comparison.add(frame, deep, square_hole())
    result = comparison.result()
    assert result.compared_in == "rgb" and (result.psnr_db is None or result.psnr_db > 45)


def test_fields_of_another_layout_are_compared_one_by_one() -> None:
    """Chroma of two moments differs from row to row: mixed, it would count as a loss that the encoder is free of."""
    frame = synthetic_frame(1, interlaced=True)
    chroma = [plane.copy() for plane in frame.planes[1:]]
    for plane in chroma:
        plane[1::2] = 255 - plane[1::2]
    frame = replace(frame, planes=(frame.planes[0], *chroma), _rgb=None)
    layout = replace(frame.layout, shift_y=0)
    wide = relaid(frame.planes, frame.layout, layout, frame.color, by_field=True)
    comparison = OutsideComparison(fields=True)
    comparison.add(frame, replace(frame, planes=wide, layout=layout, _rgb=None), square_hole())
    result = comparison.result()
    assert result.compared_in == "rgb" and result.samples == 3 * (HEIGHT * WIDTH - 400)
    assert result.psnr_db is not None and result.psnr_db > 35  # 17 dB if they are mixed


def test_the_report_is_json_and_sums_up(tmp_path: Path) -> None:
    report = RemovalReport("in", "out", {"mode": "live"}, {"cleanplate": "1"})
    report.frames += [FrameRecord(0, 100, 60, 40), FrameRecord(1, 100, 0, 0, failed=True, notes=("x",))]
    report.failure = "It failed."
    report.doubts = {1: "the tracker is 60% sure"}
    report.write(tmp_path / "r.json")
    data = json.loads((tmp_path / "r.json").read_text())
    assert data["totals"]["seen_share"] == 0.3 and data["totals"]["frames_failed"] == 1
    assert data["frames"][1] == {
        "frame": 1, "hole_px": 100, "seen_px": 0, "guessed_px": 0, "failed": True, "cached": False, "notes": ["x"],
        "mask_doubt": "the tracker is 60% sure",
    }  # fmt: skip
    assert data["frames"][0]["mask_doubt"] is None
    assert [path.name for path in tmp_path.iterdir()] == ["r.json"]


def test_a_report_without_room_names_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(self: Path, text: str, encoding: str) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", no_room)
    with pytest.raises(UserError, match=r"The report .*r\.json cannot be written: No space left"):
        RemovalReport("in", "out", {}, {}).write(tmp_path / "r.json")
    assert list(tmp_path.iterdir()) == []


def test_a_graphics_card_without_room_is_told_once_for_all_frames() -> None:
    report = RemovalReport("in", "out", {}, {})
    report.frames += [FrameRecord(n, 9, 9, 0, notes=(SHORT_OF_MEMORY[0],) * (n > 0)) for n in range(3)]
    report.note_short_memory()
    assert report.notes == [
        "The graphics card's memory was full: the networks saw smaller pictures in 2 of 3 frames.",
    ]


def test_a_render_says_meanwhile_that_the_card_is_full() -> None:
    plain = Filled(synthetic_frame(4), square_hole(), (half_seen(4),))
    short = replace(plain, fills=(replace(half_seen(4), notes=("a", SHORT_OF_MEMORY[1])),))
    assert told("Rendering", plain) == "Rendering"
    assert told("Rendering", short) == f"Rendering ({SHORT_OF_MEMORY[1]})"
