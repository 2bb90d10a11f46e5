"""Scene cuts: PySceneDetect's detectors propose, a comparison of structure decides.

The detectors measure how much the picture changed, so hard motion and flashes alarm them too. A proposal counts only if
the new picture does not show what the old one showed, after a global shift and whatever the brightness: what is left of
the scene then cannot help to fill a hole in the new one.

Pictures come in as thumbnails; all of this costs well under a millisecond a frame.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from itertools import chain, islice

import cv2
import numpy as np
from numpy.typing import NDArray

from app.media.frame import VideoFrame
from app.media.small import small_view

Thumbnail = NDArray[np.uint8]
OpenFrames = Callable[[int, int], Generator[VideoFrame]]
"""Decodes the frames from a first to an end (exclusive) anew, in order; closed when no longer needed."""

THUMBNAIL_WIDTH_PX = 128
# What is shrunk by more than this is shrunk by an even factor: coarser chroma then has a whole one, too, which takes a
# third of the time.
_FEW_TIMES = 8
# Content scores from which a picture is worth a closer look (PySceneDetect's own default for a sure cut is 27).
PROPOSAL_SCORE = 15.0
# Likeness from which two pictures show the same scene: of 419 neighbouring real pictures with a score above 15 it parts
# one wrongly, and it misses 1 of 600 cuts between two clips.
SAME_SCENE = 0.38
_DETAIL_SIGMA_PX = 12.0
# A picture with less contrast than this (a fade, a white-out) shows nothing that could be compared.
BLANK_DEVIATION = 4.0
# A flash is over after so many frames.
FLASH_FRAMES = 3
# So many frames before those in question tell the detector what came before (it compares neighbours, and what lies on
# either side of a flash or a dip to black).
CUT_MEMORY_FRAMES = 12
# Where all of those are blank, so many times as many are looked at, and so on.
_FURTHER_TIMES = 4
_RATE = 25.0  # the detectors count frames; a rate is only needed to make their time stamps


def thumbnail(frame: VideoFrame) -> Thumbnail:
    """A small ``(h, w, 3)`` uint8 BGR picture of a frame, made from shrunken planes without its full RGB view."""
    factor = max(1, frame.width // THUMBNAIL_WIDTH_PX)
    if factor > _FEW_TIMES:
        factor -= factor % 2
    return np.ascontiguousarray(small_view(frame, factor)[..., ::-1])


def _proposer() -> Callable[[int, Thumbnail], bool]:
    """A new detector: told the number of each picture in order and the picture, it says whether a cut is likely."""
    from scenedetect import ContentDetector, FrameTimecode  # late: it starts a process of ffmpeg's when imported

    detector = ContentDetector(threshold=PROPOSAL_SCORE, min_scene_len=0)
    return lambda index, picture: bool(detector.process_frame(FrameTimecode(index, _RATE), picture))


class LiveCuts:
    """Finds cuts causally: whether a picture starts a new shot is said when it comes.

    A picture without structure (a white flash, a fade's black) never starts a shot; the next one is compared with the
    last that had structure. So a flash resets nothing, and a cut through black is found where the picture returns.
    """

    def __init__(self) -> None:
        self._proposes = _proposer()
        self._count = 0
        self._last: Thumbnail | None = None
        self._reference: Thumbnail | None = None

    def is_cut(self, picture: Thumbnail) -> bool:
        """Whether this picture, the next in order, starts a new shot (the first one never does)."""
        proposed = self._proposes(self._count, picture)
        after_blank = self._last is not None and self._last is not self._reference
        self._count += 1
        self._last = picture
        if _is_blank(picture):
            return False
        reference, self._reference = self._reference, picture
        if reference is None or not (proposed or after_blank):
            return False
        return not same_scene(reference, picture)


def find_cuts(pictures: Iterable[Thumbnail]) -> Iterator[bool]:
    """For each picture of a sequence, whether it starts a new shot; may look a few pictures ahead.

    Pictures that differ from their surroundings for at most ``FLASH_FRAMES`` frames belong to the shot around them.
    """
    proposes = _proposer()
    window: deque[tuple[Thumbnail, bool]] = deque()
    judge = _LookAhead()
    for index, picture in enumerate(pictures):
        proposed = proposes(index, picture)
        window.append((picture, proposed))
        if len(window) > FLASH_FRAMES:
            yield judge.is_cut(window)
            window.popleft()
    while window:
        yield judge.is_cut(window)
        window.popleft()


def cuts_between(
    open_frames: OpenFrames,
    frames: tuple[int, int],
    bounds: tuple[int, int],
    told: Callable[[int, int], None],
) -> list[int]:
    """The frames of a part of a clip that start a new shot: the same wherever the part begins.

    Args:
        open_frames: decodes.
        frames: first frame and end (exclusive) of the part.
        bounds: the same of what may be decoded.
        told: called with the frames done and to be done, once a frame; may raise to cancel.
    """
    first, end = frames
    reach, stop = CUT_MEMORY_FRAMES, min(bounds[1], end + FLASH_FRAMES)
    while True:
        begin = max(bounds[0], first - reach)
        with closing(open_frames(begin, stop)) as opened:
            pictures = _thumbnails(opened, stop - begin, told)
            before = list(islice(pictures, first - begin))
            if begin == bounds[0] or not all(map(_is_blank, before)):
                marks = enumerate(find_cuts(chain(before, pictures)), begin)
                return [index for index, is_cut in marks if is_cut and first <= index < end]
        reach *= _FURTHER_TIMES  # what came before the black is not among them


def _thumbnails(frames: Generator[VideoFrame], total: int, told: Callable[[int, int], None]) -> Generator[Thumbnail]:
    for done, frame in enumerate(frames, 1):
        told(done, total)
        yield thumbnail(frame)


class _LookAhead:
    """Judges the first picture of a window that holds the next few as well."""

    def __init__(self) -> None:
        self._anchor: Thumbnail | None = None  # the last picture that surely belongs to the shot
        self._in_doubt = False

    def is_cut(self, window: deque[tuple[Thumbnail, bool]]) -> bool:
        picture, proposed = window[0]
        if _is_blank(picture):
            self._in_doubt = True
            return False
        anchor = self._anchor
        if anchor is None or not (proposed or self._in_doubt) or same_scene(anchor, picture):
            self._anchor, self._in_doubt = picture, False
            return False
        if any(same_scene(anchor, later) for later, _ in list(window)[1:]):
            self._in_doubt = True  # a flash: the shot comes back
            return False
        self._anchor, self._in_doubt = picture, False
        return True


def same_scene(first: Thumbnail, second: Thumbnail) -> bool:
    """Whether two pictures show the same scene, shifted, brighter or darker.

    The likeness is the correlation of the colours and that of their detail, averaged, over what both pictures show
    after the global shift that phase correlation finds.
    """
    a, b = first.astype(np.float32), second.astype(np.float32)
    shift = _global_shift(a, b)
    likeness = _likeness(a, b)
    if shift is not None:
        likeness = max(likeness, _likeness(*_overlap(a, b, *shift)))
    return likeness >= SAME_SCENE


def _is_blank(picture: Thumbnail) -> bool:
    grey = picture[..., 0].astype(np.float32)  # the mean over the last axis, in a tenth of its time
    grey += picture[..., 1]
    grey += picture[..., 2]
    grey /= np.float32(3)
    return float(grey.std()) < BLANK_DEVIATION


def _global_shift(first: NDArray[np.float32], second: NDArray[np.float32]) -> tuple[int, int] | None:
    """``(dx, dy)`` in whole pixels from the first to the second, None if too little would be left in common."""
    height, width = first.shape[:2]
    if min(height, width) < 16:
        return None
    window = cv2.createHanningWindow((width, height), cv2.CV_32F)
    (dx, dy), _ = cv2.phaseCorrelate(first.mean(axis=2), second.mean(axis=2), window)
    if abs(dx) > 0.6 * width or abs(dy) > 0.6 * height:
        return None
    return round(dx), round(dy)


def _overlap(
    first: NDArray[np.float32], second: NDArray[np.float32], dx: int, dy: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The parts of two pictures that show the same after the first moved by ``(dx, dy)``."""
    height, width = first.shape[:2]
    own = first[max(0, -dy) : height - max(0, dy), max(0, -dx) : width - max(0, dx)]
    other = second[max(0, dy) : height - max(0, -dy), max(0, dx) : width - max(0, -dx)]
    return own, other


def _likeness(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    return 0.5 * (_correlation(first, second) + _correlation(_detail(first), _detail(second)))


def _detail(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """A picture without its slow gradients and its finest grain."""
    slow = cv2.GaussianBlur(picture, (0, 0), _DETAIL_SIGMA_PX)
    return np.asarray(cv2.GaussianBlur(picture - slow, (0, 0), 1.5), np.float32)


def _correlation(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    a, b = first - first.mean(), second - second.mean()
    norm = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / norm if norm > 0 else 0.0
