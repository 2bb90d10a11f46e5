"""The log of a training: a JSON line an entry, curves and validation frames as PNGs, TensorBoard where there is one."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.running.curves import draw_curves
from models.training.running.task import Validation

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

NO_TENSORBOARD = "TensorBoard is not installed: log.jsonl and curves.png hold the same numbers"


class RunLog:
    """Writes into the folder of a run; what is there is continued.

    Args:
        folder: of the run.
        step: the training goes on from here: entries of later steps, left by a run that was cut off, are dropped.

    Attributes:
        tensorboard: whether events are written for it too.
    """

    def __init__(self, folder: Path, step: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._file = folder / "log.jsonl"
        self._entries = _read(self._file, step)
        self._file.write_text("".join(json.dumps(entry) + "\n" for entry in self._entries), encoding="utf-8")
        self._events = _open_tensorboard(folder, step)
        self.tensorboard = self._events is not None

    def add(self, step: int, values: dict[str, float]) -> None:
        """One entry: numbers by name."""
        entry = {"step": step, **{name: float(value) for name, value in values.items()}}
        self._entries.append(entry)
        with self._file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(entry) + "\n")
        if self._events is not None:
            for name, value in values.items():
                self._events.add_scalar(name, value, step)

    def add_validation(self, step: int, validation: Validation) -> None:
        """Figures, named ``validation/...``, and pictures as ``validation-NAME.png`` (the latest only)."""
        self.add(step, {f"validation/{name}": value for name, value in validation.figures.items()})
        for name, picture in validation.pictures.items():
            write_png(self._folder / f"validation-{name}.png", picture)
            if self._events is not None:
                self._events.add_image(name, picture, step, dataformats="HWC")
        self.draw()

    def draw(self) -> None:
        """Writes ``curves.png``."""
        names = dict.fromkeys(name for entry in self._entries for name in entry if name != "step")
        curves = {
            name: [(int(entry["step"]), entry[name]) for entry in self._entries if name in entry] for name in names
        }
        write_png(self._folder / "curves.png", draw_curves(curves))

    def last(self, prefix: str) -> dict[str, float]:
        """The latest value of every number whose name begins so, without that beginning."""
        found: dict[str, float] = {}
        for entry in self._entries:
            found |= {name.removeprefix(prefix): value for name, value in entry.items() if name.startswith(prefix)}
        return found

    def close(self) -> None:
        """Draws the curves and closes TensorBoard's file."""
        self.draw()
        if self._events is not None:
            self._events.close()


def write_png(file: Path, picture: NDArray[np.uint8]) -> None:
    """Writes ``(H, W, 3)`` uint8 RGB beside the target and renames it."""
    _, data = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    partial = file.with_name(file.name + ".partial")
    partial.write_bytes(data.tobytes())
    partial.replace(file)


def _read(file: Path, step: int) -> list[dict[str, float]]:
    if not file.is_file():
        return []
    entries = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [entry for entry in entries if entry["step"] <= step]


def _open_tensorboard(folder: Path, step: int) -> SummaryWriter | None:
    if importlib.util.find_spec("tensorboard") is None:
        return None
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(str(folder / "tensorboard"), purge_step=step + 1 if step else None)
