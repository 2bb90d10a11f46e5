"""The training command: its limit of time, and what the cards say made the weights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest
import torch
from small_objects import write_objects

from models.training import train
from models.training.running.configuration import TrainingConfig
from models.training.running.trainer import Outcome
from models.training.tasks import TASKS, Entry, Sources

SLOW = "voin-shape"


@dataclass(frozen=True, slots=True)
class NoOptions:
    """A training without settings of its own."""


class IdleTrainer:
    """Notes how long it may train."""

    allowed: ClassVar[list[float]] = []

    def __init__(self, *given: object) -> None:
        self.averages: dict[str, object] = {}

    def run(self, *, minutes: float, steps: int | None) -> Outcome:
        self.allowed.append(minutes)
        return Outcome(0, 0.0, False, {}, {})


def test_reading_clips_counts_towards_the_minutes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=1000.0)

    def made(config: TrainingConfig, options: NoOptions, sources: Sources, device: torch.device) -> SimpleNamespace:
        clock.now += 90.0
        return SimpleNamespace(exports=tuple)

    monkeypatch.setattr(train, "time", SimpleNamespace(monotonic=lambda: clock.now))
    monkeypatch.setattr(train, "Trainer", IdleTrainer)
    monkeypatch.setattr(IdleTrainer, "allowed", [])
    monkeypatch.setitem(TASKS, SLOW, Entry(TASKS[SLOW].defaults, NoOptions(), made))
    asked = [SLOW, "--data", str(tmp_path), "--out", str(tmp_path / "run"), "--device", "cpu"]
    assert train.main([*asked, "--minutes", "4"]) == 0
    assert train.main(asked) == 0
    assert IdleTrainer.allowed == [2.5, float("inf")]


def test_a_card_names_the_settings_that_another_command_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["one_run.py", SLOW, "--carry", "nowhere", "--back", "elsewhere"])
    data, run = write_objects(tmp_path / "data"), tmp_path / "run"
    settings = ["batch=1", "crop_px=32", "frames=2", "workers=0", "precision=fp32", "width=8", "layers=1"]
    asked = [SLOW, "--data", str(data), "--resume", str(run), "--device", "cpu", "--steps", "1"]
    assert train.main([*asked, *(part for setting in settings for part in ("--set", setting))]) == 0
    card = (run / "voin-shape.md").read_text(encoding="utf-8")
    said = next(line for line in card.splitlines() if "command of the last run" in line)
    assert "models.training.train voin-shape --data data --resume run" in said
    assert "--set width=8" in said and "--carry" not in said and str(tmp_path) not in card
