"""The engine without networks, through the removal walks: live goes on exactly where it stopped."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from standin_engine import make_plan

from app.engine.loader import load_engine
from app.engine.plan import Mode, RemovalPlan
from app.engine.removal import Filled, LiveRemoval, composited
from app.engine.results import ResultCache
from app.media.convert import rgb_view
from app.media.frame import ColorTags, Family, PlaneLayout, VideoFrame

WIDTH, HEIGHT = 96, 64
FRAMES = 56


def panned_frame(index: int) -> VideoFrame:
    """A textured background that drifts by a pixel a frame."""
    random = np.random.default_rng(3)
    wide = cv2.GaussianBlur(random.integers(0, 255, (HEIGHT, WIDTH + 2 * FRAMES)).astype(np.uint8), (0, 0), 1.5)
    planes = [np.ascontiguousarray(wide[:, index : index + WIDTH])]
    planes += [np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8) for _ in range(2)]
    for plane in planes:
        plane.flags.writeable = False
    layout = PlaneLayout(Family.YUV, 8, 1, 1, False)
    return VideoFrame(index, index, 1, layout, tuple(planes), ColorTags(), to_rgb=rgb_view)


def run(plan: RemovalPlan, delay: int, cache: ResultCache | None, stop: int) -> list[tuple[np.ndarray, ...]]:
    removal = LiveRemoval(plan, load_engine("propagate", delay=delay), cache)
    out = []
    for filled in removal.run(removal.prepare(panned_frame(index)) for index in range(FRAMES)):
        keep(cache, filled)
        out.append(composited(filled).planes)
        if len(out) == stop:
            break
    return out


def keep(cache: ResultCache | None, filled: Filled) -> None:
    for key, value in filled.keep if cache is not None else ():
        assert cache is not None
        if isinstance(value, bytes):
            cache.put(key, value)
        else:
            cache.put_fill(key, value)


@pytest.mark.parametrize("delay", [0, 3])
def test_the_propagation_engine_goes_on_exactly_where_it_stopped(tmp_path: Path, delay: int) -> None:
    plan, cache = make_plan(FRAMES, Mode.LIVE), ResultCache(tmp_path)
    whole = run(plan, delay, None, FRAMES)
    run(plan, delay, cache, 54)
    assert LiveRemoval(plan, load_engine("propagate", delay=delay), cache).resumed_at == 50
    resumed = run(plan, delay, cache, FRAMES)
    for index, (ours, theirs) in enumerate(zip(resumed, whole, strict=True)):
        assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True)), index
