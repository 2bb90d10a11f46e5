"""What VOIN is trained on: clips with objects' masks, cut-out objects with their class, stills behind them.

Clips of the validation half are never read, and four clips of the training half are kept to watch the training on:
the same ones as the mask propagator's (``mask_windows.WATCHED``), which gives a dog, a puppy, people and horses.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.training.data.banks import CUTOUT_PX, Banks, load_banks, read_cutout, square_cutout
from models.training.data.footage import (
    FootageClip,
    FootageError,
    list_footage,
    longest_shot_span,
    read_clip,
    read_masks,
)
from models.training.data.split import is_training_clip
from models.training.data.training_clips import still_cutouts
from models.training.masks.windows import WATCHED
from models.voin.classes import class_index
from models.voin.crops import SquareCrop

CUTOUT_STRIDE = 8
"""Every so many frames of a clip give a cut-out."""
MOST_STILLS = 1200
STILL_SETS = {"ccp": "person"}
"""Sets of cut-outs whose class is known."""
CLIP_CLASSES = {
    "davis_car-roundabout": "car",
    "davis_cows": "cow",
    "davis_dance-twirl": "person",
    "davis_dog": "dog",
    "davis_drift-chicane": "car",
    "davis_drift-straight": "car",
    "davis_kite-surf": "person",
    "davis_kite-walk": "person",
    "davis_motocross-jump": "motorbike",
    "davis_paragliding-launch": "person",
    "genomni_boat": "boat",
    "genomni_dog-agility": "dog",
    "genomni_dog-crosswalk": "dog",
    "genomni_five-beagles": "dog",
    "genomni_judo": "person",
    "genomni_puppy-walk": "dog",
    "genomni_rf-walk": "person",
    "genomni_sandcar": "car",
    "genomni_trampoline-kids": "person",
    "genomni_two-horses": "horse",
    "void_lime": "thing",
    "void_moving_ball": "thing",
    "void_pillow": "thing",
    "void_trampoline": "person",
    "ytvos_penguins": "bird",
}
"""By the clip's name; others are unknown."""
_LEAST_SHARE = 0.004
"""Of the picture: an object smaller than this counts as not there."""
_CLOSER, _FARTHER = 1.25, 2.6
_DISTANT = 0.5
"""How often a window's last frames come from elsewhere in the clip, as reference frames do."""


@dataclass(frozen=True, slots=True)
class ObjectBanks:
    """Stills, and cut-outs with their classes.

    Attributes:
        pictures: ``stills`` and ``cutouts`` as ``Banks`` has them.
        classes: ``(M,)`` int64, of the cut-outs.
    """

    pictures: Banks
    classes: Tensor

    def to(self, device: torch.device) -> ObjectBanks:
        """The same on a device."""
        return ObjectBanks(self.pictures.to(device), self.classes.to(device))


@dataclass(frozen=True, slots=True)
class MaskedClip:
    """A clip with its object's masks, decoded.

    Attributes:
        name: of the clip.
        kind: index of its object's class.
        frames: ``(T, H, W, 3)`` uint8 RGB, one shot.
        masks: ``(T, H, W)`` bool.
    """

    name: str
    kind: int
    frames: NDArray[np.uint8]
    masks: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ClipWindow:
    """Consecutive frames of a clip, one square of each.

    Attributes:
        frames: ``(T, S, S, 3)`` uint8 RGB.
        masks: ``(T, S, S)`` bool, the object, as far as the clip shows it.
        kind: index of its class.
    """

    frames: NDArray[np.uint8]
    masks: NDArray[np.bool_]
    kind: int


def masked_clips(
    data: Path, *, names: Sequence[str] | None = None, without: Sequence[str] = WATCHED
) -> list[FootageClip]:
    """Clips with masks that may be trained on: none of the validation half, none of ``without``.

    Args:
        data: folder of clips and masks.
        names: only these (``without`` is not looked at then, the validation half is).
        without: all but these.
    """
    clips = [clip for clip in list_footage(data).values() if clip.masks and is_training_clip(clip.name)]
    return [clip for clip in clips if (clip.name not in without if names is None else clip.name in names)]


def decode(clip: FootageClip) -> MaskedClip | None:
    """A clip's longest shot with its masks; None if the object shows in fewer than five frames of it.

    Raises:
        FootageError: the clip or a mask cannot be read.
    """
    frames = read_clip(clip)
    masks = read_masks(clip, (frames.shape[2], frames.shape[1]))
    count = min(len(frames), len(masks))
    start, end = longest_shot_span(frames[:count])
    masks = masks[start:end]
    if (masks.mean((1, 2)) > _LEAST_SHARE).sum() < 5:
        return None
    return MaskedClip(clip.name, class_index(CLIP_CLASSES.get(clip.name)), frames[start:end].copy(), masks)


class ClipWindows:
    """Windows cut out of clips with masks, decoded once and kept.

    Args:
        data: folder of clips and masks.
        names: only these clips; None for all that may be trained on.

    Raises:
        FootageError: no clip with masks is there.
    """

    def __init__(self, data: Path, names: Sequence[str] | None = None) -> None:
        with ThreadPoolExecutor() as pool:
            found = list(pool.map(decode, masked_clips(data, names=names)))
        self.clips = [clip for clip in found if clip is not None]
        if not self.clips:
            raise FootageError(f"{data} holds no clip with masks to train on outside the validation half.")

    def draw(
        self, rng: np.random.Generator, size: int, count: int, *, references: int = 0, clip: int | None = None
    ) -> ClipWindow:
        """A window of ``count`` frames of a clip; the last ``references`` may come from elsewhere in it.

        Args:
            rng: of all choices.
            size: of the square, in pixels.
            count: frames.
            references: how many of them may be distant, each in a square of its own round the object.
            clip: number of the clip; one that is drawn if None.
        """
        chosen = self.clips[int(rng.integers(len(self.clips))) if clip is None else clip]
        shown = np.flatnonzero(chosen.masks.mean((1, 2)) > _LEAST_SHARE)
        stride = int(rng.choice((1, 1, 2, 3)))
        near = count - references if rng.random() < _DISTANT else count
        start = int(rng.choice(shown))
        if rng.random() < 0.5:
            stride = -stride
        places = np.clip(start + stride * np.arange(near), 0, len(chosen.frames) - 1)
        factor, off = rng.uniform(_CLOSER, _FARTHER), rng.uniform(-0.15, 0.15, 2)
        size_of = chosen.masks.shape[1:]
        window = _shaken(SquareCrop.around(np.asarray(chosen.masks[places].any(0)), factor), off).inside(*size_of)
        crops = [(int(place), window) for place in places]
        for place in np.sort(rng.choice(shown, count - near)):
            own = SquareCrop.around(chosen.masks[place], 1.0)
            reach = (window.side - own.side) // 2
            centred = SquareCrop(own.left - reach, own.top - reach, window.side)
            crops.append((int(place), centred.inside(*size_of)))
        frames = np.stack([crop.cut(chosen.frames[place], size) for place, crop in crops])
        shapes = [crop.cut(chosen.masks[place].astype(np.float32), size, outside=0) for place, crop in crops]
        masks = np.stack(shapes) > 0.5
        if rng.random() < 0.5:
            frames, masks = np.ascontiguousarray(frames[:, :, ::-1]), np.ascontiguousarray(masks[:, :, ::-1])
        return ClipWindow(frames, masks, chosen.kind)


def load_object_banks(
    data: Path, *, clips: Sequence[MaskedClip] = (), most_stills: int = MOST_STILLS, most_cutouts: int | None = None
) -> ObjectBanks:
    """Stills and frames to put objects before, and objects: cut out of stills and out of clips.

    Args:
        data: folder of stills, clips and masks.
        clips: decoded clips whose objects are cut out as well.
        most_stills: at most so many pictures for backgrounds.
        most_cutouts: at most so many cut-outs of stills; None for all.

    Raises:
        FootageError: there is no picture, or one cannot be read.
    """
    grounds = load_banks(data, most_stills=most_stills, most_cutouts=0)
    pairs = list(still_cutouts(data))
    if most_cutouts is not None and len(pairs) > most_cutouts:
        pairs = [pairs[int(index)] for index in np.linspace(0, len(pairs) - 1, most_cutouts)]
    with ThreadPoolExecutor() as pool:
        read = list(pool.map(lambda pair: read_cutout(*pair), pairs))
    cutouts = [
        (cutout, class_index(STILL_SETS.get(mask.parent.parent.name)))
        for cutout, (_, mask) in zip(read, pairs, strict=True)
        if cutout is not None
    ]
    for clip in clips:
        for frame, shape in zip(clip.frames[::CUTOUT_STRIDE], clip.masks[::CUTOUT_STRIDE], strict=True):
            cutout = square_cutout(frame, shape)
            if cutout is not None:
                cutouts.append((cutout, clip.kind))
    objects = (
        np.stack([cutout for cutout, _ in cutouts]) if cutouts else np.zeros((0, 4, CUTOUT_PX, CUTOUT_PX), np.uint8)
    )
    classes = torch.tensor([kind for _, kind in cutouts], dtype=torch.int64)
    return ObjectBanks(Banks(grounds.stills, torch.from_numpy(objects)), classes)


def _shaken(crop: SquareCrop, off: NDArray[np.float64]) -> SquareCrop:
    return crop.moved(int(off[0] * crop.side), int(off[1] * crop.side))
