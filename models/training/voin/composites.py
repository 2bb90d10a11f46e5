"""Clips with a covered object whose truth is known, for VOIN's tables: real objects, occluders of the same recipe.

Whole clips of the validation half (or the four watched ones): a square round the object is taken out, and something of
the same half, moving and bending, is put before it. Fixed by a seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from models.training.data.footage import FootageError, list_footage
from models.training.data.method import Clip, Masks
from models.training.data.split import is_training_clip
from models.training.masks.windows import WATCHED
from models.training.voin.footage import MaskedClip, decode, load_object_banks
from models.training.voin.occlusion import OcclusionOptions, occlude
from models.training.voin.scenes import Scenes
from models.voin.crops import SquareCrop
from models.voin.window_engine import ObjectFrame

SEED = 20210813
MARGIN = 1.9
LEAST_SHARE = 0.004
Group = Literal["validation", "watched"]
GROUND_STILLS = 40
"""For the texture of bars and lumps."""


@dataclass(frozen=True, slots=True)
class VoinComposite:
    """A clip in which something covers an object.

    Attributes:
        name: of the clip that lends the object, and the take.
        kind: name of the object's class.
        frames: ``(T, S, S, 3)`` uint8 RGB with the occluder.
        truth: ``(T, S, S, 3)`` uint8 RGB, the same with the object's hidden part brought back; elsewhere equal.
        bare: ``(T, S, S, 3)`` uint8 RGB without the occluder.
        visible: ``(T, S, S)`` bool.
        occluder: ``(T, S, S)`` bool; nowhere on ``visible``.
        amodal: ``(T, S, S)`` bool.
    """

    name: str
    kind: int
    frames: Clip
    truth: Clip
    bare: Clip
    visible: Masks
    occluder: Masks
    amodal: Masks

    @property
    def hidden(self) -> Masks:
        """``(T, S, S)`` bool: of the object what is covered."""
        return np.asarray(self.amodal & ~self.visible, np.bool_)

    def object_frames(self, *, with_shape: bool = False) -> list[ObjectFrame]:
        """As VOIN takes them; ``with_shape`` tells it the true shape."""
        return [
            ObjectFrame(
                index,
                self.frames[index],
                self.visible[index],
                self.occluder[index],
                amodal=self.amodal[index] if with_shape else None,
            )
            for index in range(len(self.frames))
        ]


def make_composites(
    data: Path, group: Group = "validation", *, takes: int = 1, frames: int = 24, side_px: int = 240, most: int = 99
) -> Iterator[VoinComposite]:
    """The composites of a group, one after another.

    Args:
        data: folder of clips, masks and stills.
        group: of clips.
        takes: of each clip, with other occluders.
        frames: of a composite.
        side_px: of its square frames.
        most: so many clips at most.

    Raises:
        FootageError: the folder has no clip of that group with masks.
    """
    listed = [clip for clip in list_footage(data).values() if clip.masks]
    wanted = [c for c in listed if (c.name in WATCHED if group == "watched" else not is_training_clip(c.name))]
    clips = [clip for clip in map(decode, wanted) if clip is not None]
    if not clips:
        raise FootageError(f"{data} has no clips of the {group} group with masks.")
    banks = load_object_banks(data, clips=clips, most_stills=GROUND_STILLS, most_cutouts=0)
    for number, clip in enumerate(clips[:most]):
        for take in range(takes):
            generator = torch.Generator().manual_seed(SEED + 1000 * number + take)
            scenes = _scene(clip, frames, side_px, np.random.default_rng([SEED, number, take]))
            options = OcclusionOptions(behind=0.0, defects=0.0, noise=0.0)
            samples = occlude(scenes, banks, generator, options)
            hidden, bare = _masks(samples.hidden), _frames(samples.truth)
            shown = _frames(samples.frame)
            visible, occluder = _masks(samples.visible), _masks(samples.occluder)
            if hidden.sum() < 100:
                continue
            yield VoinComposite(
                f"{clip.name}-{take}",
                clip.kind,
                shown,
                np.where(hidden[..., None], bare, shown),
                bare,
                visible,
                occluder | hidden,
                visible | hidden,
            )


def _scene(clip: MaskedClip, frames: int, side_px: int, rng: np.random.Generator) -> Scenes:
    """Consecutive frames of a clip in one square, as a scene."""
    shown = np.flatnonzero(clip.masks.mean((1, 2)) > LEAST_SHARE)
    last = max(int(shown[-1]) - frames + 1, int(shown[0]))
    start = int(rng.integers(int(shown[0]), last + 1))
    places = np.arange(start, min(start + frames, len(clip.frames)))
    crop = SquareCrop.around(np.asarray(clip.masks[places].any(0)), MARGIN).inside(*clip.masks.shape[1:])
    pictures = np.stack([crop.cut(clip.frames[place], side_px) for place in places])
    masks = np.stack([crop.cut(clip.masks[place].astype(np.float32), side_px, outside=0) for place in places])
    shape = torch.from_numpy(masks > 0.5).float()[None, :, None]
    flow = torch.zeros(1, len(places), 2, side_px, side_px)
    return Scenes(
        torch.from_numpy(pictures).movedim(-1, 1).float()[None] / 255,
        shape,
        flow,
        torch.zeros(1),
        torch.tensor([clip.kind]),
    )


def _frames(tensor: torch.Tensor) -> NDArray[np.uint8]:
    return np.asarray((tensor[0].movedim(1, -1) * 255).round().clamp(0, 255).numpy(), np.uint8)


def _masks(tensor: torch.Tensor) -> NDArray[np.bool_]:
    return np.asarray(tensor[0, :, 0].numpy() > 0.5, np.bool_)
