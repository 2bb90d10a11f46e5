"""Batches for VOIN: windows of real clips and synthetic objects, occluded on the training device.

``VoinRecipe.draw`` reads windows of clips on the CPU (any thread) and sows a seed; ``make`` does the rest where the
networks are. Both are functions of the seed and the step alone.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch

from models.training.data.footage import FootageError
from models.training.masks.windows import WATCHED
from models.training.running.task import Batch
from models.training.running.trainer import FRACTION
from models.training.voin.footage import MOST_STILLS, ClipWindow, ClipWindows, load_object_banks
from models.training.voin.occlusion import OcclusionOptions, Samples, occlude
from models.training.voin.scenes import Scenes, make_scenes

WATCH_SEED = 20210813
WATCHED_WINDOWS = 3
"""Of each watched clip."""
WATCHED_SCENES = 12
_WATCHED_BATCH = 6


class VoinRecipe:
    """What VOIN's networks are trained and watched on.

    Args:
        data: folder of clips, masks and stills.
        device: where batches are made.
        side_px: of the squares.
        frames: of a window.
        clips: share of real clips' windows among the samples; without exact flow.
        references: of a real clip's window, how many frames may come from elsewhere in the clip.
        options: of the occluders.
        most_stills, most_cutouts: bounds on what is read.

    Raises:
        FootageError: the folder offers nothing to train on.
    """

    def __init__(
        self,
        data: Path,
        device: torch.device,
        *,
        side_px: int,
        frames: int,
        clips: float,
        references: int = 0,
        options: OcclusionOptions | None = None,
        most_stills: int = MOST_STILLS,
        most_cutouts: int | None = None,
    ) -> None:
        self._data, self._device = data, device
        self._side, self._frames, self._share, self._references = side_px, frames, clips, references
        self._options = options or OcclusionOptions()
        self._windows = ClipWindows(data)
        banks = load_object_banks(data, clips=self._windows.clips, most_stills=most_stills, most_cutouts=most_cutouts)
        self._banks = banks.to(device)

    def draw(self, seed: int, step: int, batch: int) -> Batch:
        """Windows of clips, as they lie in memory, and what the rest is sown from."""
        cv2.setNumThreads(1)
        rng = np.random.default_rng((seed * FRACTION + step) % (1 << 63))
        count = int(np.floor(batch * self._share + rng.random()))
        windows = [self._windows.draw(rng, self._side, self._frames, references=self._references) for _ in range(count)]
        return self._as_batch(windows, int(rng.integers(1 << 62)), batch - count)

    def make(self, batch: Batch) -> Samples:
        """The samples of a batch that lies on the device."""
        generator = torch.Generator().manual_seed(int(batch["seed"]))
        made = int(batch["made"])
        scenes = None
        if made:
            scenes = make_scenes(self._banks, made, generator, side_px=self._side, frames=self._frames)
        if len(batch["frames"]):
            real = real_scenes(batch)
            scenes = real if scenes is None else Scenes.joined(scenes, real)
        assert scenes is not None
        return occlude(scenes, self._banks, generator, self._options)

    def watched(self) -> dict[str, list[Batch]]:
        """What the training is watched on and not trained on, by name: each of the watched clips, and synthetic ones.

        The synthetic ones are made of the same pictures as the training's, in other combinations.
        """
        batches = {}
        for number, name in enumerate(WATCHED):
            try:
                windows = ClipWindows(self._data, names=(name,))
            except FootageError:  # the folder does not have it
                continue
            rng = np.random.default_rng([WATCH_SEED, number])
            drawn = [windows.draw(rng, self._side, self._frames) for _ in range(WATCHED_WINDOWS)]
            batches[name] = [self._as_batch(drawn, WATCH_SEED + number, 0)]
        batches["synthetic"] = [
            self._as_batch([], WATCH_SEED + 100 + start, _WATCHED_BATCH)
            for start in range(0, WATCHED_SCENES, _WATCHED_BATCH)
        ]
        return batches

    def make_watched(self, batch: Batch) -> Samples:
        """The samples of a watched batch; it may lie on the CPU."""
        return self.make({name: tensor.to(self._device) for name, tensor in batch.items()})

    def _as_batch(self, windows: list[ClipWindow], seed: int, made: int) -> Batch:
        shape = (len(windows), self._frames, self._side, self._side)
        frames, masks = np.zeros((*shape, 3), np.uint8), np.zeros(shape, np.uint8)
        for index, window in enumerate(windows):
            frames[index], masks[index] = window.frames, window.masks
        return {
            "frames": torch.from_numpy(frames),
            "masks": torch.from_numpy(masks),
            "kinds": torch.tensor([window.kind for window in windows], dtype=torch.int64),
            "seed": torch.tensor(seed),
            "made": torch.tensor(made),
        }


def real_scenes(batch: Batch) -> Scenes:
    """Windows of clips as scenes without a known flow."""
    pictures = batch["frames"].movedim(-1, 2).float() / 255
    nothing = torch.zeros_like(pictures[:, :, :2])
    unknown = torch.zeros(len(pictures), device=pictures.device)
    return Scenes(pictures, batch["masks"][:, :, None].float(), nothing, unknown, batch["kinds"])
