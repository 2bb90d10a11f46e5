"""The refiner's state as bytes: saved between sessions, loaded for an exact resume."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.devices import Placement
from models.propagation.colour_relation import ColourRelation
from models.propagation.picture import HoleFrame, Picture
from models.propagation.state import StateReader, StateWriter
from models.vornet.convlstm import LstmState
from models.vornet.crops import Crop
from models.vornet.inpainter import Guess
from models.vornet.refiner import RefinerState
from models.vornet.runner import Past


def save_refiner(state: RefinerState) -> bytes:
    """Everything that later refinements depend on."""
    out = StateWriter()
    out.value("relation_index", state.relation_index)
    out.value("correction", state.correction)
    out.value("last", state.last is not None)
    if state.last is not None:
        out.observation("last.frame", state.last, whole=False)
    out.value("crop", None if state.crop is None else astuple(state.crop))
    out.value("relation", None if state.relation is None else state.relation.peak)
    if state.relation is not None:
        out.array("relation.to_planes", state.relation.to_planes)
        out.array("relation.to_view", state.relation.to_view)
    out.value("past", state.past is not None)
    if state.past is not None:
        out.array("past.picture", _array(state.past.picture))
        out.value("past.state", state.past.state is not None)
        if state.past.state is not None:
            out.array("past.hidden", _array(state.past.state.hidden))
            out.array("past.cell", _array(state.past.state.cell))
    out.value("guess", state.guess is not None)
    if state.guess is not None:
        out.array("guess.picture", _array(state.guess.picture))
        out.array("guess.where", _array(state.guess.where))
    return out.finish()


def load_refiner(data: bytes, placement: Placement) -> RefinerState:
    """The state that ``save_refiner`` wrote, its tensors on the device.

    Raises:
        ValueError: the bytes are no such state.
    """
    kept = StateReader(data)

    def tensor(name: str, dtype: torch.dtype = torch.float32) -> torch.Tensor:
        return torch.from_numpy(np.array(kept.array(name))).to(placement.device, dtype)

    past = None
    if kept.value("past"):
        state = None
        if kept.value("past.state"):
            state = LstmState(tensor("past.hidden", placement.dtype), tensor("past.cell"))
        past = Past(tensor("past.picture"), state)
    crop, peak = kept.value("crop"), kept.value("relation")
    return RefinerState(
        last=kept.observation("last.frame", whole=False) if kept.value("last") else None,
        crop=None if crop is None else Crop(*crop),
        past=past,
        guess=Guess(tensor("guess.picture"), tensor("guess.where")) if kept.value("guess") else None,
        relation=(
            None
            if peak is None
            else ColourRelation(kept.array("relation.to_planes"), kept.array("relation.to_view"), peak)
        ),
        relation_index=kept.value("relation_index"),
        correction=kept.value("correction"),
    )


def save_frames(frames: Iterable[HoleFrame]) -> bytes:
    """Frames that wait for their fills."""
    out, count = StateWriter(), 0
    for count, frame in enumerate(frames, 1):
        name = f"frame.{count - 1}"
        picture = frame.picture
        out.value(name, [picture.index, picture.bits, frame.cut, frame.reference, frame.avoid is not None])
        out.array(f"{name}.view", picture.view)
        out.planes(f"{name}.planes", picture.planes)
        out.array(f"{name}.hole", frame.hole)
        if frame.avoid is not None:
            out.array(f"{name}.avoid", frame.avoid)
    out.value("frames", count)
    return out.finish()


def load_frames(data: bytes) -> list[HoleFrame]:
    """The frames that ``save_frames`` wrote.

    Raises:
        ValueError: the bytes are no such frames.
    """
    kept, frames = StateReader(data), []
    for number in range(kept.value("frames")):
        name = f"frame.{number}"
        index, bits, cut, reference, avoided = kept.value(name)
        picture = Picture(index, kept.array(f"{name}.view"), kept.planes(f"{name}.planes"), bits)
        avoid = kept.array(f"{name}.avoid") if avoided else None
        frames.append(HoleFrame(picture, kept.array(f"{name}.hole"), cut, reference, avoid))
    return frames


def _array(tensor: torch.Tensor) -> NDArray[Any]:
    """The values as float32, which holds every half exactly."""
    return tensor.float().cpu().contiguous().numpy()
