"""Scores of a filled clip against a composite's truth. Everything is measured inside the dilated holes only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.perception.lpips import Lpips
from models.training.composites.building import Composite
from models.training.data.method import Filled, Masks
from models.training.measures import picture_metrics, temporal_metrics

BATCH_CROPS = 16
NO_LPIPS = "LPIPS and tLP not computed: weights missing, run 'cleanplate models fetch lpips-alexnet'"


@dataclass(frozen=True, slots=True)
class Scores:
    """One method on one composite.

    Attributes:
        psnr_db: mean over the frames (higher is better).
        mse: mean over the frames, in squared grey levels.
        ssim: mean over the holes' boxes (higher is better).
        lpips: mean over the holes' crops (lower is better); None without weights.
        e_warp: warping error, colours in 0..1 (lower is steadier, but blur lowers it too).
        tof: difference of the optical flows in pixels.
        tlp: difference of the perceptual changes from frame to frame; None without weights.
        sharpness: Laplacian energy, result over truth (1 is right).
        flicker: error of the change from frame to frame, colours in 0..1.
        seen: share of the hole pixels that the method says it really observed; None if it cannot say.
        seen_psnr_db: mean over the frames of those pixels alone, which checks the claim; None if there are none.
    """

    psnr_db: float
    mse: float
    ssim: float
    lpips: float | None
    e_warp: float
    tof: float
    tlp: float | None
    sharpness: float
    flicker: float
    seen: float | None
    seen_psnr_db: float | None


@dataclass(frozen=True, slots=True)
class QuickScores:
    """The numbers worth watching while tuning; see ``Scores``."""

    psnr_db: float
    mse: float
    lpips: float | None
    sharpness: float
    flicker: float


class Evaluator:
    """Scores any number of methods on one composite; what depends on the truth alone is computed once."""

    def __init__(self, composite: Composite, holes: Masks, lpips: Lpips | None) -> None:
        """Takes the composite, its dilated ``holes`` ``(T, H, W)`` and the perceptual distance (None: without)."""
        assert holes.shape == composite.masks.shape and holes.any()
        self._truth = composite.truth
        self._holes = holes
        self._lpips = lpips

    def score(self, filled: Filled) -> Scores:
        """All scores of a result."""
        result, truth, holes = filled.frames, self._truth, self._holes
        assert result.shape == truth.shape and result.dtype == np.uint8
        errors = picture_metrics.squared_errors(result, truth, holes)
        flows_to_next, visible = self._true_motion
        return Scores(
            psnr_db=float(picture_metrics.psnr_of(errors).mean()),
            mse=float(errors.mean()),
            ssim=picture_metrics.ssim(result, truth, holes),
            lpips=self._mean_lpips(result),
            e_warp=temporal_metrics.warping_error(result, holes, flows_to_next, visible),
            tof=temporal_metrics.flow_difference(result, holes, flows_to_next),
            tlp=self._mean_tlp(result),
            sharpness=picture_metrics.sharpness_ratio(result, truth, holes),
            flicker=temporal_metrics.flicker(result, truth, holes),
            seen=None if filled.seen is None else float((filled.seen & holes).sum() / holes.sum()),
            seen_psnr_db=self._psnr_of_seen(filled),
        )

    def score_quickly(self, filled: Filled) -> QuickScores:
        """The scores for tuning only; a third of the time."""
        result, truth, holes = filled.frames, self._truth, self._holes
        errors = picture_metrics.squared_errors(result, truth, holes)
        return QuickScores(
            psnr_db=float(picture_metrics.psnr_of(errors).mean()),
            mse=float(errors.mean()),
            lpips=self._mean_lpips(result),
            sharpness=picture_metrics.sharpness_ratio(result, truth, holes),
            flicker=temporal_metrics.flicker(result, truth, holes),
        )

    def _psnr_of_seen(self, filled: Filled) -> float | None:
        if filled.seen is None:
            return None
        errors = picture_metrics.squared_errors(filled.frames, self._truth, filled.seen & self._holes)
        return float(picture_metrics.psnr_of(errors).mean()) if len(errors) else None

    @cached_property
    def _true_motion(self) -> tuple[list[temporal_metrics.Flow], list[NDArray[np.bool_]]]:
        to_next = temporal_metrics.flows_between(self._truth, to_next=True)
        to_previous = temporal_metrics.flows_between(self._truth, to_next=False)
        visible = [temporal_metrics.visible_in_next(*pair) for pair in zip(to_next, to_previous, strict=True)]
        return to_next, visible

    @cached_property
    def _windows(self) -> dict[int, picture_metrics.Window]:
        return picture_metrics.crop_windows(self._holes)

    def _mean_lpips(self, result: NDArray[np.uint8]) -> float | None:
        if self._lpips is None:
            return None
        jobs = [(result[index][window], self._truth[index][window]) for index, window in self._windows.items()]
        return float(np.mean(_distances(self._lpips, jobs)))

    @cached_property
    def _true_changes(self) -> list[float]:
        return self._changes(self._truth)

    def _changes(self, clip: NDArray[np.uint8]) -> list[float]:
        """Perceptual distance from each frame to the one before, in the crop of the later one's hole."""
        assert self._lpips is not None
        jobs = [(clip[index - 1][window], clip[index][window]) for index, window in self._windows.items() if index > 0]
        return _distances(self._lpips, jobs)

    def _mean_tlp(self, result: NDArray[np.uint8]) -> float | None:
        if self._lpips is None:
            return None
        changes = np.array(self._changes(result)) - np.array(self._true_changes)
        return float(np.abs(changes).mean()) if len(changes) else float("nan")


def _distances(lpips: Lpips, jobs: list[tuple[NDArray[np.uint8], NDArray[np.uint8]]]) -> list[float]:
    """LPIPS of pairs of crops, batched by size, in the order given."""
    by_size: dict[tuple[int, ...], list[int]] = {}
    for index, (first, _) in enumerate(jobs):
        by_size.setdefault(first.shape, []).append(index)
    distances = [0.0] * len(jobs)
    for indices in by_size.values():
        for start in range(0, len(indices), BATCH_CROPS):
            batch = indices[start : start + BATCH_CROPS]
            values = lpips(np.stack([jobs[i][0] for i in batch]), np.stack([jobs[i][1] for i in batch]))
            for index, value in zip(batch, values, strict=True):
                distances[index] = float(value)
    return distances
