"""What ``cleanplate benchmark --window`` measures."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from app.cli import main
from app.cli.doors import Doors
from app.ui import window_benchmark
from app.ui.main_window import MainWindow
from app.ui.window_benchmark import WindowFigures, _print_figures, _Session

LOOKING = ("opening", "building the proxy", "loading the engine", "playing", "dragging", "stepping back")
COMPUTING = ("marking", "tracking", "rendering live", "rendering the range")


def test_a_session_measures_every_phase(window: MainWindow, clip_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_benchmark, "PHASE_S", 0.3)
    monkeypatch.setattr(window_benchmark, "MARK_S", 0.2)
    monkeypatch.setattr(window_benchmark, "STEPS", 4)
    session = _Session(window, clip_path)
    session.look()
    session.compute()
    figures = session.figures
    assert tuple(figures.latency_ms) == (*LOOKING, *COMPUTING)
    assert all(worst >= most >= 0 for worst, most in figures.latency_ms.values())
    assert figures.first_picture_s > 0 and figures.drag_pictures_per_s > 0
    median, high = figures.step_back_ms
    assert 0 < median <= high
    console = Console(record=True, width=120)
    _print_figures(figures, console)
    said = console.export_text()
    assert "stepping back" in said and "new pictures a second" in said


def test_the_command_line_hands_clips_to_the_window(clip_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[tuple[Path, ...]] = []
    doors = Doors(lambda _path: 0, lambda clips: asked.append(tuple(clips)))
    assert main(["benchmark", "--window", "--clip", str(clip_path)], doors) == 0
    assert main(["benchmark", "--window"], doors) == 0
    assert asked == [(clip_path,), ()]
    assert main(["benchmark", "--window", "--speed"], doors) == 2
    assert "--speed and --window do not go together" in capsys.readouterr().err


def test_figures_without_a_count_of_memory_are_printed_too() -> None:
    console = Console(record=True, width=120)
    _print_figures(WindowFigures("clip.mp4", {"playing": (12.0, 3.0)}), console)
    assert "MB" not in console.export_text()
