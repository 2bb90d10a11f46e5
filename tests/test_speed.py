"""The speed measurement of the whole product."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from app.core.errors import UserError
from app.engine.plan import Mode
from app.media.reader import open_clip
from app.speed import HOLE_SHARE, SpeedOptions, _ellipse, _pole, make_clip, run_speed


def test_the_clip_is_h264_of_the_wanted_size_and_length(tmp_path: Path) -> None:
    clip = make_clip(tmp_path, (160, 96), 12)
    with open_clip(clip) as reader:
        assert (reader.info.width, reader.info.height, len(reader)) == (160, 96, 12)
    assert list(tmp_path.iterdir()) == [clip]


def test_the_hole_has_its_share_and_moves() -> None:
    first, later = _ellipse(0, 432, 240), _ellipse(30, 432, 240)
    assert first.mean() == pytest.approx(HOLE_SHARE, rel=0.03) and later.mean() == pytest.approx(HOLE_SHARE, rel=0.03)
    assert (first & later).sum() < 0.5 * first.sum()


def test_modes_stand_beside_decoding_and_encoding() -> None:
    text = io.StringIO()
    options = SpeedOptions(sizes=((160, 96),), frames=8, modes=(Mode.LIVE,), engine="propagate")
    results = run_speed(options, Console(file=text, width=120))
    assert [result.what for result in results] == ["decode and encode", "live"]
    assert all(result.frames == 8 and result.frames_per_second > 0 for result in results)
    assert "160x96" in text.getvalue() and "with propagate" in text.getvalue()


def test_an_unknown_engine_is_refused_before_anything_is_timed() -> None:
    with pytest.raises(UserError, match="no engine"):
        run_speed(SpeedOptions(engine="warp"), Console(file=io.StringIO()))


def test_too_few_frames_are_refused() -> None:
    with pytest.raises(UserError, match="too few"):
        run_speed(SpeedOptions(frames=2), Console(file=io.StringIO()))


def test_restorations_are_timed_from_masks_to_a_written_clip() -> None:
    text = io.StringIO()
    options = SpeedOptions(sizes=((160, 96),), frames=8, modes=(Mode.FINAL,), engine="voin")
    results = run_speed(options, Console(file=text, width=120))
    assert [result.what for result in results] == ["decode and encode", "final"]
    assert "with voin" in text.getvalue() and "a third hidden" in text.getvalue()


def test_the_pole_hides_about_a_third_of_the_object() -> None:
    shares = [(_pole(index, 432, 240) & _ellipse(index, 432, 240)).sum() for index in range(50)]
    whole = _ellipse(0, 432, 240).sum()
    assert 0.25 * whole < min(shares) and max(shares) < 0.5 * whole
