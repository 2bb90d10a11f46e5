"""An encoder that makes its threads real-time threads is talked out of it."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import av
import pytest
from av.video.stream import VideoStream
from export_clips import export, make_clip

from app.media import file_sink
from app.media.encode import VideoEncoder
from app.media.frame import VideoFrame
from app.media.scheduling import ordinary_scheduling

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux's encoders do so")
as_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may do so")


def _policies() -> dict[int, int]:
    return {int(entry.name): os.sched_getscheduler(int(entry.name)) for entry in Path("/proc/self/task").iterdir()}


@as_root
def test_a_thread_that_became_a_real_time_thread_is_ordinary_again() -> None:
    with ordinary_scheduling():
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(3))
        assert os.sched_getscheduler(0) == os.SCHED_FIFO
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


@as_root
def test_a_thread_that_was_one_before_stays_one() -> None:
    ready, done = threading.Event(), threading.Event()

    def be_real_time() -> None:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(2))
        ready.set()
        done.wait()

    thread = threading.Thread(target=be_real_time)
    thread.start()
    try:
        assert ready.wait(60)
        with ordinary_scheduling():
            pass
        assert thread.native_id is not None
        assert os.sched_getscheduler(thread.native_id) == os.SCHED_RR
    finally:
        done.set()
        thread.join()


def test_no_thread_of_an_av1_export_is_a_real_time_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[int, int]] = []

    class Watched(VideoEncoder):
        def encode(self, frame: VideoFrame, pts: int, duration: int) -> list[av.Packet[VideoStream]]:
            packets = super().encode(frame, pts, duration)
            seen.append(_policies())
            return packets

    monkeypatch.setattr(file_sink, "VideoEncoder", Watched)
    source = make_clip(tmp_path / "in.mkv", encoder="ffv1", size=(256, 144), pts=range(0, 5 * 512, 512))
    export(source, tmp_path / "out.mkv", codec="av1")
    assert len(seen) == 5
    assert len(seen[-1]) > 3  # the encoder's own threads are among them
    assert all(set(policies.values()) <= {os.SCHED_OTHER, os.SCHED_BATCH, os.SCHED_IDLE} for policies in seen)
