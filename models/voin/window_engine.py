"""VOIN's networks on a window of frames: numpy in, numpy out, no memory of what was before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from models.devices import Placement
from models.flow.dis import DisFlow
from models.flow.protocol import FlowEstimator
from models.voin.classes import class_index
from models.voin.crops import SquareCrop
from models.voin.evidence import gather, object_shifts
from models.voin.generator import AppearanceGenerator, AppearanceInput, painted
from models.voin.object_flow import FlowInput, FlowNetwork
from models.voin.picture import Mask as Mask
from models.voin.picture import ObjectFrame as ObjectFrame
from models.voin.picture import View as View
from models.voin.shape import ShapeInput, ShapeNetwork
from models.voin.smoothing import continued_inside
from models.weights import load_network

Flow = NDArray[np.float32]


_KINDS: dict[str, type[ShapeNetwork] | type[FlowNetwork] | type[AppearanceGenerator]] = {
    "shape": ShapeNetwork,
    "flow": FlowNetwork,
    "generator": AppearanceGenerator,
}


@dataclass(frozen=True, slots=True)
class VoinNetworks:
    """The three networks; one that is None is replaced by what it has to beat.

    Attributes:
        shape: without it the object's shape is what can be seen.
        flow: without it the object's hidden part moves as a whole (``evidence``).
        generator: without it colours are continued smoothly.
    """

    shape: ShapeNetwork | None = None
    flow: FlowNetwork | None = None
    generator: AppearanceGenerator | None = None

    def fingerprint(self) -> dict[str, str]:
        """Of each network there is, what tells its weights from others'."""
        found = {}
        for name in ("shape", "flow", "generator"):
            network = getattr(self, name)
            if network is not None:
                digest = hashlib.sha256(json.dumps(network.config(), sort_keys=True).encode())
                for tensor in network.state_dict().values():
                    digest.update(tensor.detach().float().cpu().numpy().tobytes())
                found[name] = digest.hexdigest()
        return found

    @staticmethod
    def load(folder: Path) -> VoinNetworks:
        """The networks whose files, as training leaves them, lie in ``folder``.

        Raises:
            WeightsError: a file cannot be read or belongs to another network.
        """
        files = {name: folder / f"voin-{name}.safetensors" for name in _KINDS}
        return VoinNetworks.read({name: file for name, file in files.items() if file.is_file()})

    @staticmethod
    def read(files: Mapping[str, Path], device: str = "cpu") -> VoinNetworks:
        """The networks of these files, by ``shape``, ``flow`` and ``generator``, on a device.

        Raises:
            WeightsError: a file cannot be read or belongs to another network.
        """
        found: dict[str, torch.nn.Module] = {}
        for name, file in files.items():
            kind = _KINDS[name]
            config, arrays = load_network(file, kind.__name__)
            network = kind(**config)
            network.load_state_dict({key: torch.from_numpy(array) for key, array in arrays.items()})
            found[name] = network.to(device).eval()
        return VoinNetworks(**found)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Reference:
    """A frame from elsewhere in the clip as the shape network sees it: a square of it.

    Attributes:
        index: of the frame.
        view: ``(S, S, 3)`` uint8.
        visible: ``(S, S)`` bool.
        occluder: ``(S, S)`` bool.
    """

    index: int
    view: View
    visible: Mask
    occluder: Mask


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """How frames are shown to the networks.

    Attributes:
        side_px: of the square that a network sees, a multiple of 32; None takes what it was trained on.
        margin: the square's side, times the longer side of the visible object's box.
        kind: name of the object's class; None for unknown.
        threshold: probability from which a covered pixel belongs to the object.
    """

    side_px: int | None = None
    margin: float = 1.8
    kind: str | None = None
    threshold: float = 0.5


@dataclass(frozen=True, slots=True)
class WindowEngine:
    """The networks' work on a window.

    Attributes:
        networks: those there are.
        settings: see there.
        placement: where they run, and in which precision.
        estimator: of the initial flow.
    """

    networks: VoinNetworks
    settings: WindowSettings = field(default_factory=WindowSettings)
    placement: Placement = field(default_factory=Placement)
    estimator: FlowEstimator = field(default_factory=DisFlow)

    def square(self, frames: Sequence[ObjectFrame]) -> SquareCrop:
        """The square of a window: round the object in all of its frames."""
        masks = [frame.visible if frame.amodal is None else frame.visible | frame.amodal for frame in frames]
        union = np.any(masks, axis=0)
        crop = SquareCrop.around(np.asarray(union, bool), self.settings.margin)
        return crop.inside(*union.shape)

    def reference(self, frame: ObjectFrame, side: int) -> Reference:
        """A frame as a reference, in a square of ``side`` pixels round its own object."""
        own = SquareCrop.around(frame.visible, 1.0)
        reach = (side - own.side) // 2
        crop = SquareCrop(own.left - reach, own.top - reach, side).inside(*frame.visible.shape)
        size = self._side(self.networks.shape)
        return Reference(
            frame.index,
            crop.cut(frame.view, size),
            _cut_mask(crop, frame.visible, size),
            _cut_mask(crop, frame.occluder & ~frame.visible, size),
        )

    def shapes(
        self, frames: Sequence[ObjectFrame], crop: SquareCrop, references: Sequence[Reference]
    ) -> list[NDArray[np.float32]]:
        """``(H, W)`` logits of the amodal mask of each frame (section 3.1); very low where nothing is known."""
        shape = frames[0].visible.shape
        if self.networks.shape is None or all(frame.amodal is not None for frame in frames):
            return [np.full(shape, LOWEST, np.float32) for _ in frames]
        size = self._side(self.networks.shape)
        shown = [
            Reference(
                frame.index,
                crop.cut(frame.view, size),
                _cut_mask(crop, frame.visible, size),
                _cut_mask(crop, frame.occluder & ~frame.visible, size),
            )
            for frame in frames
        ]
        shown += list(references)
        shifts = np.full((1, len(shown), 2), np.nan, np.float32)  # a reference has no neighbours
        shifts[0, : len(frames)] = self.motions(frames, crop) * np.float32(size / crop.side)
        visible, occluder = (self._masks([getattr(e, name) for e in shown])[None] for name in ("visible", "occluder"))
        seen = ShapeInput(
            self._pictures([each.view for each in shown])[None],
            visible,
            occluder,
            torch.ones(1, len(shown), dtype=torch.bool, device=self._device),
            torch.tensor([class_index(self.settings.kind)], device=self._device),
            gather(visible, occluder, torch.from_numpy(shifts).to(self._device)),
        )
        with torch.inference_mode(), self._precision():
            logits = self.networks.shape(seen)[0, : len(frames), 0].float().cpu().numpy()
        inside = crop.put_back(np.ones((2, 2), np.float32), shape) > 0
        return [np.where(inside, crop.put_back(each, shape), LOWEST).astype(np.float32) for each in logits]

    def amodal(self, frame: ObjectFrame, logits: NDArray[np.float32]) -> Mask:
        """The whole object: what is visible, and what the occluder hides of it."""
        if frame.amodal is not None:
            return np.asarray(frame.visible | frame.amodal, bool)
        odds = float(np.log(self.settings.threshold / (1 - self.settings.threshold)))
        return np.asarray(frame.visible | ((logits > odds) & frame.occluder), bool)

    def flow(
        self,
        here: ObjectFrame,
        there: ObjectFrame,
        amodal: tuple[Mask, Mask],
        crop: SquareCrop,
        motion: NDArray[np.float32] | None = None,
    ) -> Flow:
        """``(H, W, 2)`` flow from one frame to a neighbour, completed where the object is hidden (section 3.2).

        What is hidden, and the rim beside it where measured flow is wrong, begins with the visible object's own shift,
        which is off by half as much there as its flow continued smoothly.

        Args:
            here: the frame that the flow starts from.
            there: its neighbour, before or after it.
            amodal: ``(H, W)`` the whole object in each.
            crop: the window's square.
            motion: ``(2,)`` the object's own motion from here to there, where the window knows it (``motions``); None
                looks for it in the pair.
        """
        raw = self.estimator.flow(here.view, there.view)
        hidden = amodal[0] & ~here.visible
        if not hidden.any():
            return raw
        shift = self.motions((there, here), crop)[1] if motion is None else motion
        if not np.isfinite(shift).all():
            return raw
        rim = 2 * max(1, round(crop.side * RIM_SHARE)) + 1
        near = cv2.dilate(hidden.astype(np.uint8), np.ones((rim, rim), np.uint8)) > 0
        wanted = np.asarray(near & amodal[0], bool)
        start = np.where(wanted[..., None], shift, raw).astype(np.float32)
        if self.networks.flow is None:
            return start
        size = self._side(self.networks.flow)
        scale = size / crop.side
        rough = torch.from_numpy(crop.cut(start, size) * np.float32(scale)).movedim(-1, 0)[None].to(self._device)
        visible = self._masks([_cut_mask(crop, here.visible, size)])
        masks = [self._masks([_cut_mask(crop, mask, size)]) for mask in amodal]
        pictures = [self._pictures([crop.cut(frame.view, size)]) for frame in (here, there)]
        with torch.inference_mode(), self._precision():
            found = self.networks.flow(FlowInput(pictures[0], pictures[1], rough, visible, masks[0], masks[1])) - rough
        added = crop.put_back((found[0].movedim(0, -1).cpu().numpy() / scale).astype(np.float32), hidden.shape)
        return np.where(wanted[..., None], start + added, start).astype(np.float32)

    def motions(self, frames: Sequence[ObjectFrame], crop: SquareCrop) -> NDArray[np.float32]:
        """``(T, 2)`` the object's own motion from each frame to the one before, in pixels (``evidence``).

        Not a number where it is not known: in the first frame, and where the object shows neither before nor after.
        """
        views = np.stack([crop.cut(frame.view, MOTION_SIDE_PX) for frame in frames])
        masks = np.stack([_cut_mask(crop, frame.visible, MOTION_SIDE_PX) for frame in frames])
        return object_shifts(views, masks) * np.float32(crop.side / MOTION_SIDE_PX)

    def paint(
        self,
        views: Sequence[View],
        known: Sequence[Mask],
        hidden: Sequence[Mask],
        amodal: Sequence[Mask],
        crop: SquareCrop,
    ) -> list[NDArray[np.float32]]:
        """Pictures ``(H, W, 3)`` float32 in 0..255 for what propagation did not reach (section 3.3.1).

        Args:
            views: ``(H, W, 3)`` uint8, with what propagation brought in.
            known: ``(H, W)`` the object's pixels that are right: visible or reached.
            hidden: ``(H, W)`` its hidden part; what of it is not ``known`` is painted.
            amodal: ``(H, W)`` the whole object.
            crop: the window's square; only inside it anything is painted.
        """
        size = min(crop.side, LARGEST_FILL_PX)
        cut = [crop.cut(view, size) for view in views]
        missing = [part & ~there for part, there in zip(hidden, known, strict=True)]
        answers = []
        with torch.inference_mode():
            for view, there, gap in zip(cut, known, missing, strict=True):  # one by one: these squares are large
                masks = [self._masks([_cut_mask(crop, mask, size)]) for mask in (there, gap)]
                answers.append(continued_inside(self._pictures([view]), masks[0] * (1 - masks[1]), masks[1]))
            filled = torch.cat(answers).clamp(0, 1)
            if self.networks.generator is not None:
                filled = (filled + self._added(filled, hidden, missing, amodal, crop)).clamp(0, 1)
        found = (filled * 255).movedim(1, -1).cpu().numpy().astype(np.float32)
        return [crop.put_back(each, views[0].shape[:2]) for each in found]

    def _added(
        self,
        filled: Tensor,
        hidden: Sequence[Mask],
        missing: Sequence[Mask],
        amodal: Sequence[Mask],
        crop: SquareCrop,
    ) -> Tensor:
        """What the generator adds to filled squares ``(T, 3, S, S)``, of the same size: it sees them in its own."""
        assert self.networks.generator is not None
        size = self._side(self.networks.generator)
        small = functional.interpolate(filled, (size, size), mode="bilinear", antialias=True)
        masks = (
            self._masks([_cut_mask(crop, mask, size) for mask in each])[None] for each in (hidden, missing, amodal)
        )
        seen = AppearanceInput(small[None], *masks)
        with self._precision():
            added = painted(self.networks.generator(seen), seen)[0] - small
        large: Tensor = functional.interpolate(added, filled.shape[-2:], mode="bilinear", align_corners=False)
        return large

    def _side(self, network: ShapeNetwork | FlowNetwork | AppearanceGenerator | None) -> int:
        return self.settings.side_px or (DEFAULT_SIDE_PX if network is None else network.side_px)

    @property
    def _device(self) -> torch.device:
        return torch.device(self.placement.device)

    def _precision(self) -> torch.autocast:
        """Weights stay float32: these networks are small, and what must not be rounded says so itself."""
        half = self.placement.precision != "float32"
        return torch.autocast(self.placement.device, self.placement.dtype if half else torch.bfloat16, enabled=half)

    def _pictures(self, views: Sequence[View]) -> Tensor:
        return torch.from_numpy(np.stack(views)).to(self._device).movedim(-1, 1).float() / 255

    def _masks(self, masks: Sequence[Mask]) -> Tensor:
        return torch.from_numpy(np.stack(masks)).to(self._device)[:, None].float()


DEFAULT_SIDE_PX = 128
"""Where there is no network to ask."""
LARGEST_FILL_PX = 256
"""Of the square in which colours are continued smoothly: what a network adds is coarser, what it adds to is not."""
RIM_SHARE = 0.04
"""Of a square's side: so far from what is hidden measured flow is not listened to."""
MOTION_SIDE_PX = 128
"""Of the square on which the object's motion is measured: smaller is less exact, larger is led astray by detail."""
LOWEST = -20.0
"""Logit of a pixel that is surely not the object's."""


def _cut_mask(crop: SquareCrop, mask: Mask, size: int) -> Mask:
    cut = crop.cut(mask.astype(np.float32), size, outside=cv2.BORDER_CONSTANT)
    return np.asarray(cut > 0.5, bool)
