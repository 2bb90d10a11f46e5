"""The paper's table 2 in small: equal trainings of the refinement network, each with one part left out.

Run as::

    python -m models.training.ablation --data CACHE --watch WATCH --out out/table2 --steps 300

All begin with the same weights and see the same batches; the losses are the paper's (``paper.toml``: equation 5, log
form), with the discriminators from half of the steps on. It may be stopped and started again: each training goes on
from its checkpoint. The table is written to ``table2.md`` in the folder.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from models.training.running.export import machine
from models.training.train import main as train

PAPER = Path(__file__).with_name("paper.toml")
PARTS: dict[str, tuple[str, ...]] = {
    "whole": (),
    "without warping": ("warping=false",),
    "without VGG loss": ("perceptual=0.0",),
    "without spatial discriminator": ("spatial=0.0",),
    "without temporal discriminator": ("temporal=0.0",),
}
"""Rows of the table, and the settings that make them."""
COLUMNS = ("MSE", "LPIPS", "PSNR dB", "flicker", "sharpness")
MODES = ("live", "final")
PREFIX = "validation/"


def run_ablation(
    data: Path, watch: Path, out: Path, *, steps: int, weights: Path | None, settings: Sequence[str]
) -> Path:
    """Trains every row and writes the table; returns its file.

    Args:
        data: cache of candidates.
        watch: folder of watched clips, on which the rows are compared.
        out: for the runs and the table.
        steps: of each training.
        weights: folder of third-party weights; None for the user's.
        settings: ``key=value`` texts for all rows.

    Raises:
        SystemExit: a training could not be done; it has said why.
    """
    common = ["vornet", "--config", str(PAPER), "--data", str(data), "--watch", str(watch)]
    common += [] if weights is None else ["--weights", str(weights)]
    shared = [f"steps={steps}", f"adversarial_from={steps // 2}", f"validate_every={steps}", *settings]
    rows: dict[str, dict[str, float]] = {}
    for name, own in PARTS.items():
        folder = out / name.replace(" ", "-")
        chosen = [part for setting in (*shared, *own) for part in ("--set", setting)]
        code = train([*common, "--out", str(folder), *chosen])
        if code:
            raise SystemExit(code)
        rows[name] = last_figures(folder)
    file = out / "table2.md"
    file.write_text(_table(rows, steps), encoding="utf-8")
    return file


def last_figures(folder: Path) -> dict[str, float]:
    """The last validation of a run."""
    found: dict[str, float] = {}
    for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines():
        entry: dict[str, float] = json.loads(line)
        found |= {name.removeprefix(PREFIX): value for name, value in entry.items() if name.startswith(PREFIX)}
    return found


def _table(rows: dict[str, dict[str, float]], steps: int) -> str:
    first = next(iter(rows.values()))
    names = [f"{mode} {column}" for mode in MODES for column in COLUMNS if f"{mode} {column}" in first]
    lines = [
        f"{steps} steps each, {machine()}.",
        "",
        f"| trained | {' | '.join(names)} |",
        "| --- |" + " --- |" * len(names),
    ]
    before = [first.get(f"{name} of propagate") for name in names]
    cells = ["-" if value is None else as_text(value) for value in before]
    lines.append(f"| not at all: `propagate` | {' | '.join(cells)} |")
    lines += [f"| {row} | {' | '.join(as_text(figures[name]) for name in names)} |" for row, figures in rows.items()]
    return "\n".join(lines) + "\n"


def as_text(value: float) -> str:
    """Three digits behind the point for what is small, one for the rest."""
    return f"{value:.4f}" if abs(value) < 10 else f"{value:.2f}"


def add_training_options(parser: argparse.ArgumentParser) -> None:
    """Adds what every command of equal trainings takes: ``--out``, ``--steps``, ``--weights`` and ``--set``."""
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=300, help="of each training")
    parser.add_argument("--weights", type=Path, help="folder of third-party weights for the losses")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="one setting for all rows")


def main(arguments: list[str] | None = None) -> int:
    """Trains and writes; returns the exit code."""
    parser = argparse.ArgumentParser(description="Equal trainings, each with one part left out (the paper's table 2).")
    parser.add_argument("--data", type=Path, required=True, help="a cache of candidates")
    parser.add_argument("--watch", type=Path, required=True, help="folder of clips that the rows are compared on")
    add_training_options(parser)
    options = parser.parse_args(arguments)
    file = run_ablation(
        options.data, options.watch, options.out, steps=options.steps, weights=options.weights, settings=options.set
    )
    sys.stdout.write(f"{file}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
