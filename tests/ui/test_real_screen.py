"""The same job on a real X server, with keys and mouse as the system sends them; skipped where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from moving_square import BLOB, FRAMES, HEIGHT, WIDTH, object_corner
from PySide6.QtCore import QPoint

from app.core.project_file import load_project
from app.media.images import write_image
from app.media.reader import open_clip
from app.ui.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("Xvfb", "xdotool")
SOURCE_AT = (300, 690)
"""On the timeline, where nothing is dropped."""
Until = Callable[[Callable[[], bool]], None]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not all(map(shutil.which, NEEDED)), reason=f"needs {' and '.join(NEEDED)}"),
]


@contextmanager
def screen(size: str) -> Iterator[str]:
    """An X server of its own with a screen of that size; gives its name."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(60)


@pytest.fixture
def display() -> Iterator[str]:
    """A screen of its own."""
    with screen("1280x720") as name:
        yield name


@pytest.fixture
def two_displays() -> Iterator[str]:
    """Two monitors side by side, 1280x720 each, and a window manager that knows them."""
    missing = [name for name in ("openbox", "xrandr") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"needs {' and '.join(missing)}")
    with screen("2560x720") as name:
        environment = {**os.environ, "DISPLAY": name}
        for monitor, place, output in (("LEFT", "+0+0", "screen"), ("RIGHT", "+1280+0", "none")):
            words = ["xrandr", "--setmonitor", monitor, f"1280/300x720/200{place}", output]
            subprocess.run(words, env=environment, check=True, capture_output=True)
        manager = subprocess.Popen(["openbox"], env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        yield name
        manager.terminate()
        manager.wait(60)


class Hands:
    """Somebody at the keyboard and the mouse.

    Args:
        display: the screen.
        window: the window as it is laid out here, to know where things are.
    """

    def __init__(self, display: str, window: MainWindow) -> None:
        self._environment = {**os.environ, "DISPLAY": display}
        self._window = window

    def do(self, *words: str) -> str:
        answer = subprocess.run(
            ["xdotool", *words], env=self._environment, capture_output=True, text=True, check=False, timeout=240
        )
        return answer.stdout.strip()

    def sees(self, title: str) -> str:
        """The id of the visible window whose title matches, or nothing."""
        return self.do("search", "--onlyvisible", "--name", title)

    def click(self, *places: tuple[float, float], button: str = "1", held: str = "") -> None:
        """At places in the picture, with a key held."""
        for place in places:
            point = self._window.viewer.mapTo(self._window, self._window.viewer.place_of(*place))
            self.do(*self._move(point))
            if held:
                self.do("keydown", held)
            self.do("click", button)
            if held:
                self.do("keyup", held)

    def drag(self, *places: tuple[float, float]) -> None:
        """Over places in the picture."""
        points = [self._window.viewer.mapTo(self._window, self._window.viewer.place_of(*each)) for each in places]
        steps = [self._move(point) for point in points]
        self.do(*steps[0], "mousedown", "1")
        for step in steps[1:]:
            self.do(*step)
        self.do("mouseup", "1")

    def carry(self, start: tuple[int, int], end: QPoint) -> None:
        """Drags what lies at a place of the screen to another, as a hand does: not in one leap."""
        self.do("mousemove", *map(str, start), "mousedown", "1")
        for share in (0.2, 0.4, 0.6, 0.8, 1.0):
            x, y = (round(a + share * (b - a)) for a, b in zip(start, (end.x(), end.y()), strict=True))
            self.do("mousemove", str(x), str(y), "sleep", "0.05")
        self.do("mousemove_relative", "1", "1", "sleep", "0.3", "mouseup", "1")

    def steer(self, dx: int, dy: int) -> None:
        """The keyboard's pointer, by so many pixels."""
        for pixels, less, more in ((dx, "Left", "Right"), (dy, "Up", "Down")):
            key = more if pixels > 0 else less
            far, rest = divmod(abs(pixels), 100)
            tens, ones = divmod(rest, 10)
            if pixels:
                self.do("key", *[f"ctrl+{key}"] * far, *[f"shift+{key}"] * tens, *[key] * ones)

    def _move(self, point: QPoint) -> list[str]:
        return ["mousemove", str(point.x()), str(point.y())]


def started(display: str, clip: Path | None) -> subprocess.Popen[str]:
    """The program on a screen, with a clip or none."""
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    arguments = [sys.executable, "-m", "app", "window", *([] if clip is None else [str(clip)])]
    return subprocess.Popen(arguments, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)


@contextmanager
def dragging(display: str, files: list[str]) -> Iterator[None]:
    """Another program on the screen, whose window gives files to drag."""
    corner = [str(place - 20) for place in SOURCE_AT]
    source = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("drag_source.py")), *corner, *files],
        env={**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        source.terminate()
        source.wait(60)


def stop(process: subprocess.Popen[str]) -> None:
    """Ends the program."""
    process.terminate()
    process.communicate(timeout=240)


@pytest.fixture
def program(display: str, clip_path: Path, until: Until, opened: MainWindow) -> Iterator[Hands]:
    """The program on that screen, with the clip open and the keyboard at its window."""
    hands = Hands(display, opened)
    process = started(display, clip_path)
    until(lambda: process.poll() is not None or bool(hands.sees("scene.mp4 – Cleanplate")))
    if process.poll() is not None:
        said = process.communicate()[1]
        if "platform plugin" in said:
            pytest.skip(f"Qt finds no X here: {said.strip()[:600]}")
        pytest.fail(said)
    hands.do("windowfocus", "--sync", hands.sees("scene.mp4 – Cleanplate").split()[-1])
    yield hands
    stop(process)


def test_an_object_is_removed_with_mouse_and_keys(
    program: Hands, user_folders: Path, tmp_path: Path, clip_path: Path, until: Until
) -> None:
    left, top = object_corner(0)
    program.do("key", "r")
    program.drag((left - 4, top - 4), (left + 8, top + 8), (left + BLOB + 4, top + BLOB + 4))
    until(lambda: bool(program.sees(r"scene.mp4\* – Cleanplate")))
    program.do("key", "f")
    program.do("key", "ctrl+shift+r")
    until(lambda: len(list((user_folders / "cache").glob("results/??/*.patch"))) >= FRAMES)
    target = tmp_path / "clean.mp4"
    program.do("key", "ctrl+e")
    until(lambda: bool(program.sees("Export")))
    program.do("windowfocus", "--sync", program.sees("Export").split()[-1])
    program.do("key", "ctrl+a")
    program.do("type", "--delay", "5", str(target))
    program.do("key", "Return")
    until(target.is_file)
    with open_clip(target) as cleaned, open_clip(clip_path) as source:
        assert len(cleaned) == FRAMES
        for frame in (5, FRAMES - 1):
            left, top = object_corner(frame)
            apart = np.abs(cleaned.frame(frame).rgb.astype(int) - source.frame(frame).rgb.astype(int)).max(axis=2)
            assert apart[top + 6 : top + BLOB - 6, left + 6 : left + BLOB - 6].mean() > 30, "the object is still there"
            far = np.ones((HEIGHT, WIDTH), bool)
            far[top - 16 : top + BLOB + 16, max(left - 16, 0) : left + BLOB + 16] = False
            assert apart[far].mean() < 4


def test_an_object_is_removed_with_keys_alone(
    program: Hands, user_folders: Path, tmp_path: Path, clip_path: Path, until: Until
) -> None:
    left, top = object_corner(0)
    program.do("key", "y")
    program.steer(-300, -200)  # into the corner
    program.do("key", "r")
    program.steer(left - 4, top - 4)
    program.do("key", "space")
    program.steer(BLOB + 8, BLOB + 8)
    program.do("key", "space")
    until(lambda: bool(program.sees(r"scene.mp4\* – Cleanplate")))
    program.do("key", "t")
    program.do("key", "ctrl+shift+r")
    until(lambda: len(list((user_folders / "cache").glob("results/??/*.patch"))) >= FRAMES)
    program.do("key", "alt+3", "alt+Left", "Escape")
    target = tmp_path / "clean.mp4"
    program.do("key", "ctrl+e")
    until(lambda: bool(program.sees("Export")))
    program.do("windowfocus", "--sync", program.sees("Export").split()[-1])
    program.do("key", "ctrl+a")
    program.do("type", "--delay", "5", str(target))
    program.do("key", "Return")
    until(target.is_file)
    with open_clip(target) as cleaned, open_clip(clip_path) as source:
        left, top = object_corner(5)
        apart = np.abs(cleaned.frame(5).rgb.astype(int) - source.frame(5).rgb.astype(int)).max(axis=2)
        assert apart[top + 6 : top + BLOB - 6, left + 6 : left + BLOB - 6].mean() > 30, "the object is still there"


def test_shapes_and_references_are_made_with_mouse_and_keys(
    program: Hands, user_folders: Path, tmp_path: Path, until: Until
) -> None:
    project = tmp_path / "roto.cleanplate"
    program.do("key", "u")
    program.click((100, 40), (160, 40), (160, 100), (100, 100))
    program.do("key", "Return")
    until(lambda: bool(program.sees(r"scene.mp4\* – Cleanplate")))
    program.do("key", "shift+Right")
    program.drag((130, 70), (140, 75), (150, 80))
    program.do("key", "ctrl+shift+r")
    until(lambda: len(list((user_folders / "cache").glob("results/??/*.patch"))) >= FRAMES)
    program.do("key", "c")
    program.click((40, 20), held="alt")
    program.drag((140, 70), (150, 75), (150, 80))
    program.do("key", "ctrl+s")
    until(lambda: bool(program.sees("Save the project")))
    program.do("windowfocus", "--sync", program.sees("Save the project").split()[-1])
    program.do("key", "ctrl+a")
    program.do("type", "--delay", "5", str(project))
    program.do("key", "Return")
    until(project.is_file)
    document = load_project(project).document
    assert document.objects[0].shapes[0].key_frames == (0, 10)
    assert list(document.references) == [10]


def test_clips_masks_and_projects_are_dropped_on_the_window(
    display: str, user_folders: Path, tmp_path: Path, clip_path: Path, until: Until, opened: MainWindow
) -> None:
    other = tmp_path / "other.mp4"
    shutil.copy(clip_path, other)
    matte = tmp_path / "matte.png"
    write_image(matte, np.pad(np.full((30, 30, 3), 255, np.uint8), ((20, HEIGHT - 50), (40, WIDTH - 70), (0, 0))))
    project = tmp_path / "dropped.cleanplate"
    process = started(display, None)
    hands = Hands(display, opened)
    until(lambda: process.poll() is not None or bool(hands.sees("^Cleanplate$")))
    if process.poll() is not None and "platform plugin" in (said := process.communicate()[1]):
        pytest.skip(f"Qt finds no X here: {said.strip()[:600]}")
    files = [str(each) for each in (clip_path, matte, project)]
    with dragging(display, files):
        until(lambda: bool(hands.sees("drag source")))
        viewer = opened.viewer.mapTo(opened, opened.viewer.rect().center())
        panel = opened.objects.mapTo(opened, opened.objects.rect().center())
        hands.carry(SOURCE_AT, viewer)
        until(lambda: bool(hands.sees("scene.mp4 – Cleanplate")))
        hands.carry(SOURCE_AT, panel)
        until(lambda: bool(hands.sees(r"scene.mp4\* – Cleanplate")))
        hands.do("windowfocus", "--sync", hands.sees("scene.mp4").split()[-1])
        hands.do("key", "ctrl+s")
        until(lambda: bool(hands.sees("Save the project")))
        hands.do("windowfocus", "--sync", hands.sees("Save the project").split()[-1])
        hands.do("key", "ctrl+a")
        hands.do("type", "--delay", "5", str(project))
        hands.do("key", "Return")
        until(lambda: bool(hands.sees("dropped.cleanplate – Cleanplate")))
        hands.do("windowfocus", "--sync", hands.sees("dropped.cleanplate").split()[-1])
        hands.do("key", "ctrl+w")
        until(lambda: bool(hands.sees("^Cleanplate$")))
        hands.carry(SOURCE_AT, viewer)
        until(lambda: bool(hands.sees("dropped.cleanplate – Cleanplate")))
    stop(process)
    (marked,) = load_project(project).document.objects
    assert marked.track[0].to_array()[20:50, 40:70].all() and marked.track[0].to_array().sum() == 900


def test_the_second_viewer_fills_the_second_monitor_and_the_window_the_first(
    two_displays: str, user_folders: Path, clip_path: Path, until: Until, opened: MainWindow
) -> None:
    hands = Hands(two_displays, opened)
    process = started(two_displays, clip_path)

    def place(title: str) -> tuple[int, ...]:
        """Left, top, width and height of a window, and none if there is none."""
        number = hands.sees(title)
        told = hands.do("getwindowgeometry", "--shell", number.split()[-1]) if number else ""
        found = dict(line.split("=") for line in told.splitlines() if "=" in line)
        return tuple(int(found[key]) for key in ("X", "Y", "WIDTH", "HEIGHT")) if found else ()

    main, second = "scene.mp4 – Cleanplate", "Second viewer"
    until(lambda: process.poll() is not None or bool(place(main)))
    hands.do("windowactivate", "--sync", hands.sees(main).split()[-1])
    assert place(main)[0] < 1280
    hands.do("key", "ctrl+4")
    until(lambda: bool(place(second)) and place(second)[0] >= 1280)
    hands.do("windowactivate", "--sync", hands.sees(second).split()[-1])
    hands.do("key", "F11")
    until(lambda: place(second) == (1280, 0, 1280, 720))
    hands.do("key", "Escape")
    until(lambda: place(second)[2] < 1280)
    hands.do("windowactivate", "--sync", hands.sees(main).split()[-1])
    before = place(main)
    hands.do("key", "F11")
    until(lambda: place(main) == (0, 0, 1280, 720))
    hands.do("key", "F11")
    until(lambda: place(main) == before)
    hands.do("key", "ctrl+4")
    until(lambda: not place(second))
    stop(process)
