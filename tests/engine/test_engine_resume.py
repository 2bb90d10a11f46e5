"""The engines through the removal walks: live goes on exactly where it stopped."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from standin_engine import make_plan

from app.engine.live_removal import LiveRemoval
from app.engine.loader import load_engine
from app.engine.plan import Mode, RemovalPlan
from app.engine.protocols import Engine
from app.engine.removal import Filled, composited
from app.engine.results import ResultCache
from app.media.convert import rgb_view
from app.media.frame import ColorTags, Family, PlaneLayout, VideoFrame
from models.vornet.refinement import RefinementNetwork
from models.weights import save_network

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


def open_engine(name: str, delay: int, weights: Path) -> Engine:
    """An engine on a small random network, if it has any."""
    if not (weights / "vornet.safetensors").exists():
        torch.manual_seed(5)
        network = RefinementNetwork(candidates=2, width=4, hidden=8)
        torch.nn.init.normal_(network.decode1.weight, std=0.3)
        arrays = {key: tensor.numpy() for key, tensor in network.state_dict().items()}
        save_network(weights / "vornet.safetensors", "RefinementNetwork", network.config(), arrays)
    return load_engine(name, delay=delay, device="cpu", weights=weights)


def run(plan: RemovalPlan, engine: Engine, cache: ResultCache | None, stop: int) -> list[tuple[np.ndarray, ...]]:
    removal = LiveRemoval(plan, engine, cache)
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
        cache.keep(key, value)


@pytest.mark.parametrize("delay", [0, 3])
@pytest.mark.parametrize("name", ["propagate", "vornet"])
def test_an_engine_goes_on_exactly_where_it_stopped(tmp_path: Path, name: str, delay: int) -> None:
    plan, cache = make_plan(FRAMES, Mode.LIVE), ResultCache(tmp_path / "cache")
    engine = open_engine(name, delay, tmp_path)
    whole = run(plan, engine, None, FRAMES)
    run(plan, engine, cache, 54)
    assert LiveRemoval(plan, engine, cache).resumed_at == 50
    resumed = run(plan, engine, cache, FRAMES)
    for index, (ours, theirs) in enumerate(zip(resumed, whole, strict=True)):
        assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True)), index
