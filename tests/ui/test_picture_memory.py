"""The window's pictures keep to one limit, decoders included."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from moving_square import FRAMES, HEIGHT, WIDTH

from app.ui.clips import opened
from app.ui.main_window import MainWindow

Until = Callable[[Callable[[], bool]], None]
LIMIT_MB = 64  # the least that can be set


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
    clip = opened(clip_path)
    clip.close()
    frame_bytes = WIDTH * HEIGHT * 3 // 2
    assert clip.picture_bytes == (1024 << 20) - 48 * frame_bytes


def test_a_smaller_limit_lets_go_of_what_is_too_much(opened: MainWindow) -> None:
    cache = opened.controller.pictures.cache
    assert cache.size_bytes > 0
    cache.resize(0)
    assert cache.size_bytes == 0 and cache.capacity_bytes == 0
