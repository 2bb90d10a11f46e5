"""Learns how likely a tracked mask is wrong: the coefficients of ``models.tracking.doubt``.

Run as::

    cleanplate benchmark --tracking --data DIR --half tuning --out A --start box --start mask
    cleanplate benchmark --tracking --data DIR --half tuning --out B --start box@0.5 --start mask@0.5
    python -m models.training.masks.doubts A/signs.csv B/signs.csv

The first commands track the tuning half from each start and write what is known of every mask; this one fits a
logistic regression to it, in which every clip counts the same and no weight may have the wrong sign, and prints what
to put into ``models/tracking/doubt.py``. What it prints of its quality is about clips that a fit has not seen: each
clip is judged by a fit to all the others. The threshold is the one that marks a given share of those right masks.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.tracking.doubt import NAMES, RAISES, DoubtWeights, Series, WalkSigns, in_stretches, standardised
from models.training.data.command import run_printing
from models.training.data.footage import FootageError
from models.training.measures.ranking import area_under_curve, recall_at, threshold_for

WRONG_OVERLAP = 0.6
FALSE_SHARE = 0.15
_RIDGE = 20.0
_ROUNDS = 20
_LEAST_SPREAD = 1e-3


@dataclass(frozen=True, slots=True)
class SignTable:
    """Tracked frames in which something was found.

    Attributes:
        features: ``(N, 4)``, see ``WalkSigns.features``.
        wrong: ``(N,)`` bool, whether J is below ``WRONG_OVERLAP``.
        clips: ``(N,)`` names.
        walks: ``(N,)`` int, which frames follow each other.
    """

    features: Series
    wrong: NDArray[np.bool_]
    clips: NDArray[np.str_]
    walks: NDArray[np.intp]

    def where(self, chosen: NDArray[np.bool_]) -> SignTable:
        """Some of the frames."""
        return SignTable(self.features[chosen], self.wrong[chosen], self.clips[chosen], self.walks[chosen])


def read_signs(files: Sequence[Path]) -> SignTable:
    """What ``cleanplate benchmark --tracking`` wrote.

    Raises:
        FootageError: a file is no such table.
    """
    walks: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for file in files:
        try:
            with file.open(encoding="utf-8", newline="") as stream:
                for row in csv.DictReader(stream):
                    key = str(file), row["clip"], row["method"], row["start"], row["walk"]
                    walks.setdefault(key, []).append(row)
        except (OSError, KeyError, UnicodeDecodeError) as error:
            raise FootageError(f"{file} is no signs.csv of cleanplate benchmark --tracking ({error!r}).") from error
    parts = [_table_of(number, key[1], rows) for number, (key, rows) in enumerate(walks.items())]
    if not parts:
        raise FootageError("The tables hold no frames: give the signs.csv of a benchmark that ran to its end.")
    return SignTable(
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.wrong for part in parts]),
        np.concatenate([part.clips for part in parts]),
        np.concatenate([part.walks for part in parts]),
    )


def _table_of(number: int, clip: str, rows: Sequence[dict[str, str]]) -> SignTable:
    """One walk's frames, without those in which nothing was found."""
    columns = {
        name: np.array([float(row[name] or "nan") for row in rows]) for name in ("overlap", *NAMES, "probability")
    }
    found = np.isfinite(columns["probability"])
    presence = np.where(found, columns["presence"], np.nan)
    features = WalkSigns(columns["likeness"], columns["agreement"], columns["growth"], presence).features()
    count = len(rows)
    whole = SignTable(features, columns["overlap"] < WRONG_OVERLAP, np.full(count, clip), np.full(count, number))
    return whole.where(found)


def fit(table: SignTable) -> DoubtWeights:
    """Learns the coefficients, without a threshold; a sign that would count the wrong way round counts nothing."""
    share = np.zeros(len(table.wrong))
    for clip in np.unique(table.clips):
        share[table.clips == clip] = 1 / np.count_nonzero(table.clips == clip)
    share *= len(share) / share.sum()
    usual, spread = np.nanmean(table.features, axis=0), np.maximum(np.nanstd(table.features, axis=0), _LEAST_SPREAD)
    inputs = standardised(table.features, usual, spread)
    used = list(range(len(NAMES)))
    while True:
        weights = _logistic(inputs[:, used], table.wrong, share)
        against = [(weights[place] * RAISES[sign], sign) for place, sign in enumerate(used)]
        worst = min(against, default=(0.0, 0))
        if worst[0] >= 0:
            break
        used.remove(worst[1])
    whole = np.zeros(len(NAMES))
    whole[used] = weights[:-1]
    return DoubtWeights(_four(usual), _four(spread), _four(whole), float(weights[-1]), 0.5)


def _four(values: Series) -> tuple[float, float, float, float]:
    first, second, third, fourth = (round(float(value), 4) for value in values)
    return first, second, third, fourth


def _logistic(inputs: Series, wrong: NDArray[np.bool_], share: Series) -> Series:
    """Weights of a logistic regression and, last, its base, by Newton's method with a small ridge."""
    columns = np.column_stack((inputs, np.ones(len(inputs))))
    ridge = np.diag([_RIDGE] * inputs.shape[1] + [1e-3])
    weights = np.zeros(columns.shape[1])
    for _ in range(_ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(columns @ weights, -20, 20)))
        slope = columns.T @ (share * (chance - wrong)) + ridge @ weights
        bend = (columns * (share * chance * (1 - chance))[:, None]).T @ columns + ridge
        weights = weights - np.linalg.solve(bend, slope)
    return np.asarray(weights)


def judged_unseen(table: SignTable) -> Series:
    """``(N,)``: each clip's probabilities by a fit to all the other clips."""
    chances = np.zeros(len(table.wrong))
    for clip in np.unique(table.clips):
        mine = table.clips == clip
        chances[mine] = fit(table.where(~mine)).probabilities(table.features[mine])
    return chances


def marked(table: SignTable, chances: Series, threshold: float) -> NDArray[np.bool_]:
    """``(N,)``: what is marked, in stretches."""
    marks = np.zeros(len(chances), np.bool_)
    for walk in np.unique(table.walks):
        mine = table.walks == walk
        marks[mine] = in_stretches(chances[mine] >= threshold)
    return marks


def learn(files: Sequence[Path], false_share: float) -> Iterator[str]:
    """Learns, and yields what there is to say.

    Raises:
        FootageError: a file is no table of signs, or they are all of one clip, or none is wrong.
    """
    table = read_signs(files)
    clips = np.unique(table.clips)
    if len(clips) < 2 or table.wrong.all() or not table.wrong.any():
        raise FootageError("The tables need two clips at least, with right and with wrong masks among them.")
    chances = judged_unseen(table)
    threshold = threshold_for(chances, table.wrong, false_share)
    marks = marked(table, chances, threshold)
    yield f"{len(table.wrong)} frames of {len(clips)} clips, {np.count_nonzero(table.wrong)} wrong"
    yield f"clips not seen: area under the curve {area_under_curve(chances, table.wrong):.3f}"
    yield f"  marked where {FALSE_SHARE:.0%} of the others are: {recall_at(chances, table.wrong, FALSE_SHARE):.0%}"
    shares = marks[table.wrong].mean(), marks[~table.wrong].mean()
    yield f"  in stretches: {shares[0]:.0%} of the wrong, {shares[1]:.0%} of the others"
    for name, values in zip(NAMES, table.features.T, strict=True):
        known = np.isfinite(values)
        alone = area_under_curve(values[known], table.wrong[known])
        yield f"  {name} alone, where it is known ({known.mean():.0%}): {max(alone, 1 - alone):.3f}"
    learnt = fit(table)
    yield "LEARNT = DoubtWeights("
    for field in ("usual", "spread", "weights"):
        yield f"    {field}={getattr(learnt, field)},"
    yield f"    base={learnt.base:.4f},"
    yield f"    threshold={threshold:.4f},"
    yield ")"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Learns how likely a tracked mask is wrong.")
    parser.add_argument("signs", type=Path, nargs="+", help="signs.csv of cleanplate benchmark --tracking")
    parser.add_argument("--false-share", type=float, default=0.14, help="share of right masks marked at the threshold")
    asked = parser.parse_args(arguments)
    return run_printing(learn(asked.signs, asked.false_share))


if __name__ == "__main__":
    sys.exit(main())
