"""Windows for the mask network from stills: one is moved about, another's object before it, a third passing by.

Static-image pretraining with synthetic motion, as memory networks have it (Oh et al. 2019; Cheng et al. 2022): the
template shows the object turned, scaled and lit differently, the pictures after the given mask move it smoothly.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.data.banks import PICTURE_SUFFIXES
from models.training.data.footage import FootageError
from models.training.data.training_clips import still_cutouts
from models.training.masks.windows import LEAST_SHARE, Window, relit, spoilt

View = NDArray[np.uint8]
FloatMap = NDArray[np.float32]
Matrix = NDArray[np.float64]

_KEPT = 3000
_REGION_SHARE = (0.02, 0.4)
"""Of a still: regions of its map that make an object."""
_CUTOUT, _GONE, _SECOND, _TWIN = 0.5, 0.12, 0.6, 0.35
"""How often the object is a cut-out person; leaves; meets a second one; that looks the same."""


@dataclass(frozen=True, slots=True)
class Cutout:
    """A picture of an object and its coverage.

    Attributes:
        colour: ``(h, w, 3)`` uint8.
        coverage: ``(h, w)`` float32, 0 to 1.
    """

    colour: View
    coverage: FloatMap


class StillWindows:
    """Windows made of a folder's stills.

    Args:
        data: ``stills/SET/*`` or ``stills/SET/img/*``, with ``stills/SET/mask/*.png`` (an object) or
            ``stills/SET/seg/*.png`` (a map of regions).

    Raises:
        FootageError: no still comes with an object or a map.
    """

    def __init__(self, data: Path) -> None:
        files = [file for part in ("*", "img/*") for file in sorted(data.glob(f"stills/*/{part}"))]
        self._grounds = [file for file in files if file.suffix.lower() in PICTURE_SUFFIXES]
        self._people = list(still_cutouts(data))
        self._maps = []
        for regions in sorted(data.glob("stills/*/seg/*.png")):
            pictures = sorted((regions.parent.parent / "img").glob(f"{regions.stem}.*"))
            self._maps += [(pictures[0], regions)] if pictures else []
        if not self._people and not self._maps:
            raise FootageError(f"{data} holds no stills with objects (stills/SET/mask) or regions (stills/SET/seg).")
        self._read: OrderedDict[Path, View] = OrderedDict()

    def draw(self, rng: np.random.Generator, size: int, count: int) -> Window:
        """A window of ``count`` pictures after the given one."""
        main = self._cutout(rng)
        second = None
        if rng.random() < _SECOND:
            second = main if rng.random() < _TWIN else self._cutout(rng)
        ground = self._picture(self._grounds[int(rng.integers(len(self._grounds)))])
        gone = rng.random() < _GONE
        in_front = rng.random() < 0.5
        path = _Path.drawn(rng, size, main.colour.shape, rng.uniform(0.32, 0.75))
        camera = _Path.drawn(rng, size, ground.shape, rng.uniform(1.5, 2.6))
        other = _Path.drawn(rng, size, second.colour.shape, rng.uniform(0.25, 0.8), off=0.42) if second else None
        pictures, masks = [], []
        for moment in (-1, *range(count + 1)):
            # the template, number -1, is another time: everything lies and stands differently
            matrices = [each.at(moment) if each else None for each in (camera, path, other)]
            picture = _moved(ground, matrices[0], size, cv2.BORDER_REFLECT_101)
            mask = np.zeros((size, size), np.float32)
            hidden = gone and moment > 0
            layers = [(main, matrices[1], True)] if not hidden else []
            if second is not None and moment >= 0:
                layers.insert(len(layers) if in_front else 0, (second, matrices[2], False))
            for cutout, matrix, own in layers:
                cover = _moved(cutout.coverage, matrix, size, cv2.BORDER_CONSTANT)
                cover = np.asarray(_swayed(cover, path.sway, moment) if own else cover, np.float32)
                colour = _moved(cutout.colour, matrix, size, cv2.BORDER_REPLICATE)
                colour = _swayed(colour, path.sway, moment) if own else colour
                picture = picture + (colour.astype(np.float32) - picture) * cover[..., None]
                mask = mask * (1 - cover) + (cover if own else 0)
            noise = rng.normal(0, rng.uniform(0, 4), picture.shape)
            pictures.append(np.clip(picture + noise, 0, 255).astype(np.uint8))
            masks.append(mask)
        shapes = np.stack(masks).astype(np.float32)
        if (shapes[:2] > 0.5).mean(axis=(1, 2)).min() < LEAST_SHARE:
            return self.draw(rng, size, count)
        return Window(relit(np.stack(pictures), rng), shapes, spoilt(shapes[1], rng))

    def _cutout(self, rng: np.random.Generator) -> Cutout:
        """A person, or a region of a still."""
        if self._people and (not self._maps or rng.random() < _CUTOUT):
            picture, mask = self._people[int(rng.integers(len(self._people)))]
            colour, cover = self._picture(picture), self._map(mask) > 0
        else:
            picture, regions = self._maps[int(rng.integers(len(self._maps)))]
            colour, cover = self._picture(picture), _region(self._map(regions), rng)
        if cover.shape != colour.shape[:2]:
            cover = cv2.resize(cover.astype(np.uint8), colour.shape[1::-1], interpolation=cv2.INTER_NEAREST) > 0
        if cover.mean() < 0.003:
            return self._cutout(rng)
        left, top, width, height = cv2.boundingRect(cover.astype(np.uint8))
        box = slice(top, top + height), slice(left, left + width)
        shape = np.asarray(cv2.GaussianBlur(cover[box].astype(np.float32), (0, 0), 0.7), np.float32)
        part = colour[box]
        if rng.random() < 0.5:
            part, shape = part[:, ::-1], shape[:, ::-1]
        return Cutout(np.ascontiguousarray(part), np.ascontiguousarray(shape))

    def _picture(self, file: Path) -> View:
        return self._kept(file, cv2.IMREAD_COLOR)[..., ::-1]

    def _map(self, file: Path) -> View:
        return self._kept(file, cv2.IMREAD_GRAYSCALE)

    def _kept(self, file: Path, flag: int) -> View:
        if file not in self._read:
            picture = cv2.imdecode(np.frombuffer(file.read_bytes(), np.uint8), flag)
            if picture is None:
                raise FootageError(f"{file} is not a readable picture; replace the file.")
            if len(self._read) >= _KEPT:
                self._read.popitem(last=False)
            self._read[file] = np.asarray(picture, np.uint8)
        return self._read[file]


def _region(regions: View, rng: np.random.Generator) -> NDArray[np.bool_]:
    """A region of a fitting size, at times with a neighbour; everything if there is none."""
    labels, counts = np.unique(regions, return_counts=True)
    shares = counts / regions.size
    fitting = labels[(shares > _REGION_SHARE[0]) & (shares < _REGION_SHARE[1])]
    if not len(fitting):
        return np.zeros(regions.shape, np.bool_)
    return np.asarray(regions == rng.choice(fitting))


@dataclass(frozen=True, slots=True)
class _Path:
    """How a layer lies in the crop over time: a similarity with smooth changes, another one for the template.

    Attributes:
        shape: of the layer's picture.
        size: of the crop.
        start: scale, angle in degrees, x, y of its middle.
        speed: of those a picture.
        apart: what they are for the template.
        sway: strength in pixels, and two phases, of a smooth deformation.
    """

    shape: tuple[int, ...]
    size: int
    start: NDArray[np.float64]
    speed: NDArray[np.float64]
    apart: NDArray[np.float64]
    sway: NDArray[np.float64]

    @classmethod
    def drawn(
        cls, rng: np.random.Generator, size: int, shape: tuple[int, ...], share: float, off: float = 0.12
    ) -> _Path:
        """A path of a layer whose longer side is ``share`` of the crop's, its middle ``off`` crops from the crop's."""
        scale = share * size / max(shape[:2])
        middle = size * (0.5 + rng.uniform(-off, off, 2))
        start = np.array([scale, rng.normal(0, 8), *middle])
        tail = rng.exponential(0.02) * size
        turn = rng.uniform(0, 2 * np.pi)
        speed = np.array([scale * rng.normal(0, 0.015), rng.normal(0, 1.5), tail * np.cos(turn), tail * np.sin(turn)])
        apart = np.array(
            [
                scale * np.exp(rng.normal(0, 0.2)),
                start[1] + rng.normal(0, 15),
                *(size / 2 + off * size * rng.normal(0, 0.4, 2)),
            ]
        )
        return cls(shape, size, start, speed, apart, np.array([rng.exponential(0.012) * size, *rng.uniform(0, 6.3, 2)]))

    def at(self, moment: int) -> Matrix:
        """2 x 3, from the layer's pixels to the crop's; ``moment`` -1 is the template."""
        scale, angle, x, y = self.apart if moment < 0 else self.start + self.speed * moment
        middle = self.shape[1] / 2, self.shape[0] / 2
        matrix = np.asarray(cv2.getRotationMatrix2D(middle, float(angle), float(scale)), np.float64)
        matrix[:, 2] += (x - middle[0], y - middle[1])
        return matrix


def _moved(picture: View | FloatMap, matrix: Matrix | None, size: int, border: int) -> NDArray[np.float32]:
    """A layer as the crop sees it, shrunk first where it would alias."""
    assert matrix is not None
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if scale < 0.6:
        smaller = (max(2, int(picture.shape[1] * scale * 1.3)), max(2, int(picture.shape[0] * scale * 1.3)))
        back = np.array([picture.shape[1] / smaller[0], picture.shape[0] / smaller[1]])
        shrunk: NDArray[Any] = np.asarray(cv2.resize(picture, smaller, interpolation=cv2.INTER_AREA))
        picture, matrix = shrunk, matrix @ np.diag([*back, 1.0])
    moved = cv2.warpAffine(
        np.ascontiguousarray(picture), matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=border
    )
    return np.asarray(moved, np.float32)


def _swayed(picture: NDArray[np.float32], sway: NDArray[np.float64], moment: int) -> NDArray[np.float32]:
    """Bent smoothly, a little differently in each picture."""
    strength, phase, other = sway
    size = picture.shape[0]
    turn = 2.0 if moment < 0 else 0.35 * moment
    grid = np.arange(size, dtype=np.float32)
    dx = (strength * np.sin(grid * (9.0 / size) + phase + turn)).astype(np.float32)
    dy = (strength * np.sin(grid * (7.0 / size) + other + turn)).astype(np.float32)
    columns = (grid[None] + dx[:, None]).astype(np.float32)
    rows = (grid[:, None] + dy[None]).astype(np.float32)
    return np.asarray(cv2.remap(picture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)
