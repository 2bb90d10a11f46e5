"""Small clips in which a disc passes behind a bar, as picture sequences with masks, for restorations."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from hidden_scene import bar, disc

from app.media.images import write_image

FRAMES = 24
BAR = (20, 200, 20)


@dataclass(frozen=True)
class Scene:
    """Where the parts of the scene lie."""

    folder: Path

    @property
    def clip(self) -> str:
        return str(self.folder / "clip")

    @property
    def seen(self) -> str:
        """Masks of what is seen of the disc."""
        return str(self.folder / "seen")

    @property
    def cover(self) -> str:
        """Masks of the bar."""
        return str(self.folder / "cover")

    def __call__(self, name: str) -> str:
        return str(self.folder / name)

    def base(self) -> tuple[str, ...]:
        """What says where both are."""
        return ("--object-masks", self.seen, "--occluder-masks", self.cover)


def write_scene(folder: Path, frames: int = FRAMES, width: int = 10) -> Scene:
    """Writes pictures and masks."""
    scene = Scene(folder)
    for name in ("clip", "seen", "cover"):
        (folder / name).mkdir(parents=True)
    for index in range(frames):
        whole, mask = disc(index)
        cover = bar(index, width)
        picture = whole.copy()
        picture[cover] = BAR
        write_image(folder / "clip" / f"{index:05d}.png", picture)
        write_image(folder / "seen" / f"{index:05d}.png", ((mask & ~cover) * 255).astype(np.uint8))
        write_image(folder / "cover" / f"{index:05d}.png", (cover * 255).astype(np.uint8))
    return scene


def truth(index: int) -> tuple[np.ndarray, np.ndarray]:
    """The frame without its bar, and the whole disc."""
    return disc(index)


def hidden(index: int, width: int = 10) -> np.ndarray:
    """``(H, W)`` bool: the disc behind the bar."""
    return disc(index)[1] & bar(index, width)


def psnr(one: np.ndarray, other: np.ndarray, where: np.ndarray) -> float:
    """Inside a region, in dB."""
    error = float(((one[where].astype(np.float32) - other[where]) ** 2).mean())
    return 10 * np.log10(255**2 / max(error, 1e-3))


def read_masks(folder: str) -> list[np.ndarray]:
    """Masks of a folder, in order."""
    return [cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) > 127 for path in sorted(Path(folder).glob("*.png"))]
