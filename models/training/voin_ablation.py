"""VOIN's Tables 2, 3 and 4 in small: equal trainings, each row adding a part to the one before; and the joint stage.

Run as::

    python -m models.training.voin_ablation --table 2 --data DIR --out out/voin-table2 --steps 300

All rows of a table see the same batches from the same seed; they are compared on the watched clips. It may be stopped
and started again: each training goes on from its checkpoint. The table is written to ``tableN.md`` in the folder. The
rows of Table 4 with and without flow guidance are those of ``voin.tables`` (the generator alone, and all together).

``--table joint`` compares the joint stage (equation 13) with what its three networks were before; the files that the
stages left are named by ``--set shape=FILE --set flow=FILE --set generator=FILE``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.training.ablation import add_training_options, as_text, last_figures
from models.training.running.export import machine
from models.training.train import main as train


@dataclass(frozen=True, slots=True)
class Ablation:
    """One table.

    Attributes:
        training: what is trained.
        rows: name and settings of each; ``{half}`` stands for half of the steps.
        columns: figures of the validation.
    """

    training: str
    rows: dict[str, tuple[str, ...]]
    columns: tuple[str, ...]


_NO_OPPONENTS = "adversarial_from=-1"
_OPPONENTS = "adversarial_from={half}"
TABLES = {
    "2": Ablation(
        "voin-shape",
        {
            "one frame, 8 layers": ("frames=1", "dice=0.0", "semantic=false"),
            "4 layers (BS-4)": ("layers=4", "dice=0.0", "semantic=false"),
            "8 layers (BS-8)": ("dice=0.0", "semantic=false"),
            "8 layers, dice (BS-8 + D)": ("semantic=false",),
            "8 layers, dice, class (BS-8 + D + S)": (),
            "the last without other frames' evidence": ("aligned=false",),
        },
        ("mIoU", "mIoU visible", "mIoU hull"),
    ),
    "3": Ablation(
        "voin-flow",
        {
            "baseline (BF)": ("guided=false", "gradient=0.0", "smooth=0.0", "warping=0.0"),
            "amodal guidance (BF + A)": ("gradient=0.0", "smooth=0.0", "warping=0.0"),
            "gradient and warping losses (BF + A + L)": (),
        },
        ("EPE", "EPE shift"),
    ),
    "4": Ablation(
        "voin-generator",
        {
            "baseline (BI)": ("masks=0", _NO_OPPONENTS),
            "gates with masks (BI + OG)": (_NO_OPPONENTS,),
            "T-PatchGAN (+ TP)": ("classes=0.0", _OPPONENTS),
            "multi-class discriminator (+ MD)": ("attention=false", _OPPONENTS),
            "STAM (+ STAM)": (_OPPONENTS,),
        },
        ("PSNR", "PSNR smooth", "LPIPS", "LPIPS smooth"),
    ),
    "joint": Ablation(
        "voin-joint",
        {"the stages as they were": ("learning_rate=1e-12", _NO_OPPONENTS), "after the joint stage": ()},
        ("mIoU", "EPE", "PSNR", "LPIPS"),
    ),
}
"""By the paper's number, and the stage that equation 13 describes."""


def run_ablation(
    name: str, data: Path, out: Path, *, steps: int, weights: Path | None, settings: Sequence[str]
) -> Path:
    """Trains every row of a table and writes it; returns its file.

    Args:
        name: of the table, one of ``TABLES``.
        data: folder of clips, masks and stills.
        out: for the runs and the table.
        steps: of each training.
        weights: folder of third-party weights; None for the user's.
        settings: ``key=value`` texts for all rows.

    Raises:
        SystemExit: a training could not be done; it has said why.
    """
    table = TABLES[name]
    common = [table.training, "--data", str(data), *([] if weights is None else ["--weights", str(weights)])]
    shared = [f"steps={steps}", f"validate_every={steps}", *settings]
    rows = {}
    for place, (row, own) in enumerate(table.rows.items()):
        folder = out / f"row{place}"
        chosen = [setting.format(half=steps // 2) for setting in (*shared, *own)]
        code = train([*common, "--out", str(folder), *(part for setting in chosen for part in ("--set", setting))])
        if code:
            raise SystemExit(code)
        rows[row] = last_figures(folder)
    file = out / f"table{name}.md"
    file.write_text(as_table(rows, table.columns, steps), encoding="utf-8")
    return file


def as_table(rows: dict[str, dict[str, float]], columns: Sequence[str], steps: int) -> str:
    """The table as Markdown; columns that no row has are left out."""
    there = [column for column in columns if any(column in figures for figures in rows.values())]
    lines = [f"{steps} steps each, {machine()}.", "", f"| trained | {' | '.join(there)} |"]
    lines.append("| --- |" + " --- |" * len(there))
    for name, figures in rows.items():
        cells = [as_text(figures[column]) if column in figures else "-" for column in there]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Trains and writes; returns the exit code."""
    parser = argparse.ArgumentParser(description="Equal trainings of VOIN's parts (the paper's tables 2 to 4, eq. 13).")
    parser.add_argument("--table", choices=sorted(TABLES), required=True, help="the paper's number, or: joint")
    parser.add_argument("--data", type=Path, required=True, help="folder of clips, masks and stills")
    add_training_options(parser)
    options = parser.parse_args(arguments)
    file = run_ablation(
        options.table, options.data, options.out, steps=options.steps, weights=options.weights, settings=options.set
    )
    sys.stdout.write(f"{file}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
