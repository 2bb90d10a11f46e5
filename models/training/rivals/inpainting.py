"""The inpainting network alone, each frame by itself: a row of VORNet's table 1 (Yu et al.)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from models.devices import place
from models.propagation.source_map import window_of
from models.training.data.method import Clip, Filled, Masks
from models.vornet.crops import choose_crop
from models.vornet.engine import load_generator
from models.vornet.inpainter import Inpainter

LARGEST_PX = 192


def fill_by_network(frames: Clip, holes: Masks, weights: Path) -> Filled:
    """Fills ``holes`` ``(T, H, W)`` bool of ``frames`` ``(T, H, W, 3)`` uint8 RGB with the generator of a file.

    Raises:
        WeightsError: the file holds no generator.
    """
    inpainter, result = Inpainter(load_generator(weights), place("cpu")), frames.copy()
    for index, hole in enumerate(holes):
        if not hole.any():
            continue
        window = window_of(hole)
        crop = choose_crop(window, *hole.shape, largest_px=LARGEST_PX)
        picture = torch.from_numpy(crop.cut(frames[index]) / 255).permute(2, 0, 1)[None]
        with torch.inference_mode():
            filled = inpainter.fill(picture, torch.from_numpy(crop.cut_mask(hole))[None, None])
        colours = crop.spread(filled[0].permute(1, 2, 0).numpy() * 255, window)
        inside = hole[window.slices]
        result[index][window.slices][inside] = np.rint(colours[inside]).astype(np.uint8)
    return Filled(result)
