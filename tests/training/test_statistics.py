"""Means, intervals, tables."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from models.training.measures.metrics import Scores
from models.training.measures.statistics import ratio_of_means, summarize
from models.training.measures.tables import (
    Result,
    against_naive,
    clip_rows,
    csv_text,
    losses,
    markdown,
    summary_rows,
)


def result(composite: str, method: str, psnr: float, lpips: float | None) -> Result:
    scores = Scores(psnr, 100.0, 0.9, lpips, 0.001, 0.2, None, 0.9, 0.02, None, None)
    return Result(composite, "rigid", method, scores, 50.0, None)


RESULTS = [
    result("a", "naive", 20, 0.20),
    result("b", "naive", 22, 0.10),
    result("a", "median", 25, 0.05),
    result("b", "median", 15, 0.30),
    result("a", "live", 21, 0.10),
    result("b", "live", 24, 0.08),
]


def test_a_summary_has_mean_interval_and_the_worst_with_its_name() -> None:
    summary = summarize([1.0, 2.0, 6.0], ["a", "b", "c"], higher_is_better=True)
    assert summary is not None and summary.mean == 3 and (summary.worst, summary.worst_name) == (1, "a")
    assert 1 <= summary.low < 3 < summary.high <= 6
    lower = summarize([1.0, 2.0, 6.0], ["a", "b", "c"], higher_is_better=False)
    assert lower is not None and lower.worst_name == "c"


def test_an_interval_covers_the_true_mean_most_of_the_time() -> None:
    rng = np.random.default_rng(3)
    names = [str(index) for index in range(30)]
    hits = 0
    for _ in range(40):
        summary = summarize(list(rng.normal(5, 1, 30)), names, higher_is_better=True)
        assert summary is not None
        hits += summary.low <= 5 <= summary.high
    assert hits >= 33


def test_ratios_are_averaged_geometrically() -> None:
    summary = summarize([0.5, 2.0], ["a", "b"], higher_is_better=True, ratio=True)
    assert summary is not None and summary.mean == pytest.approx(1)


def test_what_was_not_computed_is_left_out() -> None:
    assert summarize([float("nan")], ["a"], higher_is_better=True) is None


def test_a_paired_ratio_is_exact_where_all_pairs_have_it() -> None:
    assert ratio_of_means([1.0, 2.0, 5.0], [2.0, 4.0, 10.0]) == pytest.approx((0.5, 0.5, 0.5))


def test_the_summary_has_a_row_a_method_and_dashes_for_what_is_unknown() -> None:
    header, rows = summary_rows(RESULTS)
    assert [row[0] for row in rows] == ["naive", "median", "live"]
    assert rows[0][header.index("PSNR dB")].split("\n")[0] == "21.00"
    assert rows[0][header.index("PSNR dB")].split("\n")[2] == "(20.00)"
    assert rows[0][header.index("seen %")] == "-"
    assert summary_rows(RESULTS, means_only=True)[1][0][1] == "21.00"


def test_methods_are_compared_with_naive_clip_by_clip() -> None:
    _, rows = against_naive(RESULTS)
    assert [row[0] for row in rows] == ["median", "live"]
    assert rows[1][1].startswith("+1.50") and rows[1][2].startswith("0.60")


def test_the_best_lpips_of_a_clip_is_marked() -> None:
    header, rows = clip_rows(RESULTS)
    assert header == ["composite", "kind", "naive", "median", "live"]
    assert rows[0] == ["a", "rigid", "0.200 / 20.0", "0.050* / 25.0", "0.100 / 21.0"]


def test_clips_lost_to_a_classical_method_are_named() -> None:
    assert losses(RESULTS, "live") == ["live on a (rigid): LPIPS 0.100, 100% above median's 0.050"]


def test_markdown_keeps_the_lines_of_a_cell() -> None:
    assert markdown(["a", "b"], [["1\n2", "3"]]) == "| a | b |\n| --- | --- |\n| 1<br>2 | 3 |\n"


def test_csv_holds_every_number() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text(RESULTS))))
    assert len(rows) == 6 and rows[2]["lpips"] == "0.05" and rows[0]["seen"] == ""
