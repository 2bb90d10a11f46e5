"""The window's pictures keep to one limit, decoders included."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from moving_square import FRAMES, HEIGHT, WIDTH

from app.jobs.context import JobContext
from app.jobs.measured import peak_memory_bytes, run_measured
from app.media.decoder_memory import frames_held
from app.ui.clips import opened as opened_clip
from app.ui.main_window import MainWindow

Until = Callable[[Callable[[], bool]], None]
LIMIT_MB = 64  # the least that can be set
LARGE, LARGE_FRAMES, LARGE_LIMIT_MB = (3840, 2160), 40, 640


def test_what_is_kept_of_a_clip_stays_below_the_limit(
    window: MainWindow, clip_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEANPLATE_PICTURES_MB", str(LIMIT_MB))
    window.open_path(clip_path)
    until(lambda: window.viewer.shown is not None and not window.rendering.busy)
    clip, pictures = window.controller.clip, window.controller.pictures
    assert clip is not None
    for frame in range(FRAMES):
        window.controller.transport.go_to(frame)
        until(lambda frame=frame: window.viewer.shown.wanted.index == frame)  # type: ignore[misc, union-attr]
    kept = clip.scrub._cache.size_bytes + pictures.cache.size_bytes + clip.proxy._size
    allowed = clip.scrub._cache.capacity_bytes + pictures.cache.capacity_bytes + clip.proxy._max_bytes
    assert 0 < kept <= allowed <= clip.picture_bytes <= LIMIT_MB << 20


def test_decoders_of_large_frames_leave_less_for_pictures(clip_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANPLATE_PICTURES_MB", "1024")
    clip = opened_clip(clip_path)
    clip.close()
    of_decoders = 3 * frames_held(clip.workspace.info) * WIDTH * HEIGHT * 3 // 2
    assert clip.picture_bytes == (1024 << 20) - of_decoders - 7 * WIDTH * HEIGHT - (240 << 20)


def test_a_smaller_limit_lets_go_of_what_is_too_much(opened: MainWindow) -> None:
    cache = opened.controller.pictures.cache
    assert cache.size_bytes > 0
    cache.resize(0)
    assert cache.size_bytes == 0 and cache.capacity_bytes == 0


@pytest.fixture(scope="module")
def large_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """40 frames of 4K in one group of pictures; noise in a corner, so that none repeats the last."""
    path = tmp_path_factory.mktemp("large") / "large.mp4"
    picture = np.full((LARGE[1] * 3 // 2, LARGE[0]), 128, np.uint8)
    noise = np.random.default_rng(5)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"g": "250", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = *LARGE, "yuv420p"
        for _ in range(LARGE_FRAMES):
            picture[:64, :64] = noise.integers(0, 255, (64, 64))
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="yuv420p")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


def _scrub(path: Path, limit_mb: int) -> int:
    """Goes back and forth in a clip; the most memory that was held before, in bytes."""
    os.environ["CLEANPLATE_PICTURES_MB"] = str(limit_mb)
    before = peak_memory_bytes()
    clip = opened_clip(path)
    clip.proxy.build(JobContext())
    for frame in (*range(LARGE_FRAMES), *range(LARGE_FRAMES - 1, -1, -1), 30, 5, 39):
        assert clip.frame(frame).index == frame
    clip.close()
    assert before is not None
    return before


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="the system has no count of memory at its highest")
def test_scrubbing_4k_stays_below_the_limit(large_clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANPLATE_CACHE_DIR", str(tmp_path))
    measured = run_measured(_scrub, large_clip, LARGE_LIMIT_MB)
    assert measured.peak_bytes is not None
    assert measured.peak_bytes - measured.value < LARGE_LIMIT_MB << 20
