"""What the user says about an object at one frame: a box round it, or its mask."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from app.core.errors import UserError
from app.core.geometry import Rect
from app.core.masks import MaskBlob, interpolate_box

_BOX = re.compile(r"\s*(-?\d+)\s*,\s*(-?\d+)\s*,\s*(-?\d+)\s*,\s*(-?\d+)\s*(?:@\s*(-?\d+)\s*)?", re.ASCII)
_POINT = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*(?:,\s*(\d+)\s*)?(?:@\s*(-?\d+)\s*)?", re.ASCII)
_FILE_AT_FRAME = re.compile(r"(.+)@(-?\d+)", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class BoxPrompt:
    """A box round the object, in stored pixels of the display orientation, origin top left.

    Attributes:
        rect: the box; it may reach over the picture's edge.
        frame: the anchor frame's index.
    """

    rect: Rect
    frame: int = 0


@dataclass(frozen=True, slots=True)
class Click:
    """A point that is on the object, or is not.

    Attributes:
        x: picture pixels from the left edge, the first pixel's middle at 0.5.
        y: picture pixels from the top edge.
        include: whether it is on the object.
        taken: which of the answers to the clicks up to this one was taken, 0 being the likeliest.
    """

    x: float
    y: float
    include: bool = True
    taken: int = 0


@dataclass(frozen=True, slots=True)
class Clicks:
    """What a segmenter is told about an object in one frame; at least an including click, a box or a rough mask.

    Attributes:
        points: in the order in which they were made.
        box: round the object; None if there is none.
        rough: the object, roughly, before the first click; None if there was nothing.
        taken: which of the answers to box and rough mask alone was taken.
    """

    points: tuple[Click, ...] = ()
    box: Rect | None = None
    rough: MaskBlob | None = None
    taken: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing says where the object is."""
        return self.box is None and self.rough is None and not any(point.include for point in self.points)

    @property
    def last_taken(self) -> int:
        """Which of the answers to all of this was taken."""
        return self.points[-1].taken if self.points else self.taken

    def taking(self, answer: int) -> Clicks:
        """The same, with another of the answers to all of this taken."""
        if not self.points:
            return replace(self, taken=answer)
        return replace(self, points=(*self.points[:-1], replace(self.points[-1], taken=answer)))


@dataclass(frozen=True, slots=True)
class MaskPrompt:
    """The object's mask at an anchor frame, painted, clicked or imported.

    Attributes:
        mask: True = the object.
        frame: the anchor frame's index.
        clicks: what the mask was made from, if a segmenter made it and nobody painted in it since.
    """

    mask: MaskBlob
    frame: int = 0
    clicks: Clicks | None = None


Prompt = BoxPrompt | MaskPrompt


def parse_box(text: str) -> BoxPrompt:
    """Reads ``X,Y,W,H`` or ``X,Y,W,H@FRAME`` (whole pixels; without a frame it is frame 0's).

    Raises:
        UserError: other text, no area, or a negative frame.
    """
    found = _BOX.fullmatch(text)
    if not found:
        raise UserError(f"The box {text!r} cannot be read: write X,Y,W,H or X,Y,W,H@FRAME in whole pixels.")
    x, y, width, height = (int(found.group(i)) for i in range(1, 5))
    frame = int(found.group(5) or 0)
    if width <= 0 or height <= 0:
        raise UserError(f"The box {text!r} is {width}x{height} pixels: give a width and a height of at least 1.")
    if frame < 0:
        raise UserError(f"The box {text!r} names frame {frame}: frames count from 0.")
    return BoxPrompt(Rect(x, y, width, height), frame)


def parse_point(text: str) -> tuple[Click, int]:
    """Reads ``X,Y``, ``X,Y,0`` (not on the object) or ``X,Y,1``, each with ``@FRAME`` (without it, frame 0's).

    Raises:
        UserError: other text, or a negative frame.
    """
    found = _POINT.fullmatch(text)
    if not found or found[3] not in (None, "0", "1"):
        raise UserError(
            f"The point {text!r} cannot be read: write X,Y or X,Y,0 (not on the object), with @FRAME if it is not "
            "frame 0's."
        )
    frame = int(found[4] or 0)
    if frame < 0:
        raise UserError(f"The point {text!r} names frame {frame}: frames count from 0.")
    return Click(float(found[1]), float(found[2]), found[3] != "0"), frame


def clicks_of(
    points: Sequence[tuple[Click, int]], boxes: Sequence[BoxPrompt], width: int, height: int, frame_count: int
) -> dict[int, Clicks]:
    """Points and boxes by frame, for a segmenter.

    Raises:
        UserError: one lies outside the picture or the clip, or a frame has only points that are not on the object.
    """
    found: dict[int, Clicks] = {}
    for box in boxes:
        inside = fitted(box, width, height, frame_count)
        found[box.frame] = replace(found.get(box.frame, Clicks()), box=inside.rect)
    for click, frame in points:
        if frame >= frame_count:
            raise UserError(f"The point at frame {frame} is outside the clip, whose last frame is {frame_count - 1}.")
        if not (0 <= click.x <= width and 0 <= click.y <= height):
            raise UserError(
                f"The point {click.x:g},{click.y:g} at frame {frame} lies outside the picture, which is "
                f"{width}x{height}: give a point inside it."
            )
        before = found.get(frame, Clicks())
        found[frame] = replace(before, points=(*before.points, click))
    for frame, clicks in found.items():
        if clicks.is_empty:
            raise UserError(f"At frame {frame} no point is on the object: give one without ,0.")
    return found


def parse_file_at_frame(text: str) -> tuple[Path, int]:
    """Reads ``FILE`` or ``FILE@FRAME`` (without a frame it is frame 0's; a file may have an ``@`` in its name).

    Raises:
        UserError: no file name, or a negative frame.
    """
    found = _FILE_AT_FRAME.fullmatch(text)
    name, frame = (found.group(1), int(found.group(2))) if found else (text, 0)
    if not name.strip() or name.startswith("@"):
        raise UserError(f"The mask {text!r} names no file: write FILE or FILE@FRAME.")
    if frame < 0:
        raise UserError(f"The mask {text!r} names frame {frame}: frames count from 0.")
    return Path(name), frame


def fitted(prompt: BoxPrompt, width: int, height: int, frame_count: int) -> BoxPrompt:
    """The prompt with its box clipped to the picture.

    Raises:
        UserError: the whole box lies outside the picture, or its frame outside the clip.
    """
    if prompt.frame >= frame_count:
        raise UserError(f"The box at frame {prompt.frame} is outside the clip, whose last frame is {frame_count - 1}.")
    rect = prompt.rect.clipped(width, height)
    if not rect.area_px:
        box = prompt.rect
        raise UserError(
            f"The box {box.x},{box.y},{box.width},{box.height} ({box.width}x{box.height} pixels) at frame "
            f"{prompt.frame} lies outside the picture, which is {width}x{height}: give a box inside it."
        )
    return BoxPrompt(rect, prompt.frame)


def box_at(prompts: Sequence[BoxPrompt], frame: int) -> Rect:
    """The box at any frame: straight lines between the anchor frames, the nearest anchor's box beyond them.

    Of two boxes at the same frame the later one in the sequence counts.
    """
    assert prompts, "at least one box"
    anchors = sorted({prompt.frame: prompt.rect for prompt in prompts}.items())
    if frame <= anchors[0][0]:
        return anchors[0][1]
    for (start, first), (end, second) in pairwise(anchors):
        if frame <= end:
            return interpolate_box(first, second, (frame - start) / (end - start))
    return anchors[-1][1]
