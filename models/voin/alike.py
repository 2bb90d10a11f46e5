"""Another frame in which the object stands alike: what a later step of the same walk shows (ours, beside VOIN 3.1).

What is brought along by the object's own motion is right as long as the object keeps its shape. Legs swing: where a
leg is hidden, the frames that show the place next show the leg elsewhere. But who walks stands alike again a step or
two later, and what is hidden here can be seen there, in one piece. Such a frame is looked for by the part of the
outline that is seen. The same comparison tells how far in time what is brought along still fits: a thing that keeps its
shape is not explained better by a frame far away, and nothing changes for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.source_map import Window, window_of
from models.voin.likeness import SmallPictures
from models.voin.outlines import ROOM_PX, Fits, FloatMap, Outlines
from models.voin.picture import Mask, ObjectFrame

_LEAST_FIT = 0.65
"""Overlap of the outlines' seen parts below which no frame is alike."""
_MARGIN = 0.1
"""By so much the frame far away must fit better: it was chosen among many, and laid where it fits best."""
_JUMP, _MOST_JUMP = 0.02, 0.1
"""What it costs, in overlap, if the frame chosen for the next frame is not the next of the one chosen for this."""
_PICTURE = 0.5
"""What the picture's correlation counts beside the overlap of outlines."""
_LOOKED_AT = 10
"""Of so many frames, those whose outlines fit best, pictures are compared."""
_TIED = 0.06
"""An outline that fits by so much better than another decides alone."""
_FARTHEST = 32
"""Frames; nothing is brought along from farther away."""
_BENDS_FRAMES, _BENDS_SHARE = 5, 0.35
"""An object bends of whose hidden part such a share is not where its own motion carries it after so many frames."""
_TOGETHER_FRAMES, _TOGETHER_SHARE = 2, 0.2
"""So near in time to a frame in which it bends, such a share is enough: little changes from one frame to the next. The
median of frames so near must reach it, too: who seems to bend in one frame alone stands otherwise in its twin."""
_BESIDE_SHARE = 0.035
"""Of the object's longer side: so near what is seen of it, what is brought along is believed even then."""
_NEAR_SHARE = 0.1
"""Of the object's longer side: colours so near the hidden part count most where two frames are laid over each other."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A frame that shows what another one hides.

    Attributes:
        at: its place in the sequence.
        shift: place there minus place here, x and y in pixels.
        after: ``(H, W)`` float32: what is brought along from farther away in time than so many frames fits worse, near
            this place; infinite where it never does.
    """

    at: int
    shift: tuple[float, float]
    after: FloatMap

    @property
    def in_one_piece(self) -> bool:
        """Whether all of what is hidden comes from that frame but what lies right beside what is seen."""
        return bool((self.after < 0).any())

    def moved(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        """``(H, W)`` of that frame, laid over this one; zero where it ends."""
        height, width = picture.shape
        matrix = np.array([[1, 0, self.shift[0]], [0, 1, self.shift[1]]], np.float32)
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        moved = cv2.warpAffine(picture, matrix, (width, height), flags=how, borderMode=cv2.BORDER_CONSTANT)
        return np.asarray(moved, np.float32)


def alike_frames(frames: Sequence[ObjectFrame], shifts: FloatMap) -> list[Alike | None]:
    """For each frame the one that shows what it hides; None where nothing is hidden, or no frame fits well enough.

    Args:
        frames: consecutive, of one shot. A whole shape that is given counts as known, and tells that a frame hides
            nothing.
        shifts: ``(T, 2)`` the object's motion from each frame to the one before, in pixels; not a number where it is
            not known.
    """
    found: list[Alike | None] = [None] * len(frames)
    outlines = Outlines.of(frames)
    if outlines is None or not outlines.asking or not outlines.showing:
        return found
    places = [outlines.fits(at) for at in outlines.asking]
    pictures = SmallPictures(frames, outlines.corners, outlines.scale, ROOM_PX)
    fits = [
        _with_pictures(place, at, outlines.showing, pictures) for at, place in zip(outlines.asking, places, strict=True)
    ]
    chosen = _path(outlines.asking, outlines.showing, np.stack(fits))
    way = np.nancumsum(shifts, axis=0)
    size = frames[0].visible.shape
    for at, number, place in zip(outlines.asking, chosen, places, strict=True):
        there, x, y = outlines.showing[number], *(float(each) for each in place.shifts[number])
        if place.seen[number] < _LEAST_FIT:
            continue
        fit = outlines.fit_of_pair(at, there, place.shifts[number])
        if fit is None:
            continue
        after = _fits_until(outlines, shifts, way, at, fit - np.float32(_MARGIN))
        if (after < abs(there - at)).any():
            shift = _refined(frames[at], frames[there], (x, y), outlines.pixel)
            found[at] = Alike(there, shift, outlines.large(at, after, size))
    return _in_one_piece(found, frames)


def _with_pictures(fits: Fits, at: int, showing: Sequence[int], pictures: SmallPictures) -> FloatMap:
    """``(N,)`` how well frames fit, by outline and picture; the picture is asked of the best outlines."""
    result = fits.known - _PICTURE
    least = max(float(fits.known.max()) - _TIED, 0.0)
    for number in np.argsort(-fits.known, kind="stable")[:_LOOKED_AT]:
        if fits.known[number] > least:
            like = pictures.likeness(at, showing[int(number)], fits.shifts[number])
            result[number] = fits.known[number] + _PICTURE * like
    return np.asarray(result, np.float32)


def _in_one_piece(found: Sequence[Alike | None], frames: Sequence[ObjectFrame]) -> list[Alike | None]:
    """The same, where the object bends, for all of what is hidden but what lies right beside what is seen.

    What is brought along of a limb that swings comes from several frames, and from each a strip of it: it would fit
    its neighbour nowhere. Frames near each other are treated alike, unless it hardly bends in one of them, or in most.
    """
    share = np.array([_bent_share(each, frames, at) if each else 0.0 for at, each in enumerate(found)])
    asked = np.array([each is not None for each in found])
    bends = ((share >= _BENDS_SHARE) & (_usual(share, asked) >= _TOGETHER_SHARE)).astype(np.uint8)
    near = cv2.dilate(bends[None], np.ones((1, 2 * _TOGETHER_FRAMES + 1), np.uint8))[0] > 0
    whole = near & (share >= _TOGETHER_SHARE)
    return [_far_from_seen(each, frames[at]) if each and whole[at] else each for at, each in enumerate(found)]


def _usual(share: NDArray[np.float64], asked: NDArray[np.bool_]) -> NDArray[np.float64]:
    """``(T,)`` the median of the shares near each frame, of frames that were ``asked``; 0 for the others."""
    usual = np.zeros(share.shape)
    for at in np.flatnonzero(asked):
        near = slice(max(0, at - _TOGETHER_FRAMES), at + _TOGETHER_FRAMES + 1)
        usual[at] = np.median(share[near][asked[near]])
    return usual


def _bent_share(alike: Alike, frames: Sequence[ObjectFrame], at: int) -> float:
    """Of the object's hidden part, the share that is soon not where its own motion carries it."""
    shape, _ = shown_by(frames[at], frames[alike.at], alike)
    hidden = frames[at].occluder & ~frames[at].visible & shape
    return float((alike.after[hidden] <= _BENDS_FRAMES).mean()) if hidden.any() else 0.0


def _far_from_seen(alike: Alike, here: ObjectFrame) -> Alike:
    """The same, for all that is not right beside what is seen."""
    window = window_of(here.visible)
    apart = cv2.distanceTransform((~here.visible).astype(np.uint8), cv2.DIST_L2, 5)
    far = apart > beside_px(window)
    return replace(alike, after=np.where(far, np.float32(-1), alike.after))


def beside_px(window: Window) -> float:
    """So near what is seen of an object that bends, in this window, what is brought along is believed."""
    return _BESIDE_SHARE * max(window.width, window.height)


def _path(asking: Sequence[int], showing: Sequence[int], fits: FloatMap) -> list[int]:
    """For each frame that asks the number of the one that shows: fitting well, and in step with one another."""
    there = np.asarray(showing)
    total, back = fits[0], []
    for number in range(1, len(asking)):
        steps = there[None, :] - there[:, None] - (asking[number] - asking[number - 1])
        ways = total[:, None] - np.minimum(_JUMP * np.abs(steps), _MOST_JUMP)
        back.append(ways.argmax(0))
        total = fits[number] + ways.max(0)
    path = [int(total.argmax())]
    for best in reversed(back):
        path.append(int(best[path[-1]]))
    return path[::-1]


def _fits_until(outlines: Outlines, shifts: FloatMap, way: FloatMap, at: int, least: FloatMap) -> FloatMap:
    """``(S, S)``: up to so many frames away the outline, moved as the object moves, fits at least so well there.

    It ends where frames two distances running do not fit; those that show too little in common do not count.
    """
    count = len(way)
    until = np.full(least.shape, np.inf, np.float32)
    misses = np.zeros(least.shape, np.int32)
    for away in range(1, min(count, _FARTHEST)):
        fits = []
        for other in (at - away, at + away):
            linked = 0 <= other < count and np.isfinite(shifts[min(at, other) + 1 : max(at, other) + 1]).all()
            fit = outlines.fit_of_pair(at, other, way[at] - way[other]) if linked else None
            if fit is not None:
                fits.append(fit)
        if fits:
            misses = np.where(np.max(fits, axis=0) < least, misses + 1, 0)
            until = np.where((misses == 2) & np.isinf(until), np.float32(away - 2), until)
    return until


def _refined(here: ObjectFrame, there: ObjectFrame, shift: tuple[float, float], reach: float) -> tuple[float, float]:
    """The shift at which colours agree best, those near what is hidden most, within ``reach`` pixels of a given one."""
    height, width = here.visible.shape
    hidden = here.occluder if here.amodal is None else here.occluder & here.amodal
    window = window_of(here.visible)
    far = round(reach) + 1
    x, y = round(shift[0]), round(shift[1])
    part = _common(window, (x, y), far, (width, height))
    if part is None:
        return shift
    seen = here.visible[part.slices]
    apart = cv2.distanceTransform((~hidden).astype(np.uint8), cv2.DIST_L2, 3)[part.slices]
    weight = seen * (0.05 + np.exp(-apart / (_NEAR_SHARE * max(window.width, window.height))))
    other = Window(part.left + x - far, part.top + y - far, part.width + 2 * far, part.height + 2 * far)
    mask = np.repeat(weight.astype(np.float32)[..., None], 3, axis=2)
    views = there.view[other.slices].astype(np.float32), here.view[part.slices].astype(np.float32)
    errors = cv2.matchTemplate(*views, cv2.TM_SQDIFF, mask=mask)
    row, column = np.unravel_index(int(np.argmin(errors)), errors.shape)
    return float(x + int(column) - far), float(y + int(row) - far)


def _common(window: Window, shift: tuple[int, int], far: int, size: tuple[int, int]) -> Window | None:
    """The part of a window that, moved and grown by ``far``, lies in a picture of ``size`` (width, height)."""
    left, top = max(window.left, far - shift[0]), max(window.top, far - shift[1])
    right = min(window.left + window.width, size[0] - far - shift[0])
    bottom = min(window.top + window.height, size[1] - far - shift[1])
    least = max(8, window.width // 4), max(8, window.height // 4)
    if right - left < least[0] or bottom - top < least[1]:
        return None
    return Window(left, top, right - left, bottom - top)


def shown_by(here: ObjectFrame, there: ObjectFrame, alike: Alike) -> tuple[Mask, Mask]:
    """``(H, W)`` each: where ``there`` shows the object, laid over ``here``, and where it says anything."""
    shape = there.visible if there.amodal is None else there.visible | there.amodal
    assert shape.shape == here.visible.shape, "frames of one shot have one size"
    laid = (alike.moved(each.astype(np.float32)) > 0.5 for each in (shape, np.ones_like(shape)))
    shown, inside = (np.asarray(each, bool) for each in laid)
    return shown, inside
