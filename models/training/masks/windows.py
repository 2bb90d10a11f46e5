"""Windows for training the mask network: a template, a given mask, and a few pictures after it, all square crops.

They come from clips with true masks (``ClipWindows``) and from stills that are moved about (``models.training.
mask_stills``). Both fill a ``Window``; ``as_batch`` adds what fixed methods know: flow and colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from models.flow.dis import DisFlow
from models.tracking.appearance import ColorModel
from models.tracking.mask_crops import Square, color_hint, learn_colors
from models.training.data.footage import FootageClip, FootageError, list_footage, read_clip, read_masks
from models.training.data.split import is_training_clip
from models.training.running.task import Batch

View = NDArray[np.uint8]
FloatMap = NDArray[np.float32]

WATCHED = ("davis_dog", "davis_kite-walk", "genomni_puppy-walk", "genomni_two-horses")
"""Clips of the training half that the training is watched on and not trained on."""
LEAST_SHARE = 0.004
"""Of the crop: an object smaller than this counts as not there."""
_CLOSER, _FARTHER = 1.35, 2.6
_EVEN, _EMPTY = 0.3, 0.06


@dataclass(frozen=True, slots=True)
class Window:
    """What one sample shows.

    Attributes:
        pictures: ``(2 + T, S, S, 3)`` uint8: the template, the picture before, T pictures to find the object in.
        masks: ``(2 + T, S, S)`` float32, 0 to 1, the truth.
        given: ``(S, S)`` float32, the mask that the picture before is thought to have.
    """

    pictures: View
    masks: FloatMap
    given: FloatMap


class ClipWindows:
    """Windows cut out of clips with masks, decoded once and kept.

    Args:
        data: folder of clips and masks; those of the validation half are not read.
        names: only these clips.
        without: all but these.

    Raises:
        FootageError: no such clip has masks.
    """

    def __init__(self, data: Path, *, names: Sequence[str] = (), without: Sequence[str] = ()) -> None:
        self._clips = []
        for clip in list_footage(data).values():
            wanted = clip.name in names if names else clip.name not in without
            if clip.masks and wanted and is_training_clip(clip.name):
                self._clips.append(_decoded(clip))
        self._clips = [(frames, masks) for frames, masks in self._clips if masks.any(axis=(1, 2)).sum() > 4]
        if not self._clips:
            raise FootageError(f"{data} holds no clip with masks to train the mask network on.")

    def __len__(self) -> int:
        return len(self._clips)

    def draw(self, rng: np.random.Generator, size: int, count: int, clip: int | None = None) -> Window:
        """A window of ``count`` pictures after the given one; of clip number ``clip`` if one is named."""
        frames, masks = self._clips[int(rng.integers(len(self._clips))) if clip is None else clip]
        stride = int(rng.choice((1, 1, 2, 3)))
        stride = stride if len(frames) > stride * (count + 1) else 1
        direction = 1 if rng.random() < 0.5 else -1
        shown = np.flatnonzero(masks.any(axis=(1, 2)))
        reach = stride * count
        possible = shown[(shown >= reach) & (shown < len(frames) - reach)]
        before = int(rng.choice(possible if len(possible) else shown))
        template = int(rng.choice(shown))
        places = np.clip([before + direction * stride * k for k in range(count + 1)], 0, len(frames) - 1)
        window = jittered(masks[before], rng)
        first = jittered(masks[template], rng)
        flip = rng.random() < 0.5
        pictures = [first.cut(frames[template], size), *(window.cut(frames[i], size) for i in places)]
        truth = [first.cut(_float(masks[template]), size, outside=cv2.BORDER_CONSTANT)]
        truth += [window.cut(_float(masks[i]), size, outside=cv2.BORDER_CONSTANT) for i in places]
        stack, shapes = np.stack(pictures).astype(np.uint8), np.stack(truth).astype(np.float32)
        if flip:
            stack, shapes = stack[:, :, ::-1].copy(), shapes[:, :, ::-1].copy()
        return Window(relit(stack, rng), shapes, spoilt(shapes[1], rng))


def _decoded(clip: FootageClip) -> tuple[View, NDArray[np.bool_]]:
    frames = read_clip(clip)
    masks = read_masks(clip, (frames.shape[2], frames.shape[1]))
    count = min(len(frames), len(masks))
    return frames[:count], masks[:count]


def _float(mask: NDArray[np.bool_]) -> FloatMap:
    return mask.astype(np.float32)


def jittered(mask: NDArray[np.bool_], rng: np.random.Generator) -> Square:
    """The crop round a mask, larger or smaller and off its middle, as a tracker's crops are."""
    exact = Square.around(mask, rng.uniform(_CLOSER, _FARTHER))
    off = rng.uniform(-0.12, 0.12, 2) * exact.side
    return Square.at(exact.left + exact.side / 2 + off[0], exact.top + exact.side / 2 + off[1], exact.side)


def relit(pictures: View, rng: np.random.Generator) -> View:
    """The template's light against the others': gain, gamma and tint a little off."""
    result = pictures.copy()
    gain = 1 + rng.normal(0, 0.07) + rng.normal(0, 0.02, 3)
    gamma = float(np.exp(rng.normal(0, 0.08)))
    levels = np.linspace(0, 1, 256)[:, None] ** gamma * gain * 255
    table = np.clip(levels, 0, 255).astype(np.uint8)
    result[0] = np.stack([table[:, c][pictures[0, ..., c]] for c in range(3)], -1)
    return result


def spoilt(mask: FloatMap, rng: np.random.Generator) -> FloatMap:
    """A true mask ``(S, S)`` with the mistakes that a tracker's masks have: grown, shrunk, leaking, holed, moved."""
    kind = rng.random()
    if kind < _EVEN:
        return mask.copy()
    if kind < _EVEN + _EMPTY:
        return np.zeros_like(mask)
    size = mask.shape[0]
    shape = (mask > 0.5).astype(np.uint8)
    reach = int(rng.integers(1, 5))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    if rng.random() < 0.5:
        shape = np.asarray(cv2.dilate(shape, kernel) if rng.random() < 0.6 else cv2.erode(shape, kernel), np.uint8)
    rows, columns = np.nonzero(mask > 0.5)
    for leak in range(int(rng.integers(0, 3))):
        if not len(rows):
            break
        at = int(rng.integers(len(rows)))
        off = rng.normal(0, 0.08 * size, 2)
        axes = (int(rng.uniform(0.02, 0.14) * size) + 1, int(rng.uniform(0.02, 0.14) * size) + 1)
        middle = (int(columns[at] + off[0]), int(rows[at] + off[1]))
        cv2.ellipse(shape, middle, axes, float(rng.uniform(0, 180)), 0, 360, leak % 2 ^ int(rng.random() < 0.6), -1)
    if rng.random() < 0.4:
        move = np.array([[1, 0, rng.normal(0, 0.025 * size)], [0, 1, rng.normal(0, 0.025 * size)]], np.float32)
        shape = np.asarray(cv2.warpAffine(shape, move, (size, size)), np.uint8)
    return np.asarray(cv2.GaussianBlur(shape.astype(np.float32), (0, 0), 0.8), np.float32)


def as_batch(windows: Sequence[Window]) -> Batch:
    """Windows with what fixed methods know of them, as tensors.

    Returns:
        ``pictures`` ``(B, 2 + T, 3, S, S)`` uint8, ``masks`` ``(B, 2 + T, S, S)``, ``given`` ``(B, S, S)``, ``flows``
        ``(B, T, 2, S, S)`` (pixels, from each picture to the one before), ``colors`` ``(B, T, S, S)``.
    """
    estimator = DisFlow("fast")
    flows, colors = [], []
    for window in windows:
        model = ColorModel()
        learn_colors(model, window.pictures[0], window.masks[0], anchor=True)
        if (window.given > 0.5).sum() > 16:
            learn_colors(model, window.pictures[1], window.given, anchor=False)
        pairs = list(zip(window.pictures[2:], window.pictures[1:-1], strict=True))
        flows.append(np.stack([estimator.flow(here, before).transpose(2, 0, 1) for here, before in pairs]))
        colors.append(np.stack([color_hint(model, here) for here, _ in pairs]))
    return {
        "pictures": torch.from_numpy(np.stack([w.pictures.transpose(0, 3, 1, 2) for w in windows])),
        "masks": torch.from_numpy(np.stack([w.masks for w in windows])),
        "given": torch.from_numpy(np.stack([w.given for w in windows])),
        "flows": torch.from_numpy(np.stack(flows)),
        "colors": torch.from_numpy(np.stack(colors)),
    }
