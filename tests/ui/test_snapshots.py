"""The window's main states, pixel by pixel: against pictures in ``snapshots``, whose README says how to renew them.

Tolerance: at most 0.05 % of the pixels may differ by more than 32 of 255 levels in any channel, and the mean difference
may be at most 0.2 levels: a moved line or a lost word is more, another version of the font rasteriser is less.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from moving_square import BLOB, HEIGHT, WIDTH, object_corner
from PySide6.QtGui import QFont, QFontDatabase, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.core.document import ClipIdentity, Document
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.object_edits import set_anchor
from app.engine.request import Removal
from app.jobs.context import Progress
from app.media.images import read_image, write_image
from app.ui.export_entry import ExportEntry
from app.ui.main_window import MainWindow
from app.ui.preferences import Preferences
from app.ui.preferences_dialog import PreferencesDialog
from app.ui.theme import DARK, LIGHT
from app.ui.views import View

FOLDER = Path(__file__).parent / "snapshots"
UPDATE = "CLEANPLATE_UPDATE_SNAPSHOTS"
LEVELS, SHARE, MEAN = 32, 0.0005, 0.2
Until = Callable[[Callable[[], bool]], None]

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the pictures were drawn on Linux; other systems draw text and edges differently"
)


@pytest.fixture(autouse=True)
def own_font(qapp: QApplication) -> Iterator[None]:
    """Text in the font that lies beside the pictures."""
    before = qapp.font()
    number = QFontDatabase.addApplicationFont(str(FOLDER / "font.ttf"))
    assert number >= 0
    font = QFont(QFontDatabase.applicationFontFamilies(number)[0])
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setStyleStrategy(QFont.StyleStrategy.NoSubpixelAntialias)
    qapp.setFont(font)
    yield
    qapp.setFont(before)
    QFontDatabase.removeApplicationFont(number)


def pixels_of(widget: QWidget) -> np.ndarray:
    """``(H, W, 3)`` uint8 RGB."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def at_rest(widget: QWidget, qtbot: QtBot) -> np.ndarray:
    """Its picture, once it stays the same."""
    last = [pixels_of(widget)]

    def unchanged() -> bool:
        now = pixels_of(widget)
        same = now.shape == last[0].shape and np.array_equal(now, last[0])
        last[0] = now
        return same

    for _ in range(3):
        qtbot.wait(120)
        qtbot.waitUntil(unchanged, timeout=60_000)
    return last[0]


def compare(name: str, found: np.ndarray, tmp_path: Path) -> None:
    """Fails where a state does not look as it should; what it looks like is left in the test's folder."""
    path = FOLDER / f"{name}.png"
    if os.environ.get(UPDATE):
        write_image(path, found)
        return
    assert path.is_file(), f"there is no picture of {name}: see snapshots/README.md"
    wanted = np.asarray(read_image(path))[..., :3]
    assert found.shape == wanted.shape
    apart = np.abs(found.astype(int) - wanted).max(axis=2)
    share, mean = float((apart > LEVELS).mean()), float(apart.mean())
    if share > SHARE or mean > MEAN:
        write_image(tmp_path / f"{name}.png", found)
        write_image(tmp_path / f"{name}-apart.png", apart.clip(0, 255).astype(np.uint8))
        pytest.fail(f"{name}: {share:.2%} of the pixels and {mean:.2f} levels apart; see {tmp_path}")


def marked(window: MainWindow, until: Until) -> MainWindow:
    """A mask in frame 5, on screen, and its neighbour masked too."""
    window.editing.new_object()
    for frame in (5, 6):
        left, top = object_corner(frame)
        mask = MaskBlob.from_array(box_mask(Rect(left, top, BLOB, BLOB), WIDTH, HEIGHT))
        window.controller.perform(set_anchor(window.controller.document, 1, frame, mask))
    window.controller.transport.go_to(5)
    until(lambda: window.viewer.shown is not None and window.viewer.shown.wanted.index == 5)
    until(lambda: window.controller.clip is not None and window.controller.clip.proxy.complete)
    until(lambda: not window.rendering.busy)
    until(lambda: window.viewer.shown is not None and window.viewer.shown.hole is not None)
    film = window.timeline.film
    until(lambda: bool(film._wanted) and not film._missing(1))
    window.rendering.estimating.drop()  # its words tell how fast this machine is
    return window


def dressed(window: MainWindow, light: bool) -> MainWindow:
    window.set_theme(LIGHT if light else DARK)
    return window


@pytest.mark.parametrize("light", [False, True], ids=["dark", "light"])
def test_the_empty_window(window: MainWindow, qtbot: QtBot, tmp_path: Path, light: bool) -> None:
    dressed(window, light)
    compare(f"empty-{window.theme.name}", at_rest(window, qtbot), tmp_path)


@pytest.mark.parametrize("light", [False, True], ids=["dark", "light"])
def test_a_marked_object(opened: MainWindow, qtbot: QtBot, until: Until, tmp_path: Path, light: bool) -> None:
    marked(dressed(opened, light), until)
    compare(f"marked-{opened.theme.name}", at_rest(opened, qtbot), tmp_path)


@pytest.mark.parametrize("view", [View.SIDE_BY_SIDE, View.MATTE], ids=["side-by-side", "matte"])
def test_other_views(opened: MainWindow, qtbot: QtBot, until: Until, tmp_path: Path, view: View) -> None:
    marked(dressed(opened, light=False), until).viewer.set_view(view)
    until(lambda: opened.viewer.shown is not None and opened.viewer.shown.wanted.view is view)
    compare(f"view-{view.value}", at_rest(opened.viewer, qtbot), tmp_path)


def test_the_exports(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    dressed(window, light=False)
    document = Document(ClipIdentity("clip.mp4", 1, 64, 48, 4))
    entries = [ExportEntry(Removal(Path(name)), document) for name in ("a.mov", "b.mp4", "c.mkv", "d.mkv")]
    entries[0].begun(Progress(3, 4))
    entries[1].fail(ValueError("no"))
    entries[2].stop()
    window.exporting.entries = entries
    window.exporting.changed.emit()
    window.asking.exports()
    compare("exports", at_rest(window.exports, qtbot), tmp_path)


def test_the_preferences(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    dressed(window, light=True)
    dialog = PreferencesDialog(
        Preferences(theme="light", cache_folder=Path("/cache")), window.actions_table, window.projects.questions, window
    )
    dialog.show()
    try:
        compare("preferences", at_rest(dialog, qtbot), tmp_path)
    finally:
        dialog.close()
        dressed(window, light=False)


def test_a_word_that_is_lost_is_more_than_the_tolerance(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(UPDATE, raising=False)
    dressed(window, light=False)
    window.welcome.demo.setText("")
    with pytest.raises(pytest.fail.Exception, match="apart"):
        compare("empty-dark", at_rest(window, qtbot), tmp_path)
    assert (tmp_path / "empty-dark-apart.png").is_file()
