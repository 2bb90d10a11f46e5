"""Segment Anything through torch (Kirillov et al. 2023): the official networks and checkpoints, without torchvision."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.sam.picture import encoder_input, encoder_points
from models.sam.protocol import (
    Checkpoint,
    Embedding,
    Enlarged,
    Logits,
    RgbView,
    Segmentation,
    SegmenterError,
    SegmentPrompt,
    go_on,
    rough_logits,
    threads_in_words,
)

_STAND_INS = {
    "torchvision": (),
    "torchvision.ops": (),
    "torchvision.ops.boxes": ("batched_nms", "box_area"),
    "torchvision.transforms": (),
    "torchvision.transforms.functional": ("resize", "to_pil_image"),
}
"""What segment-anything names at import; of these its networks call nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class TorchEmbedding:
    """The image encoder's answer.

    Attributes:
        features: ``(1, 256, S/16, S/16)`` for a picture of S pixels a side, on the network's device.
        height, width: of the picture.
    """

    features: Tensor
    height: int
    width: int

    @property
    def size_bytes(self) -> int:
        """See ``Embedding``."""
        return self.features.nbytes


class TorchSegmenter:
    """A ``Segmenter`` with several candidates.

    Args:
        sam: the network, ``segment_anything.modeling.Sam``.
        name: what ``--segmenter`` takes.
        device: ``cpu`` or ``cuda``.
    """

    def __init__(self, sam: Any, name: str, device: str = "cpu") -> None:
        self._sam = sam.eval().to(device)
        self._name, self._device = name, device
        self._side = int(sam.image_encoder.img_size)
        self._low_res = 4 * int(sam.prompt_encoder.image_embedding_size[0])

    @property
    def name(self) -> str:
        """See ``Segmenter``."""
        return self._name

    @property
    def running_on(self) -> str:
        """See ``Segmenter``."""
        threads = f", {threads_in_words(torch.get_num_threads())}" if self._device == "cpu" else ""
        return f"torch, {'CPU' if self._device == 'cpu' else torch.cuda.get_device_name()}{threads}"

    def embed(
        self,
        view: RgbView,
        checkpoint: Checkpoint = go_on,
        side_px: int | None = None,  # noqa: ARG002 - it looks as always
    ) -> TorchEmbedding:
        """See ``Segmenter``; a stop is heard between the encoder's blocks."""
        pixels = torch.from_numpy(encoder_input(view, self._side)).to(self._device)
        hooks = [block.register_forward_pre_hook(lambda *_: _passed(checkpoint)) for block in self._blocks()]
        try:
            with torch.inference_mode(), _failing_clearly():
                features = self._sam.image_encoder(pixels)
        finally:
            for hook in hooks:
                hook.remove()
        return TorchEmbedding(features, *view.shape[:2])

    def predict(self, embedding: Embedding, prompt: SegmentPrompt) -> Segmentation:
        """See ``Segmenter``.

        One point alone may mean a thing, a part of it or a part of that: the candidates are the decoder's three answers
        for such prompts, the most confident first. Everything else has its own single answer, which comes before those.
        """
        assert isinstance(embedding, TorchEmbedding), "another segmenter's embedding"
        assert not prompt.is_empty, "a prompt says where the object is"
        with torch.inference_mode(), _failing_clearly():
            low_res, scores = self._decoded(embedding, prompt)
        alone = prompt.box is None and prompt.low_res is None and len(prompt.points) == 1
        order = 1 + np.argsort(-scores[1:], kind="stable")
        if not alone:
            order = np.concatenate([[0], order])
        logits = np.ascontiguousarray(low_res[order])
        masks = Enlarged(logits, embedding.height, embedding.width)
        return Segmentation(masks, scores[order].astype(np.float32), logits)

    def low_res_of(self, mask: NDArray[np.bool_]) -> Logits:
        """See ``Segmenter``."""
        return rough_logits(mask, self._low_res)

    def _blocks(self) -> Iterator[torch.nn.Module]:
        yield from self._sam.image_encoder.blocks

    def _decoded(self, embedding: TorchEmbedding, prompt: SegmentPrompt) -> tuple[NDArray[Any], NDArray[Any]]:
        """Logits ``(4, S, S)`` and scores ``(4,)``: the single answer, then the three for one point."""
        places, labels = encoder_points(prompt, embedding.height, embedding.width, self._side)
        corners = None
        if prompt.box is not None:
            corners = torch.from_numpy(places[:, -2:].reshape(1, 4)).to(self._device)
        count = len(prompt.points)  # the prompt encoder pads by itself
        points = None
        if count:
            points = (
                torch.from_numpy(places[:, :count]).to(self._device),
                torch.from_numpy(labels[:, :count]).to(self._device),
            )
        given = None if prompt.low_res is None else torch.from_numpy(prompt.low_res[None, None]).to(self._device)
        sparse, dense = self._sam.prompt_encoder(points=points, boxes=corners, masks=given)
        low_res, scores = self._sam.mask_decoder.predict_masks(
            image_embeddings=embedding.features,
            image_pe=self._sam.prompt_encoder.get_dense_pe(),
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense,
        )
        return low_res[0].float().cpu().numpy(), scores[0].float().cpu().numpy()


def open_checkpoint(file: Path, kind: str, *, device: str = "cpu") -> TorchSegmenter:
    """Segment Anything from an official checkpoint.

    Args:
        file: verified weights.
        kind: ``vit-b``, ``vit-l`` or ``vit-h``.
        device: ``cpu`` or ``cuda``.

    Raises:
        SegmenterError: it cannot be read, or memory does not suffice.
    """
    registry = segment_anything().sam_model_registry
    with _failing_clearly(file):
        sam = registry[kind.replace("-", "_")]()
        sam.load_state_dict(torch.load(file, map_location="cpu", weights_only=True, mmap=True))
        return TorchSegmenter(sam, kind, device)


def segment_anything() -> Any:
    """The package ``segment_anything``; where torchvision is missing or broken, stand-ins let it be imported.

    Its networks use nothing of torchvision. The stand-ins are taken away again, so that nobody else meets them; a
    function of theirs that is called after all says what is missing.
    """
    if "segment_anything" in sys.modules:
        return sys.modules["segment_anything"]
    try:
        importlib.import_module("torchvision.ops.boxes")
        importlib.import_module("torchvision.transforms.functional")
    except (ImportError, RuntimeError):  # RuntimeError: a torchvision that was built for another torch
        with _stand_ins():
            return importlib.import_module("segment_anything")
    return importlib.import_module("segment_anything")


@contextmanager
def _stand_ins() -> Iterator[None]:
    before = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "torchvision"}
    for name, functions in _STAND_INS.items():
        module = ModuleType(name)
        for function in functions:
            setattr(module, function, _missing)
        sys.modules[name] = module
    try:
        yield
    finally:
        for name in _STAND_INS:
            del sys.modules[name]
        sys.modules.update(before)


def _missing(*_args: object, **_options: object) -> NoReturn:
    raise SegmenterError("This part of segment-anything needs torchvision, which is missing or does not load.")


def _passed(checkpoint: Checkpoint) -> None:
    checkpoint()


@contextmanager
def _failing_clearly(file: Path | None = None) -> Iterator[None]:
    """Turns torch's errors into a sentence; what a checkpoint raises passes."""
    try:
        yield
    except torch.cuda.OutOfMemoryError as error:
        raise SegmenterError("The GPU has too little memory for this model; take a smaller one.") from error
    except (OSError, RuntimeError, KeyError, EOFError) as error:
        if isinstance(error, SegmenterError):
            raise
        reason = (str(error).strip() or type(error).__name__).splitlines()[0][:300]
        what = "Segment Anything failed" if file is None else f"{file} cannot be used"
        raise SegmenterError(f"{what} ({reason}); take another segmenter.") from error
