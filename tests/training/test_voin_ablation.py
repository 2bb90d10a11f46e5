"""VOIN's ablations: equal trainings, a row each, in one table."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_objects import write_objects

from models.training.voin_ablation import TABLES, as_table, main

QUICK = ["batch=1", "crop_px=32", "frames=2", "workers=0", "precision=fp32", "log_every=1"]


@pytest.mark.parametrize(
    ("number", "own"),
    [
        ("2", ["width=8"]),
        ("3", []),
        ("4", ["width=4", "lpips=0.0", "opponents=2"]),
        ("joint", ["lpips=0.0", "opponents=2", "adversarial_from=1", "clips=0.0"]),
    ],
)
def test_every_row_is_trained_and_compared(
    number: str, own: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = TABLES[number]
    kept = dict(list(table.rows.items())[-2:])
    monkeypatch.setitem(TABLES, number, type(table)(table.training, kept, table.columns))
    data = write_objects(tmp_path / "data")
    options = [part for setting in (*QUICK, *own) for part in ("--set", setting)]
    arguments = ["--table", number, "--data", str(data), "--out", str(tmp_path / "out"), "--steps", "2"]
    assert main([*arguments, *options]) == 0
    lines = (tmp_path / f"out/table{number}.md").read_text(encoding="utf-8").splitlines()
    assert [line.split(" | ")[0] for line in lines[4:]] == [f"| {name}" for name in kept]
    assert table.columns[0] in lines[2] and "2 steps each" in lines[0]


def test_rows_change_what_the_paper_changes() -> None:
    assert [len(TABLES[number].rows) for number in ("2", "3", "4", "joint")] == [6, 3, 5, 2]
    assert list(TABLES["2"].rows.values())[-2] == () == list(TABLES["3"].rows.values())[-1]


def test_before_the_joint_stage_nothing_is_learnt() -> None:
    before, after = TABLES["joint"].rows.values()
    rate = next(float(setting.partition("=")[2]) for setting in before if setting.startswith("learning_rate"))
    assert rate < 1e-9 and after == ()


def test_a_training_that_cannot_be_done_ends_the_table(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["--table", "3", "--data", str(tmp_path), "--out", str(tmp_path / "out"), "--steps", "1"])


def test_a_figure_that_a_row_lacks_is_a_dash() -> None:
    text = as_table({"one": {"A": 1.0, "B": 20.0}, "two": {"A": 0.5}}, ("A", "B", "C"), 7)
    assert "| one | 1.0000 | 20.00 |" in text and "| two | 0.5000 | - |" in text and "C" not in text.splitlines()[2]
