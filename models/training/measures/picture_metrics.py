"""How close filled pictures are to the truth inside their holes: PSNR, MSE, SSIM, sharpness, crops for LPIPS."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.data.method import Clip, Masks, hole_window

PSNR_CAP_DB = 60.0  # an exact fill would be infinite
SSIM_WINDOW_PX, SSIM_SIGMA_PX = 11, 1.5
SSIM_C1, SSIM_C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
CROP_MARGIN_PX = 8
CROP_STEP_PX = 16
MIN_CROP_PX = 64

Window = tuple[slice, slice]


def squared_errors(result: Clip, truth: Clip, holes: Masks) -> NDArray[np.float64]:
    """``(N,)`` mean squared error in grey levels inside the hole of each frame that has one."""
    errors = []
    for filled, true, hole in zip(result, truth, holes, strict=True):
        if hole.any():
            difference = filled[hole].astype(np.float64) - true[hole]
            errors.append(float(np.square(difference).mean()))
    return np.array(errors)


def psnr_of(mean_squared_error: NDArray[np.float64]) -> NDArray[np.float64]:
    """Peak signal-to-noise ratio in dB of mean squared errors in grey levels, at most ``PSNR_CAP_DB``."""
    floor = 255.0**2 / 10 ** (PSNR_CAP_DB / 10)
    return np.asarray(10 * np.log10(255.0**2 / np.maximum(mean_squared_error, floor)), np.float64)


def ssim(result: Clip, truth: Clip, holes: Masks) -> float:
    """Mean structural similarity in the hole's box (Gaussian window of 11 pixels, each colour on its own)."""
    values = []
    margin = SSIM_WINDOW_PX // 2
    for filled, true, hole in zip(result, truth, holes, strict=True):
        if hole.any():
            wide = hole_window(hole, margin)
            similarity = _ssim_map(filled[wide].astype(np.float64), true[wide].astype(np.float64))
            tight = hole_window(hole[wide], 0)
            values.append(float(similarity[tight].mean()))
    return float(np.mean(values))


def _ssim_map(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    def blur(image: NDArray[np.float64]) -> NDArray[np.float64]:
        size = (SSIM_WINDOW_PX, SSIM_WINDOW_PX)
        return np.asarray(cv2.GaussianBlur(image, size, SSIM_SIGMA_PX), np.float64)

    mean_1, mean_2 = blur(first), blur(second)
    variance_1 = blur(first * first) - mean_1**2
    variance_2 = blur(second * second) - mean_2**2
    covariance = blur(first * second) - mean_1 * mean_2
    luminance = (2 * mean_1 * mean_2 + SSIM_C1) / (mean_1**2 + mean_2**2 + SSIM_C1)
    structure = (2 * covariance + SSIM_C2) / (variance_1 + variance_2 + SSIM_C2)
    return luminance * structure


def sharpness_ratio(result: Clip, truth: Clip, holes: Masks) -> float:
    """Energy of the Laplacian inside the holes, result over truth: 1 is as sharp, below is blurred."""
    energy = np.zeros(2)
    for filled, true, hole in zip(result, truth, holes, strict=True):
        if hole.any():
            window = hole_window(hole, 2)
            for which, picture in enumerate((filled, true)):
                gray = cv2.cvtColor(np.ascontiguousarray(picture[window]), cv2.COLOR_RGB2GRAY).astype(np.float64)
                energy[which] += float(np.square(cv2.Laplacian(gray, cv2.CV_64F)[hole[window]]).sum())
    return float(energy[0] / max(energy[1], 1e-9))


def crop_windows(holes: Masks) -> dict[int, Window]:
    """The crop that LPIPS sees of each frame with a hole: its box, 8 pixels round it, sides in steps of 16 from 64."""
    rows, columns = holes.shape[1:]
    windows = {}
    for index, hole in enumerate(holes):
        if hole.any():
            box = hole_window(hole, CROP_MARGIN_PX)
            windows[index] = (_grown(box[0], rows), _grown(box[1], columns))
    return windows


def _grown(side: slice, length: int) -> slice:
    """Grows a side to the next step, round its middle, and pushes it into the picture."""
    low, high = int(side.start), min(int(side.stop), length)
    wanted = max(-(-(high - low) // CROP_STEP_PX) * CROP_STEP_PX, MIN_CROP_PX)
    wanted = min(wanted, length)
    start = min(max((low + high - wanted) // 2, 0), length - wanted)
    return slice(start, start + wanted)
