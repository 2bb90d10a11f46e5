"""What ``cleanplate benchmark --window`` measures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from app.cli import main
from app.cli.doors import Doors
from app.media.looped import write_looped
from app.media.reader import open_clip
from app.ui import window_benchmark
from app.ui.loop_probe import Lateness
from app.ui.main_window import MainWindow
from app.ui.project_benchmark import ProjectSession, make_project, print_project
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
    assert tuple(figures.phases) == (*LOOKING, *COMPUTING)
    assert all(seen.worst_ms >= seen.most_ms >= 0 < seen.own_ms for seen in figures.phases.values())
    assert figures.first_picture_s > 0 and figures.drag_pictures_per_s > 0
    median, high = figures.step_back_ms
    assert 0 < median <= high
    console = Console(record=True, width=120)
    _print_figures(figures, console)
    said = console.export_text()
    assert "stepping back" in said and "new pictures a second" in said


def test_the_command_line_hands_clips_to_the_window(clip_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[tuple[tuple[Path, ...], int | None]] = []
    doors = Doors(lambda _path: 0, lambda clips, frames: asked.append((tuple(clips), frames)))
    assert main(["benchmark", "--window", "--clip", str(clip_path)], doors) == 0
    assert main(["benchmark", "--window", "--frames", "9"], doors) == 0
    assert asked == [((clip_path,), None), ((), 9)]
    assert main(["benchmark", "--window", "--speed"], doors) == 2
    assert "--speed and --window do not go together" in capsys.readouterr().err


def test_figures_without_a_count_of_memory_are_printed_too() -> None:
    console = Console(record=True, width=120)
    _print_figures(WindowFigures("clip.mp4", {"playing": Lateness(12.0, 3.0, 2.0)}), console)
    assert "MB" not in console.export_text()


def test_a_project_is_opened_edited_saved_and_recovered(window: MainWindow, tmp_path: Path) -> None:
    project = make_project(tmp_path, 60, objects=3)
    session = ProjectSession(window, project, 3, 60)
    session.work()
    figures = session.figures
    assert len(figures.phases) == 25 and all(seen.own_ms > 0 for seen in figures.phases.values())
    assert figures.open_s > 0 and figures.file_bytes == project.stat().st_size
    assert [len(each.track) for each in window.controller.document.objects] == [60, 60, 60]
    console = Console(record=True, width=120)
    print_project(figures, console)
    assert "a project of 3 objects over 60 frames" in console.export_text()


def test_a_looped_clip_has_all_its_frames(tmp_path: Path) -> None:
    views = [np.full((32, 48, 3), shade, np.uint8) for shade in (20, 120, 220)]
    write_looped(tmp_path / "loop.mp4", views, 8)
    with open_clip(tmp_path / "loop.mp4") as reader:
        shades = [round(float(frame.rgb.mean()), -1) for frame in reader.frames()]
    assert shades == [20, 120, 220, 20, 120, 220, 20, 120]
