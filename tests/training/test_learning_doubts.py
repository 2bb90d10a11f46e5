"""Learning how likely a tracked mask is wrong, and how well a score ranks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.tracking_signs import COLUMNS
from models.tracking.doubt import NAMES
from models.training.masks.doubts import fit, main, read_signs
from models.training.measures.ranking import area_under_curve, recall_at, threshold_for


def table(file: Path, clips: int = 4, *, backwards: bool = False) -> Path:
    """Clips of 60 frames whose second half is wrong; likeness and growth tell, agreement is not known at times."""
    rng = np.random.default_rng(3)
    lines = [",".join(COLUMNS)]
    for clip in range(clips):
        for frame in range(60):
            wrong = (frame >= 30) != backwards
            likeness, growth = rng.normal(0.7 if wrong else 0.95, 0.04), rng.normal(1.0 if wrong else 0.1, 0.2)
            agreement = f"{rng.normal(0.3 if wrong else 0.8, 0.1):.4f}" if frame % 8 == 0 else ""
            overlap = 0.4 if frame >= 30 else 0.9
            cells = f"{overlap},{likeness:.4f},{agreement},{growth:.4f},1.0,0.5,0"
            lines.append(f"clip{clip},ours,box,{frame},0,{cells}")
        lines.append(f"clip{clip},ours,box,60,0,0.0,,,,0.1,,0")  # nothing was found
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_frames_in_which_nothing_was_found_are_left_out(tmp_path: Path) -> None:
    read = read_signs([table(tmp_path / "signs.csv")])
    assert read.features.shape == (4 * 60, len(NAMES)) and read.wrong.sum() == 4 * 30


def test_signs_that_tell_get_weights_of_their_own_sign(tmp_path: Path) -> None:
    learnt = fit(read_signs([table(tmp_path / "signs.csv")]))
    likeness, agreement, growth, presence = learnt.weights
    assert likeness < 0 and agreement < 0 and growth > 0 and presence == pytest.approx(0, abs=1e-6)


def test_signs_that_tell_the_wrong_way_round_count_nothing(tmp_path: Path) -> None:
    assert fit(read_signs([table(tmp_path / "signs.csv", backwards=True)])).weights == (0, 0, 0, 0)


def test_the_command_prints_what_was_learnt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(table(tmp_path / "signs.csv"))]) == 0
    text = capsys.readouterr().out
    assert "240 frames of 4 clips, 120 wrong" in text and "LEARNT = DoubtWeights(" in text
    assert "area under the curve 0.9" in text or "area under the curve 1.0" in text


def test_what_cannot_be_learnt_from_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.csv")]) == 2 and "no signs.csv" in capsys.readouterr().err
    other = tmp_path / "other.csv"
    other.write_text("clip,frame\none,1\n", encoding="utf-8")
    assert main([str(other)]) == 2 and "no signs.csv" in capsys.readouterr().err
    assert main([str(table(tmp_path / "one.csv", clips=1))]) == 2 and "two clips" in capsys.readouterr().err
    empty = tmp_path / "empty.csv"
    empty.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    assert main([str(empty)]) == 2 and "no frames" in capsys.readouterr().err


def test_a_score_is_ranked_whatever_its_threshold() -> None:
    scores, wrong = np.array([0.1, 0.2, 0.3, 0.4]), np.array([False, False, True, True])
    assert area_under_curve(scores, wrong) == 1 and area_under_curve(-scores, wrong) == 0
    assert area_under_curve(np.zeros(4), wrong) == 0.5
    assert np.isnan(area_under_curve(scores, np.ones(4, np.bool_)))


def test_recall_is_what_lies_above_the_share_of_right_ones() -> None:
    scores = np.concatenate((np.linspace(0, 1, 101), np.array([0.5, 0.95])))
    wrong = np.arange(103) > 100
    assert threshold_for(scores, wrong, 0.1) == pytest.approx(0.9)
    assert recall_at(scores, wrong, 0.1) == 0.5 and np.isnan(recall_at(scores, np.zeros(103, np.bool_), 0.1))
