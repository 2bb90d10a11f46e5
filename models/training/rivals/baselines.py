"""Classical ways to fill a hole, for comparison: per frame, from the whole clip, and along the camera's motion."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from models.inpainting.patch_fill import patch_fill
from models.training.composites.rigidity import camera_flow
from models.training.data.method import Clip, Filled, Masks, Method, hole_window
from models.training.rivals.naive import fill_naively, propagate

RADIUS_PX = 3
DIFFUSION_MARGIN_PX = 16
PATCH_MARGIN_PX = 32
SEED = 7
BAND_ROWS = 16

FrameFill = Callable[[NDArray[np.uint8], NDArray[np.bool_]], NDArray[np.uint8]]


def fill_by_telea(frames: Clip, holes: Masks) -> Filled:
    """Telea's fast marching, each frame on its own."""
    return _fill_each(frames, holes, DIFFUSION_MARGIN_PX, _telea)


def fill_by_navier_stokes(frames: Clip, holes: Masks) -> Filled:
    """Bertalmio's Navier-Stokes diffusion, each frame on its own."""
    return _fill_each(frames, holes, DIFFUSION_MARGIN_PX, _navier_stokes)


def fill_by_patches(frames: Clip, holes: Masks) -> Filled:
    """PatchMatch with a fixed seed on a crop round the hole, each frame on its own."""
    return _fill_each(frames, holes, PATCH_MARGIN_PX, lambda view, hole: patch_fill(view, hole, seed=SEED))


def fill_by_median(frames: Clip, holes: Masks) -> Filled:
    """One plate for the whole clip: the median over time of the pixels outside holes; never-seen ones by Telea."""
    ever_seen: NDArray[np.bool_] = ~np.asarray(holes.all(axis=0), np.bool_)
    plate = np.zeros(frames.shape[1:], np.uint8)
    for top in range(0, len(plate), BAND_ROWS):
        band = slice(top, top + BAND_ROWS)
        values = frames[:, band].astype(np.float32)
        values[holes[:, band]] = np.nan
        values[:, ~ever_seen[band]] = 0.0
        plate[band] = np.rint(np.nanmedian(values, axis=0)).astype(np.uint8)
    result = frames.copy()
    result[holes] = np.broadcast_to(plate, frames.shape)[holes]
    never = holes & ~ever_seen
    return Filled(_fill_each(result, never, DIFFUSION_MARGIN_PX, _telea).frames, holes & ever_seen)


def fill_by_homography(frames: Clip, holes: Masks) -> Filled:
    """Like the naive propagation, but the hole moves with the camera: one homography per pair of frames (RANSAC)."""

    def along_camera(flow: NDArray[np.float32], unknown: NDArray[np.bool_]) -> NDArray[np.float32]:
        completed = flow.copy()
        completed[unknown] = camera_flow(flow, ~unknown)[unknown]
        return completed

    return propagate(frames, holes, along_camera)


BASELINES: dict[str, Method] = {
    "telea": fill_by_telea,
    "navier-stokes": fill_by_navier_stokes,
    "patchmatch": fill_by_patches,
    "median": fill_by_median,
    "homography": fill_by_homography,
    "naive": fill_naively,
}


def _fill_each(frames: Clip, holes: Masks, margin_px: int, fill: FrameFill) -> Filled:
    """Fills each frame on a crop round its hole; nothing counts as seen."""
    result = frames.copy()
    for index, hole in enumerate(holes):
        if hole.any():
            window = hole_window(hole, margin_px)
            crop = np.ascontiguousarray(frames[index][window])
            result[index][hole] = fill(crop, hole[window])[hole[window]]
    return Filled(result, np.zeros(holes.shape, np.bool_))


def _telea(view: NDArray[np.uint8], hole: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.asarray(cv2.inpaint(view, hole.astype(np.uint8), RADIUS_PX, cv2.INPAINT_TELEA), np.uint8)


def _navier_stokes(view: NDArray[np.uint8], hole: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.asarray(cv2.inpaint(view, hole.astype(np.uint8), RADIUS_PX, cv2.INPAINT_NS), np.uint8)
