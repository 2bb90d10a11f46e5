"""What training rolls out is what the product does: the same network, the same clip, nearly the same pictures."""

from __future__ import annotations

import numpy as np
import torch
from truth_scene import moving_scene

from models.devices import Placement
from models.flow.dis import DisFlow
from models.propagation.settings import PropagationSettings
from models.propagation.source_map import window_of
from models.training.composites.clip_source import FRAME_RATE, ClipSource
from models.training.data.method import dilate_holes
from models.training.vornet.candidates import MARGIN_PX, compute_candidates
from models.training.vornet.windows import to_tensors
from models.vornet.causal import CausalPropagation
from models.vornet.refinement import RefinementNetwork
from models.vornet.refiner import Refiner
from models.vornet.remover import VornetRemover
from models.vornet.rollout import roll_out
from models.vornet.runner import StepRunner
from models.vornet.settings import RefinerSettings


def test_the_products_answer_is_the_rolled_out_one() -> None:
    # Its answer is the same everywhere, wherever its crop begins: half of the last output, and a little red.
    network = RefinementNetwork(candidates=2, width=4, hidden=8).eval()
    bias = network.decode1.bias
    assert bias is not None
    torch.nn.init.zeros_(bias)
    with torch.no_grad():
        bias[0], bias[4] = 0.05, 3.0
    scene = moving_scene(speed=2.0)
    holes = dilate_holes(scene.masks)
    clip = compute_candidates("scene", scene.frames, scene.truth, holes)
    tensors = to_tensors(clip.truth, clip.holes, clip.flow, clip.fills["live"])
    height, width = clip.holes.shape[1:]
    beyond = (0, -width % 8, 0, -height % 8)
    batch = {
        name: torch.nn.functional.pad(tensor[0], beyond, mode="replicate")[None]
        for name, tensor in tensors.items()
        if tensor.ndim == 5
    }
    with torch.inference_mode():
        answers = roll_out(network, batch)
    rolled = torch.cat([answer.picture.clamp(0, 1) for answer in answers])[..., :height, :width]
    wanted = rolled.permute(0, 2, 3, 1).numpy() * 255

    settings = PropagationSettings(frame_rate=FRAME_RATE)
    refiner = Refiner(
        StepRunner(network, Placement()), None, DisFlow(settings.preset), settings, RefinerSettings(skip=False)
    )
    remover = VornetRemover(CausalPropagation(settings), refiner, "")
    found = scene.frames.copy()
    for frame in ClipSource(scene.frames, holes).walk():
        (fill,) = remover.step(frame)
        part = np.s_[fill.top : fill.top + fill.height, fill.left : fill.left + fill.width]
        hole = holes[fill.index][part]
        for channel, samples in enumerate(fill.planes):
            found[fill.index][part][..., channel][hole] = samples[hole]

    rows, columns = holes.shape[1:]
    window = window_of(np.asarray(holes.any(axis=0), np.bool_)).grown(MARGIN_PX, rows, columns, 2).slices
    inside = clip.holes
    apart = np.abs(found[:, *window] - wanted)[inside].mean()
    changed = np.abs(clip.fills["live"].frames - wanted)[inside].mean()
    assert changed > 3
    assert apart < 0.6  # rounding to whole levels alone is 0.25
