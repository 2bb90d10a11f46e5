"""What people type, turned into what the workspace takes."""

from __future__ import annotations

import errno
import os
import re
from fractions import Fraction
from pathlib import Path

import click

from app.core.errors import UserError

_RANGE = re.compile(r"\s*(\d*)\s*:\s*(\d*)\s*", re.ASCII)
_REFERENCE = re.compile(r"\s*(-?\d+)\s*=\s*(.+?)\s*", re.ASCII | re.DOTALL)
_RATE = re.compile(r"\s*(\d{1,9}(?:\.\d{0,9})?|\d{1,9}/\d{1,9})\s*", re.ASCII)
_PERCENT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*%?\s*", re.ASCII)


class PathGiven(click.ParamType[Path]):
    """A file or folder on the command line; refuses what can be the name of none, such as an unset shell variable's."""

    name = "path"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """See ``click.ParamType.convert``."""
        text = str(value)
        if not text.strip():
            self.fail("it is empty, and should name a file or a folder", param, ctx)
        if text == "-":
            self.fail("standard input and output cannot be used: name a file or a folder", param, ctx)
        try:
            os.lstat(text)
        except (OSError, ValueError) as error:
            if isinstance(error, ValueError) or error.errno == errno.ENAMETOOLONG:
                self.fail(f"no file can have this name ({getattr(error, 'strerror', error)})", param, ctx)
        return Path(text)


def parse_range(text: str) -> tuple[int, int | None]:
    """Reads ``A:B`` in frames, end exclusive; ``:B`` starts at 0 and ``A:`` goes to the end (None).

    Raises:
        UserError: other text, or no frame between A and B.
    """
    found = _RANGE.fullmatch(text)
    if not found or not (found[1] or found[2]):
        raise UserError(f"The range {text!r} cannot be read: write A:B in frames, where B is the first frame left out.")
    first, end = int(found[1] or 0), int(found[2]) if found[2] else None
    if end is not None and end <= first:
        raise UserError(f"The range {text!r} holds no frame: its end, {end}, must be larger than its start, {first}.")
    return first, end


def parse_reference(text: str) -> tuple[int, Path]:
    """Reads ``FRAME=PNG``.

    Raises:
        UserError: other text, or a negative frame.
    """
    found = _REFERENCE.fullmatch(text)
    if not found:
        raise UserError(f"The reference {text!r} cannot be read: write FRAME=PNG, for example 40=frame40.png.")
    frame = int(found[1])
    if frame < 0:
        raise UserError(f"The reference {text!r} names frame {frame}: frames count from 0.")
    return frame, Path(found[2])


def parse_references(texts: tuple[str, ...]) -> dict[int, Path]:
    """Reads all ``--reference`` options.

    Raises:
        UserError: one cannot be read, or two name the same frame.
    """
    references: dict[int, Path] = {}
    for text in texts:
        frame, path = parse_reference(text)
        if frame in references:
            raise UserError(f"Frame {frame} has two references, {references[frame]} and {path}: give one.")
        references[frame] = path
    return references


def parse_percent(text: str) -> float:
    """Reads a share from ``50`` or ``50%``; 0 to 100, returned as 0 to 1.

    Raises:
        UserError: other text, or a number above 100.
    """
    found = _PERCENT.fullmatch(text)
    if not found or float(found[1]) > 100:
        raise UserError(f"The mask threshold {text!r} cannot be used: give a percentage from 0 to 100.")
    return float(found[1]) / 100


def parse_rate(text: str) -> Fraction:
    """Reads frames a second: ``25``, ``23.976`` or ``30000/1001``.

    Raises:
        UserError: other text, or nothing between 0 and 1000.
    """
    try:
        rate = Fraction(text.strip()) if _RATE.fullmatch(text) else Fraction(0)
    except ZeroDivisionError:
        rate = Fraction(0)
    if not 0 < rate <= 1000:
        raise UserError(f"The rate {text!r} cannot be used: give frames a second, for example 25 or 30000/1001.")
    return rate
