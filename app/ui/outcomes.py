"""What came of a render, in words: how many frames are there, and which are left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from app.engine.result_view import FrameState

_LEFT = (FrameState.MISSING, FrameState.STALE, FrameState.FAILED)


def to_do(states: NDArray[np.uint8], first: int, end: int) -> int:
    """How many frames from the first to the end (exclusive) have no result that is up to date.

    Args:
        states: ``(n,)`` uint8 of ``FrameState``, of the whole clip.
        first: the first frame.
        end: behind the last one.
    """
    return int(np.isin(states[first:end], _LEFT).sum())


def after_render(states: NDArray[np.uint8], frames: tuple[int, int], *, stopped: bool) -> tuple[str, str]:
    """What a render of the range has made of it.

    Args:
        states: ``(n,)`` uint8 of ``FrameState``, of the whole clip.
        frames: first frame and end (exclusive) of the range.
        stopped: whether the user ended it.

    Returns:
        A few words for a panel, and a sentence for the status line.
    """
    first, end = frames
    there = int(np.isin(states[first:end], (FrameState.FINAL, FrameState.LIVE)).sum())
    left = to_do(states, first, end)
    if left and stopped and not there:
        sentence = _tr(
            "Stopped before the first frame was filled: a render looks through the whole shot before it fills any. "
            "Live begins at the playhead."
        )
        return _tr("Stopped before the first frame"), sentence
    if left:
        words = _tr("{0} rendered, {1} left").format(there, left)
        if stopped and there == 1:
            sentence = _tr("Stopped: one frame is rendered and stays; left for Render range: {1}.")
        elif stopped:
            sentence = _tr("Stopped: {0} frames are rendered and stay; left for Render range: {1}.")
        else:
            sentence = _tr("Frames rendered: {0}. Left: {1}.")
        return words, sentence.format(there, left)
    if there == 1:
        return _tr("1 frame rendered, none left"), _tr("Rendered: the one frame that has something to fill.")
    words = _tr("{0} frames rendered, none left").format(there)
    if first > 0 or end < len(states):
        sentence = _tr("Rendered: {0} frames between {1} and {2}. Outside in and out the source stays.")
    else:
        sentence = _tr("Rendered: {0} frames between {1} and {2}. None is left.")
    filled = first + np.flatnonzero(states[first:end] != FrameState.NOTHING)
    if len(filled):
        first, end = int(filled[0]), int(filled[-1]) + 1
    return words, sentence.format(there, first, end - 1)


def after_live(states: NDArray[np.uint8], frames: tuple[int, int], start: int) -> str:
    """What Live has come to.

    Args:
        states: ``(n,)`` uint8 of ``FrameState``, of the whole clip.
        frames: first frame and end (exclusive) of the range.
        start: the frame from which it went on.
    """
    left = to_do(states, frames[0], min(start, frames[1]))
    if left:
        return _tr("Live from frame {0} on, {1} left").format(start, left)
    if not (states[slice(*frames)] == FrameState.LIVE).any():
        return after_render(states, frames, stopped=False)[0]
    return _tr("Live is up to date")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Outcomes", text)
