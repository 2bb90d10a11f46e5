"""The warping network (VORNet section 3.1): candidates warped from past outputs.

The paper's FlowNet2 is replaced by any ``FlowEstimator`` (DIS by default, RAFT-small where there is a GPU): no weights
of FlowNet2 can be had, and DIS is real-time on a CPU. The foreground's flow is removed and filled either as in the
paper, by interpolation, or by the homography of the whole background, which is right where the scene is rigid.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from models.flow.protocol import FlowEstimator
from models.propagation.holeflow import FlowField, HoleFlow, fit_homography, homography_flow
from models.propagation.observation import Observation, Scale, estimated_flow, hole_flow
from models.propagation.picture import BoolMask
from models.propagation.pullpush import pull_push
from models.propagation.source_map import Window
from models.vornet.crops import Crop, crop_grid
from models.vornet.rollout import STEPS
from models.vornet.sampling import warp

FlowFill = Literal["interpolated", "homography", "mixed"]


def interpolated_flow(flow: FlowField, hole: BoolMask) -> FlowField:
    """The paper's fill: the hole's flow ``(h, w, 2)`` continued smoothly from round it."""
    return np.asarray(pull_push(flow, (~hole).astype(np.float32)), np.float32)


def homography_fill(flow: FlowField, hole: BoolMask) -> FlowField | None:
    """The hole's flow from the homography of the whole background; None if none fits."""
    homography = fit_homography(flow, ~hole)
    if homography is None:
        return None
    height, width = hole.shape
    whole = homography_flow(homography, Window(0, 0, width, height), flow.shape)
    return np.where(hole[..., None], whole, flow).astype(np.float32)


def background_flow(estimator: FlowEstimator, here: Observation, there: Observation, fill: FlowFill) -> HoleFlow:
    """F^bg from one frame to another on the motion grid, the foreground's flow removed and filled.

    Args:
        estimator: of the raw flow.
        here: the frame.
        there: the past frame.
        fill: ``interpolated`` (the paper's), ``homography`` (interpolated where none fits), or ``mixed``: what the
            engine without networks does, which weighs both by how well they explain the hole's surroundings.
    """
    if fill == "mixed":
        return hole_flow(estimator, here, there)
    raw = estimated_flow(estimator, here, there)
    filled = homography_fill(raw, here.blurred) if fill == "homography" else None
    if filled is None:
        filled = interpolated_flow(raw, here.blurred)
    return HoleFlow(filled, None, np.zeros(filled.shape[:2], np.float32))


@dataclass(frozen=True, slots=True)
class PastOutput:
    """A frame that has been filled.

    Attributes:
        seen: the frame, made ready.
        crop: the rectangle the networks saw of it.
        picture: ``(1, 3, H, W)`` float32 RGB in 0..1: O_{t-k} in that rectangle.
    """

    seen: Observation
    crop: Crop
    picture: Tensor


class Warper:
    """Warps past outputs into the current frame's hole.

    Args:
        estimator: optical flow.
        fill: how the hole's flow is filled.
        steps: the paper's k.
    """

    def __init__(
        self, estimator: FlowEstimator, fill: FlowFill = "interpolated", steps: tuple[int, ...] = STEPS
    ) -> None:
        self._estimator, self._fill, self._steps = estimator, fill, steps
        self.past: deque[PastOutput | None] = deque(maxlen=max(steps))

    def remember(self, output: PastOutput | None) -> None:
        """Keeps a frame's output; None for a frame that had no hole."""
        self.past.appendleft(output)

    def candidates(self, here: Observation, crop: Crop, frame: Tensor, hole: Tensor, scale: Scale) -> list[Tensor]:
        """W_{t-k -> t} for each k that has a past output, ``(1, 3, H, W)``, the frame itself outside the hole.

        Args:
            here: I_t, made ready.
            crop: the rectangle of it.
            frame: ``(1, 3, H, W)``, I_t in the crop.
            hole: ``(1, 1, H, W)``, M_t in the crop.
            scale: the clip's sizes.
        """
        found: list[Tensor] = []
        for step in self._steps:
            past = self.past[step - 1] if step <= len(self.past) else None
            if past is None:
                continue
            motion = background_flow(self._estimator, here, past.seen, self._fill)
            grid = torch.from_numpy(crop_grid(motion, scale, crop, past.crop))[None].to(frame.device)
            nearest = found[0] if found else frame
            found.append(torch.lerp(frame, warp(past.picture, grid, nearest), hole))
        return found
