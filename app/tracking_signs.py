"""``signs.csv`` of ``cleanplate benchmark --tracking``: what is known of every tracked mask, beside how good it is."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.engine.track_doubts import Judged

COLUMNS = (
    "clip",
    "method",
    "start",
    "frame",
    "walk",
    "overlap",
    "likeness",
    "growth",
    "presence",
    "marked",
)


@dataclass(frozen=True, slots=True)
class SignRow:
    """One tracked frame.

    Attributes:
        clip, method, start: see ``TrackingResult``.
        overlap: J of its mask.
        judged: what is thought of it.
    """

    clip: str
    method: str
    start: str
    overlap: float
    judged: Judged


def write_signs(rows: Sequence[SignRow], file: Path) -> None:
    """Writes one line a frame; what is not known is left empty."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in rows:
            its, answer = row.judged, row.judged.answer
            figures = row.overlap, answer.likeness, its.growth, answer.presence
            cells = ("" if np.isnan(each) else f"{each:.5f}" for each in figures)
            writer.writerow((row.clip, row.method, row.start, answer.index, its.walk, *cells, int(bool(its.reason))))
