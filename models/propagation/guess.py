"""Pixels that no frame has shown: guessed once, from the picture round them, and handed to the clip's own planes."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from models.inpainting.detail import with_detail
from models.inpainting.patch_fill import patch_fill, quick_fill
from models.propagation.colour_relation import ColourRelation
from models.propagation.grid import in_window
from models.propagation.picture import BoolMask, Picture, PicturePlane
from models.propagation.source_map import Window, window_of
from models.propagation.store import SourcePicture

_CONTEXT_PX = 24
_BLURRED_BELOW = 0.5
"""A guess made at less than this share of the picture's size is given the picture's detail. (On 24 stills with holes of
the tuning half's clips, seen at 0.2 to 0.47 of their size: LPIPS .100 to .092, sharpness 0.37 of the truth's to 0.90;
seen at 0.4 to 0.94 nothing was gained.)"""

Polish = Callable[[NDArray[np.uint8], BoolMask], NDArray[np.uint8]]
"""Makes a better picture ``(H, W, 3)`` uint8 RGB of one whose hole ``(H, W)`` bool is filled with patches.

It must give the same answer to the same question, from any thread.
"""


def guess_picture(
    picture: Picture,
    unknown: BoolMask,
    forbidden: BoolMask,
    painted: NDArray[np.uint8] | None,
    *,
    avoid: BoolMask,
    relation: ColourRelation,
    align: int,
    seed: int | None,
    largest_px: int = 128,
    polish: Polish | None = None,
) -> SourcePicture:
    """Guesses the unknown pixels.

    Args:
        picture: the frame, for its planes and view.
        unknown: ``(H, W)`` bool, what has no source yet. Where it is not forbidden (the hole's nearest surroundings)
            it keeps the frame's own samples.
        forbidden: ``(H, W)`` bool, pixels that show an object: only they are painted, none is copied from. The true
            background right beside the hole tells a guess the most (measured on the tuning half against a margin of
            3 px: LPIPS .152 for .162 in ``live``).
        painted: ``(H, W, 3)`` uint8, the view with the part of the hole that is known already filled in; None if
            nothing is.
        avoid: ``(H, W)`` bool, pixels of other objects: not copied from either, known or not.
        relation: how the clip's planes go with its view.
        align: coarsest subsampling.
        seed: of the patch search; None takes the quick fill instead.
        largest_px: longer side of what the search sees; more is shrunk, and what shrinking lost is copied from the
            picture again.
        polish: goes over what the search painted, at the size that it saw; None leaves it.

    Returns:
        A source picture whose planes hold the guess, and what was known before, wherever ``forbidden`` is.
    """
    window = view_window(unknown, align=align)
    rows, columns = window.slices
    base = picture.view if painted is None else painted
    view = np.ascontiguousarray(base[rows, columns])
    hole = forbidden[rows, columns]
    if painted is not None:
        hole = hole & unknown[rows, columns] | avoid[rows, columns]
    filled = fill_view(view, hole, seed, largest_px, polish)
    return SourcePicture(window, _to_planes(picture, window, filled, forbidden[rows, columns], relation))


def view_window(unknown: BoolMask, *, align: int) -> Window:
    """What a guess looks at: the unknown pixels ``(H, W)`` bool and as much round them as half their extent."""
    tight = window_of(unknown)
    margin = max(_CONTEXT_PX, max(tight.width, tight.height) // 2)
    height, width = unknown.shape
    return tight.grown(margin, height, width, align)


def fill_view(
    view: NDArray[np.uint8], hole: BoolMask, seed: int | None, largest_px: int, polish: Polish | None = None
) -> NDArray[np.uint8]:
    """A copy of ``view`` ``(H, W, 3)`` uint8 RGB with its hole guessed; arguments as in ``guess_picture``."""
    if not hole.any():
        return view
    if hole.all():
        return np.full_like(view, 128)
    if seed is None:
        return quick_fill(view, hole)
    scale = min(1.0, largest_px / max(view.shape[:2]))
    if scale == 1.0:
        return _searched(view, hole, seed, polish)
    size = (max(16, round(view.shape[1] * scale)), max(16, round(view.shape[0] * scale)))
    clean = np.where(hole[..., None], quick_fill(view, hole), view)
    small = cv2.resize(clean, size, interpolation=cv2.INTER_AREA)
    small_hole = cv2.resize(hole.astype(np.uint8), size, interpolation=cv2.INTER_AREA) > 0
    small_hole |= cv2.resize(hole.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    if small_hole.all():
        return quick_fill(view, hole)
    done = _searched(np.ascontiguousarray(small), small_hole, seed, polish)
    if scale < _BLURRED_BELOW:
        return with_detail(view, hole, done, small_hole)
    large = cv2.resize(done, (view.shape[1], view.shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.where(hole[..., None], large, view).astype(np.uint8)


def _searched(view: NDArray[np.uint8], hole: BoolMask, seed: int, polish: Polish | None) -> NDArray[np.uint8]:
    filled = patch_fill(view, hole, seed=seed)
    return filled if polish is None else polish(filled, hole)


def _to_planes(
    picture: Picture, window: Window, filled: NDArray[np.uint8], forbidden: BoolMask, relation: ColourRelation
) -> tuple[PicturePlane, ...]:
    """Writes an RGB guess into native planes."""
    planes, known = [], {}
    for number, plane in enumerate(picture.planes):
        samples = in_window(plane, window).copy()
        size = (samples.shape[1], samples.shape[0])
        if size not in known:  # planes of one grid are painted alike
            targets = cv2.resize(filled, size, interpolation=cv2.INTER_AREA).astype(np.float32)
            paint = cv2.resize(forbidden.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
            known[size] = np.asarray(paint), targets
        relation.paint(number, samples, *known[size])
        planes.append(PicturePlane(samples, plane.shift_x, plane.shift_y))
    return tuple(planes)
