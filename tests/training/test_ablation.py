"""Table 2 in small, on a handful of frames and without third-party weights."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from small_footage import write_footage

from models.training import ablation
from models.training.vornet.cache import CacheOptions, build_cache


def test_every_part_is_left_out_once_and_all_begin_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    footage, cache = write_footage(tmp_path / "footage"), tmp_path / "cache"
    list(build_cache(CacheOptions(footage, cache, takes=1, size=(160, 96), frames=4)))
    settings = ["perceptual=0.0", "width=4", "hidden=8", "batch=1", "frames=2", "crop_px=64", "watch_frames=2"]
    order = ["--data", str(cache), "--watch", str(cache), "--out", str(tmp_path / "out"), "--steps", "2"]
    assert ablation.main([*order, *(part for one in settings for part in ("--set", one))]) == 0
    table = (tmp_path / "out" / "table2.md").read_text(encoding="utf-8")
    assert capsys.readouterr().out.strip().endswith("table2.md")
    rows = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("|")]
    assert rows == ["trained", "---", "not at all: `propagate`", *ablation.PARTS]
    header = table.splitlines()[2]
    assert re.search(r"live MSE .* final MSE", header) and "LPIPS" not in header  # no AlexNet in tests
    assert "2 steps each" in table


def test_a_training_that_cannot_be_done_ends_the_program(tmp_path: Path) -> None:
    order = ["--data", str(tmp_path), "--watch", str(tmp_path), "--out", str(tmp_path / "out")]
    with pytest.raises(SystemExit) as ended:
        ablation.main(order)
    assert ended.value.code == 2
