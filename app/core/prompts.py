"""What the user says about an object at one frame: a box round it, or its mask."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from app.core.errors import UserError
from app.core.geometry import Rect
from app.core.masks import MaskBlob, interpolate_box

_BOX = re.compile(r"\s*(-?\d+)\s*,\s*(-?\d+)\s*,\s*(-?\d+)\s*,\s*(-?\d+)\s*(?:@\s*(-?\d+)\s*)?", re.ASCII)
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
class MaskPrompt:
    """The object's mask at an anchor frame, painted, clicked or imported."""

    mask: MaskBlob
    frame: int = 0


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
        raise UserError(
            f"The box at frame {prompt.frame} is outside the clip: it has {frame_count} frames, the last is "
            f"{frame_count - 1}."
        )
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
