"""What is out of the ordinary with a clip is said once, in one notice, when it is opened."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from moving_square import scene_frame

from app.core.project_file import save_project
from app.ui.main_window import MainWindow

Until = Callable[[Callable[[], bool]], None]


def written(path: Path, *, hdr: bool = False, times: tuple[int, ...] = tuple(range(12))) -> Path:
    """A small clip, tagged as PQ or not, whose frames come at these times."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=24, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 256, 144, "yuv420p"
        context = stream.codec_context
        context.time_base = Fraction(1, 24)
        if hdr:
            context.color_primaries, context.color_trc, context.colorspace = 9, 16, 9
        for index, time in enumerate(times):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(scene_frame(index)), format="rgb24")
            if hdr:
                frame = frame.reformat(format="yuv420p")
                frame.color_primaries, frame.color_trc, frame.colorspace = 9, 16, 9
            frame.pts, frame.time_base = time, Fraction(1, 24)
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


def opened(window: MainWindow, path: Path, until: Until) -> None:
    window.open_path(path)
    until(lambda: window.controller.info is not None and window.viewer.shown is not None)


def test_an_ordinary_clip_is_opened_without_a_word(window: MainWindow, clip_path: Path, until: Until) -> None:
    opened(window, clip_path, until)
    assert window.notices.notice is None


def test_hdr_is_said_with_what_can_be_done_about_it(window: MainWindow, tmp_path: Path, until: Until) -> None:
    opened(window, written(tmp_path / "hdr.mkv", hdr=True), until)
    notice = window.notices.notice
    assert notice is not None and notice.sentence == "HDR (PQ): toned down for this screen, written as it is."
    (choice,) = notice.choices
    asked: list[str] = []
    window.lut.ask = lambda _questions: asked.append("LUT")  # type: ignore[method-assign]
    choice.act()
    assert choice.text == "Look through a LUT…" and asked == ["LUT"]


def test_a_rate_that_varies_is_said_once_and_not_of_the_next_clip(
    window: MainWindow, tmp_path: Path, clip_path: Path, until: Until
) -> None:
    path = written(tmp_path / "varies.mkv", times=(0, 1, 2, 5, 6, 9, 10, 11, 15, 16))
    opened(window, path, until)
    notice = window.notices.notice
    assert notice is not None and notice.sentence.startswith("The frame rate varies")
    document = window.controller.document
    opened(window, clip_path, until)
    until(lambda: window.controller.info is not None and window.controller.info.path == clip_path)
    assert window.notices.notice is None
    save_project(tmp_path / "shot.cleanplate", document)
    opened(window, tmp_path / "shot.cleanplate", until)
    until(lambda: window.controller.info is not None and window.controller.info.path == path)
    assert window.notices.notice is None, "who opens a project knows its clip"
