"""Libraries come in beside the window: the GUI thread imports nothing heavy once the window is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"av", "cv2", "numpy", "onnx", "onnxruntime", "scenedetect", "scipy", "torch"}
WORK = """
import gc, sys, threading, json
from pathlib import Path
from PySide6.QtCore import QTimer
from app.ui import application
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.object_edits import set_anchor
from app.engine.result_view import FrameState
from app.media.settings import ExportSettings
from app.ui.tracking import Direction

found = []
watching = []
prompt = []

def audit(event, arguments):
    if event == "import" and watching and threading.current_thread() is threading.main_thread():
        found.append(arguments[0])

sys.addaudithook(audit)
clip, target = map(Path, sys.argv[1:3])

class Watched(application.MainWindow):
    def showEvent(self, event):
        super().showEvent(event)
        watching.append(True)
        prompt[:] = [sys.getswitchinterval(), gc.get_freeze_count()]
        self.steps = iter(self.work())
        self.timer = QTimer(self)
        self.timer.timeout.connect(self.go_on)
        self.timer.start(10)
        QTimer.singleShot(120_000, self, lambda: application.QApplication.exit(3))

    def go_on(self):
        wait = getattr(self, "wait", None)
        if wait is not None and not wait():
            return
        try:
            self.wait = next(self.steps)
        except StopIteration:
            self.timer.stop()
            watching.clear()
            self._may_quit = True
            self.close()

    def work(self):
        yield lambda: self.viewer.shown is not None and self.viewer.shown.exact and not self.rendering.busy
        self.editing.new_object()
        mask = MaskBlob.from_array(box_mask(Rect(32, 22, 28, 28), 128, 96))
        self.controller.perform(set_anchor(self.controller.document, 1, 0, mask))
        self.tracking.track(Direction.FORWARD)
        yield lambda: not self.tracking.running and not self.rendering.busy
        self.actions_table.action("remove.live").trigger()
        yield lambda: bool((self.rendering.states == FrameState.LIVE).any())
        self.actions_table.action("play.toggle").trigger()
        yield lambda: not self.controller.transport.playing
        self.exporting.run(self.controller.workspace.removal(target, media=ExportSettings(codec="ffv1")))
        yield lambda: not self.exporting.running

application.MainWindow = Watched
code = application.run(clip)
print(json.dumps([found, *prompt]))
raise SystemExit(code)
"""


@pytest.fixture
def clip_with_sound(tmp_path: Path) -> Path:
    """A second of a bright square on grey, with sound."""
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as container:
        pictures = container.add_stream("libx264", rate=10)
        pictures.width, pictures.height, pictures.pix_fmt = 128, 96, "yuv420p"
        sound = container.add_stream("aac", rate=48_000)
        sound.layout = "stereo"
        for index in range(10):
            rgb = np.full((96, 128, 3), 90, np.uint8)
            rgb[25:45, 35 + index : 55 + index] = (230, 60, 40)
            container.mux(pictures.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")))
            block = av.AudioFrame.from_ndarray(np.zeros((2, 4800), np.float32), format="fltp", layout="stereo")
            block.sample_rate, block.pts = 48_000, index * 4800
            container.mux(sound.encode(block))
        container.mux(pictures.encode())
        container.mux(sound.encode())
    return path


def test_nothing_heavy_is_imported_on_the_gui_thread(clip_with_sound: Path, tmp_path: Path, user_folders: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WORK, str(clip_with_sound), str(tmp_path / "out.mkv")],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert ended.returncode == 0, ended.stderr
    imported, hand_over_s, kept = json.loads(ended.stdout.splitlines()[-1])
    assert (tmp_path / "out.mkv").is_file()
    assert {name for name in imported if name.split(".")[0] in HEAVY or "QtMultimedia" in name} == set()
    assert hand_over_s < 0.001, "jobs hand the interpreter over before the window is felt to wait"
    assert kept > 10_000, "what stays is no garbage to be looked through"
