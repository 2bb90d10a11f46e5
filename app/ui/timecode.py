"""Frame numbers and time codes as people write them."""

from __future__ import annotations

import re
from fractions import Fraction

from app.core.errors import UserError

_OFFSET = re.compile(r"([+-])\s*(\d+)")
_FRAME = re.compile(r"\d+")
_TIME = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{1,2}):(\d{1,3})|(?:(\d+):)?(\d+):(\d{1,2}(?:\.\d+)?)|(\d+\.\d+)")


def timecode(frame: int, rate: Fraction) -> str:
    """``HH:MM:SS:FF``: frames counted at the nearest whole rate, without dropping numbers."""
    base = max(1, round(rate))
    seconds, frames = divmod(frame, base)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}:{frames:02d}"


def parse_place(text: str, *, position: int, rate: Fraction, frame_count: int) -> int:
    """The frame that a user means.

    Args:
        text: a frame number, ``+30`` or ``-10`` from here, ``HH:MM:SS:FF``, ``MM:SS`` or seconds like ``1.5``.
        position: the frame that offsets count from.
        rate: frames a second.
        frame_count: places beyond the clip become its last frame.

    Raises:
        UserError: it is none of these.
    """
    text = text.strip()
    base = max(1, round(rate))
    if found := _OFFSET.fullmatch(text):
        frame = position + int(found.group(1) + found.group(2))
    elif _FRAME.fullmatch(text):
        frame = int(text)
    elif found := _TIME.fullmatch(text):
        frame = _frame_of(found, base, rate)
    else:
        raise UserError(
            f"“{text}” is no place in the clip: write a frame number, +30 or -30, or a time code like 00:00:04:12."
        )
    return min(max(frame, 0), max(frame_count - 1, 0))


def _frame_of(found: re.Match[str], base: int, rate: Fraction) -> int:
    hours, minutes, seconds, frames, short_hours, short_minutes, short_seconds, plain = found.groups()
    if frames is not None:
        return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * base + int(frames)
    if plain is not None:
        return round(float(plain) * rate)
    return round((int(short_hours or 0) * 3600 + int(short_minutes) * 60 + float(short_seconds)) * rate)
