"""Makes the window's pictures that the README shows, on an X server of its own, with real keys.

``python tests/ui/readme_pictures.py FOLDER [--size 1280x720] [--theme dark] [--scale 100] [--data DIR]`` writes
``guide.png``, ``window.png``, ``export.png`` and, where DIR has MobileSAM's weights, ``clicks.png`` and
``click-job.png``. The README's are the dark ones at 1280x720, as JPEG. Needs Xvfb and xdotool.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "resources" / "demo" / "sports2d_walk_pan_854x480.mp4"
FRAME = 64
BOX = 434, 168, 578, 474
"""Round the walker in that frame: left, top, right, bottom in stored pixels."""
CLICK = 500, 256
FRAMES_WITH_HER = 100
PATIENCE_S, SETTLE_S = 300.0, 4.0
GRAB = (
    "import sys; from PySide6.QtGui import QGuiApplication\n"
    "app = QGuiApplication([]); app.primaryScreen().grabWindow(0).save(sys.argv[1])"
)


class Desk:
    """A screen with the program on it.

    Args:
        size: of the screen, ``WIDTHxHEIGHT``.
        theme: ``dark`` or ``light``.
        scale: percent.
        data: where weights are; None for none.
        scratch: for what the program keeps.
    """

    def __init__(self, size: str, theme: str, scale: int, data: Path | None, scratch: Path) -> None:
        reading, writing = os.pipe()
        words = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"]
        self._server = subprocess.Popen(words, pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        self.cache, folder = scratch / "cache", scratch / "data"
        folder.mkdir()
        (folder / "preferences.json").write_text(json.dumps({"theme": theme, "scale": scale, "language": "en"}))
        if data is not None:
            (folder / "weights").symlink_to(data / "weights")
        self._environment = {
            **os.environ,
            "DISPLAY": f":{number}",
            "QT_QPA_PLATFORM": "xcb",
            "CLEANPLATE_CACHE_DIR": str(self.cache),
            "CLEANPLATE_DATA_DIR": str(folder),
            "CLEANPLATE_LOG_DIR": str(scratch / "log"),
        }
        arguments = [sys.executable, "-m", "app", "window", str(DEMO)]
        self._program = subprocess.Popen(arguments, cwd=ROOT, env=self._environment, stderr=subprocess.DEVNULL)
        self.wait(lambda: bool(self.sees(f"{DEMO.name} – Cleanplate")))
        time.sleep(SETTLE_S)

    def do(self, *words: str) -> str:
        """One call of xdotool."""
        told = subprocess.run(["xdotool", *words], env=self._environment, capture_output=True, text=True, check=False)
        return told.stdout.strip()

    def sees(self, title: str) -> str:
        """Ids of the visible windows whose title matches."""
        return self.do("search", "--onlyvisible", "--name", title)

    def keys(self, *keys: str) -> None:
        """Presses keys one after another."""
        for key in keys:
            self.do("key", key)
            time.sleep(0.03)

    def steer(self, dx: int, dy: int) -> None:
        """Moves the keyboard's pointer by so many stored pixels."""
        for pixels, less, more in ((dx, "Left", "Right"), (dy, "Up", "Down")):
            key = more if pixels > 0 else less
            far, rest = divmod(abs(pixels), 100)
            tens, ones = divmod(rest, 10)
            self.keys(*[f"ctrl+{key}"] * far, *[f"shift+{key}"] * tens, *[key] * ones)

    def wait(self, condition: Callable[[], bool]) -> None:
        """Until something is so.

        Raises:
            SystemExit: it never was.
        """
        end = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                raise SystemExit("the program did not get there")
            time.sleep(0.2)

    def rendered(self) -> int:
        """How many frames are rendered."""
        return len(list(self.cache.glob("results/??/*.patch")))

    def picture(self, path: Path) -> None:
        """Writes what is on the screen."""
        subprocess.run([sys.executable, "-c", GRAB, str(path)], env=self._environment, check=True)

    def close(self) -> None:
        """Ends the program and the screen."""
        for process in (self._program, self._server):
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(30)


def go_to_her(desk: Desk) -> None:
    """The frame, and the keyboard's pointer in the picture's corner."""
    desk.do("windowfocus", "--sync", desk.sees(DEMO.name).split()[-1])
    desk.keys("ctrl+g")
    desk.do("type", str(FRAME))
    desk.keys("Return")
    time.sleep(1.0)
    desk.keys("y")
    desk.steer(-900, -500)


def draw_box(desk: Desk, box: tuple[int, int, int, int]) -> None:
    """A box with the keyboard's pointer, from the picture's corner, where it goes back to."""
    left, top, right, bottom = box
    desk.keys("r")
    desk.steer(left, top)
    desk.keys("space")
    desk.steer(right - left, bottom - top)
    desk.keys("space")
    desk.wait(lambda: bool(desk.sees(rf"{DEMO.name}\* – Cleanplate")))
    desk.steer(-900, -500)


def rendered(desk: Desk, wait_s: float) -> None:
    """Tracked, rendered, and the wipe over her."""
    desk.keys("t", "ctrl+r")
    desk.wait(lambda: desk.rendered() >= FRAMES_WITH_HER)
    time.sleep(wait_s)
    desk.keys("alt+3", *["alt+Right"] * 4)
    time.sleep(SETTLE_S)


def removed(desk: Desk, folder: Path, wait_s: float) -> None:
    """From the box to the wipe and the export dialog."""
    go_to_her(desk)
    draw_box(desk, BOX)
    desk.keys("y")
    time.sleep(wait_s)
    desk.picture(folder / "guide.png")
    rendered(desk, wait_s)
    desk.picture(folder / "window.png")
    desk.keys("ctrl+e")
    desk.wait(lambda: bool(desk.sees("^Export$")))
    time.sleep(SETTLE_S)
    desk.picture(folder / "export.png")


def clicked(desk: Desk, folder: Path, wait_s: float) -> None:
    """One click on the walker, and the whole job from it."""
    go_to_her(desk)
    desk.keys("g")
    desk.steer(*CLICK)
    time.sleep(wait_s)
    desk.keys("Return")
    desk.wait(lambda: bool(desk.sees(rf"{DEMO.name}\* – Cleanplate")))
    desk.keys("y")
    time.sleep(SETTLE_S)
    desk.picture(folder / "clicks.png")
    rendered(desk, wait_s)
    desk.picture(folder / "click-job.png")


PARTS = {"removal": removed, "clicks": clicked}


def main() -> None:
    """Makes the pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--theme", default="dark", choices=("dark", "light"))
    parser.add_argument("--scale", default=100, type=int)
    parser.add_argument("--data", type=Path, help="a data folder with MobileSAM's weights")
    parser.add_argument("--wait", default=15.0, type=float, help="seconds for what shows nowhere that it is done")
    parser.add_argument("--only", choices=PARTS, help="one part of them")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    for name, part in PARTS.items():
        if asked.only not in (None, name) or (name == "clicks" and asked.data is None):
            continue
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
            desk = Desk(asked.size, asked.theme, asked.scale, asked.data, Path(scratch))
            try:
                part(desk, asked.folder, asked.wait)
            finally:
                desk.close()


if __name__ == "__main__":
    main()
