"""Pictures for the screen: HDR tone-mapped, log footage through a LUT. For display only; nothing that is written is.

A transform is sampled once into a table over RGB with 7 bits a channel; the eighth bit is spread over neighbouring
pixels (ordered dithering), so that gradients stay smooth. A 1080p picture takes about 30 ms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.errors import UserError
from app.media.frame import ColorTags, RgbView

Unit = NDArray[np.float32]
"""``(N, 3)`` RGB, 0 to 1."""

_BITS = 7
_PQ, _HLG = 16, 18
"""H.273 transfer characteristics of SMPTE ST 2084 and of ARIB STD-B67."""
_BT2020 = 9
_WHITE_NITS = 203.0
"""Diffuse white of HDR pictures (ITU-R BT.2408)."""
_PEAK_NITS = 1000.0
# From BT.2020 to BT.709 primaries, linear light (ITU-R BT.2087).
_TO_BT709 = np.array([[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]], np.float32)
_LARGEST_CUBE = 129
_MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class DisplayTransform:
    """Turns RGB views into what the screen shows.

    Attributes:
        name: for people.
        table: ``(2**21, 3)`` uint8, by red, green and blue with 7 bits each.
    """

    name: str
    table: NDArray[np.uint8]

    @classmethod
    def sampled(cls, name: str, function: Callable[[Unit], Unit]) -> DisplayTransform:
        """The transform that a function of ``(N, 3)`` RGB makes, all of it 0 to 1."""
        side = 1 << _BITS
        levels = np.arange(side, dtype=np.float32) / np.float32(side - 1)
        table = np.empty((side, side * side, 3), np.uint8)
        green, blue = (axis.reshape(-1) for axis in np.meshgrid(levels, levels, indexing="ij"))
        for number, red in enumerate(levels):
            rgb = np.stack([np.full_like(green, red), green, blue], axis=1)
            table[number] = np.rint(np.clip(function(rgb), 0, 1) * 255)
        return cls(name, table.reshape(-1, 3))

    def apply(self, view: RgbView) -> RgbView:
        """A new ``(H, W, 3)`` uint8 picture for the screen."""
        height, width = view.shape[:2]
        lift = np.array([[0, 1], [1, 0]], np.uint8)
        tiled = np.tile(lift, (-(-height // 2), -(-width // 2)))[:height, :width]
        # 0..255 onto 0..127 such that both ends are met; the lost half step is dithered.
        codes = (view.astype(np.uint16) * 127 + (tiled * np.uint16(254))[..., None]) // 255
        codes = np.minimum(codes, 127).astype(np.int32)
        index = (codes[..., 0] << (2 * _BITS)) | (codes[..., 1] << _BITS) | codes[..., 2]
        return np.asarray(self.table[index], np.uint8)


def tone_mapping(color: ColorTags) -> DisplayTransform | None:
    """What an HDR clip needs to be seen on an ordinary screen; None for other clips."""
    if color.transfer not in (_PQ, _HLG):
        return None
    light = _pq_nits if color.transfer == _PQ else _hlg_nits
    wide = color.primaries == _BT2020

    def shown(rgb: Unit) -> Unit:
        linear = light(rgb) / np.float32(_WHITE_NITS)
        if wide:
            linear = np.maximum(linear @ _TO_BT709.T, 0)
        luminance = linear @ np.array([0.2126, 0.7152, 0.0722], np.float32)
        scale = _compressed(luminance) / np.maximum(luminance, 1e-6)
        mapped = linear * scale[:, None]
        # What is still too bright in one channel goes towards white instead of being cut off.
        excess = np.maximum(mapped.max(axis=1) - 1, 0)[:, None]
        mapped = (mapped + excess * 0.5) / (1 + excess * 1.5)
        return np.asarray(np.power(np.clip(mapped, 0, 1), np.float32(1 / 2.4)), np.float32)

    return DisplayTransform.sampled("HDR (PQ)" if color.transfer == _PQ else "HDR (HLG)", shown)


def read_cube(path: Path) -> DisplayTransform:
    """A transform from a ``.cube`` file, with one dimension or three.

    Raises:
        UserError: it cannot be read or is no such file.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UserError(f"The LUT {path} is larger than any LUT should be.")
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise UserError(f"The LUT {path} cannot be read: {error.strerror or error}.") from error
    try:
        function = _cube_function(lines)
    except ValueError as error:
        raise UserError(f"{path} is no .cube LUT: {error}.") from error
    return DisplayTransform.sampled(path.stem, function)


def _cube_function(lines: list[str]) -> Callable[[Unit], Unit]:
    size, dimensions = 0, 0
    low, high = np.zeros(3, np.float32), np.ones(3, np.float32)
    values = []
    for line in lines:
        words = line.split("#")[0].split()
        if not words or words[0] == "TITLE":
            continue
        if words[0] in ("LUT_1D_SIZE", "LUT_3D_SIZE"):
            size, dimensions = int(words[1]), 1 if words[0] == "LUT_1D_SIZE" else 3
        elif words[0] in ("DOMAIN_MIN", "DOMAIN_MAX"):
            limits = np.array([float(word) for word in words[1:4]], np.float32)
            low, high = (limits, high) if words[0] == "DOMAIN_MIN" else (low, limits)
        elif words[0][0].isalpha():
            continue  # a word of a particular program
        else:
            values.append([float(word) for word in words])
    if not dimensions or size < 2 or (dimensions == 3 and size > _LARGEST_CUBE):
        raise ValueError("its size is missing or out of range")
    table = np.asarray(values, np.float32)
    if table.shape != (size**dimensions, 3) or low.shape != (3,) or (high <= low).any():
        raise ValueError(f"it has {len(values)} entries where {size**dimensions} are due")
    return _one_dimension(table, low, high) if dimensions == 1 else _three_dimensions(table, size, low, high)


def _one_dimension(table: Unit, low: Unit, high: Unit) -> Callable[[Unit], Unit]:
    places = np.linspace(0, 1, len(table))

    def apply(rgb: Unit) -> Unit:
        unit = (rgb - low) / (high - low)
        return np.stack([np.interp(unit[:, i], places, table[:, i]) for i in range(3)], axis=1).astype(np.float32)

    return apply


def _three_dimensions(table: Unit, size: int, low: Unit, high: Unit) -> Callable[[Unit], Unit]:
    """Trilinear; red runs fastest in the file."""
    grid = table.reshape(size, size, size, 3)

    def apply(rgb: Unit) -> Unit:
        place = np.clip((rgb - low) / (high - low), 0, 1) * np.float32(size - 1)
        base = np.minimum(place.astype(np.int64), size - 2)
        part = place - base
        result = np.zeros_like(rgb)
        for corner in range(8):
            step = np.array([corner & 1, corner >> 1 & 1, corner >> 2])
            red, green, blue = (base + step).T
            weight = np.where(step, part, 1 - part).prod(axis=1)
            result += weight[:, None] * grid[blue, green, red]
        return result

    return apply


def _pq_nits(rgb: Unit) -> Unit:
    """SMPTE ST 2084: from code values to cd/m2."""
    m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
    power = np.power(rgb, np.float32(1 / m2))
    return np.asarray(10000 * np.power(np.maximum(power - c1, 0) / (c2 - c3 * power), 1 / m1), np.float32)


def _hlg_nits(rgb: Unit) -> Unit:
    """ARIB STD-B67 with BT.2100's system gamma for a display of 1000 cd/m2."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(rgb <= 0.5, rgb * rgb / 3, (np.exp((rgb - c) / a) + b) / 12).astype(np.float32)
    luminance = scene @ np.array([0.2627, 0.678, 0.0593], np.float32)
    return np.asarray(_PEAK_NITS * scene * np.power(np.maximum(luminance, 1e-6), np.float32(0.2))[:, None], np.float32)


def _compressed(luminance: Unit) -> Unit:
    """Luminance over diffuse white brought under 1: straight up to a knee, then a shoulder that meets the peak at 1.

    An extended Reinhard curve (Reinhard et al., "Photographic tone reproduction for digital images", 2002, equation 4)
    above the knee, scaled to join it without a kink.
    """
    knee, peak = np.float32(0.6), np.float32(_PEAK_NITS / _WHITE_NITS)
    room = 1 - knee
    over = np.maximum(luminance - knee, 0) / room
    top = (peak - knee) / room
    shoulder = over * (1 + over / (top * top)) / (1 + over)
    return np.asarray(np.where(luminance > knee, knee + room * shoulder, luminance), np.float32)
