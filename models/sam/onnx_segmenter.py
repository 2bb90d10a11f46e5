"""MobileSAM through ONNX Runtime: TinyViT image encoder (Zhang et al. 2023) and Segment Anything's prompt decoder."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.sam.encoder_rows import SIDE_PX, UnknownEncoder, needed_size, shortened
from models.sam.picture import encoder_input, encoder_points
from models.sam.protocol import (
    Checkpoint,
    Embedding,
    Logits,
    RgbView,
    Segmentation,
    SegmenterError,
    SegmentPrompt,
    full_size,
    go_on,
    rough_logits,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOW_RES = 256
_CPU, _CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
_POLL_S = 0.05
_ERRORS_ONLY = 3


@dataclass(frozen=True, slots=True, eq=False)
class OnnxEmbedding:
    """The image encoder's answer.

    Attributes:
        features: ``(1, 256, 64, 64)`` float32.
        height, width: of the picture.
    """

    features: NDArray[np.float32]
    height: int
    width: int

    @property
    def size_bytes(self) -> int:
        """See ``Embedding``."""
        return self.features.nbytes


class OnnxSegmenter:
    """A ``Segmenter`` with one candidate.

    Args:
        encoder, decoder: the two networks.
        cuda: whether CUDA is tried first; the caller has seen a device.
        threads: that a network may use on the CPU; by default all of two cores, else all but one, at most eight.
        name: what ``--segmenter`` takes.
        lean: whether pictures that are no squares are looked at without most of the padding, see
            ``models.sam.encoder_rows``: a wide one in 0.63 of the time. Masks from boxes and masks are all but the same
            (their IoU with those of the square is 0.98, on 9 pictures 0.92 at least), those from a single point that
            may mean several things are not always.

    Raises:
        SegmenterError: ONNX Runtime cannot open them.
    """

    def __init__(
        self,
        encoder: Path,
        decoder: Path,
        *,
        cuda: bool = False,
        threads: int | None = None,
        name: str = "mobile-sam",
        lean: bool = False,
    ) -> None:
        self._name = name
        self._threads = threads or _usual_threads()
        self._file, self._cuda, self._lean = encoder, cuda, lean
        self._encoders: dict[tuple[int, int], Any] = {}
        if not lean:
            self._encoder_for(SIDE_PX, SIDE_PX)
        self._decoder = _session(decoder, cuda, self._threads)

    @property
    def name(self) -> str:
        """See ``Segmenter``."""
        return self._name

    @property
    def running_on(self) -> str:
        """The provider that the encoder really got; before the first look of a lean one, the decoder."""
        session = next(iter(self._encoders.values()), self._decoder)
        provider = session.get_providers()[0].removesuffix("ExecutionProvider")
        return f"ONNX Runtime, {provider}" + (f", {self._threads} threads" if provider == "CPU" else "")

    def embed(self, view: RgbView, checkpoint: Checkpoint = go_on) -> OnnxEmbedding:
        """See ``Segmenter``; a stop is heard within the network."""
        import onnxruntime

        pixels = encoder_input(view, SIDE_PX)
        encoder, rows, columns = self._encoder_for(*view.shape[:2])
        pixels = np.ascontiguousarray(pixels[:, :, :rows, :columns])
        options = onnxruntime.RunOptions()

        def stop() -> None:
            options.terminate = True

        with _watched(checkpoint, stop), _failing_clearly():
            (features,) = encoder.run(None, {encoder.get_inputs()[0].name: pixels}, options)
        return OnnxEmbedding(_filled_up(np.asarray(features, np.float32)), *view.shape[:2])

    def _encoder_for(self, height: int, width: int) -> tuple[Any, int, int]:
        """The encoder for pictures of a size, and the rows and columns that it takes."""
        size = needed_size(height, width) if self._lean else (SIDE_PX, SIDE_PX)
        if size not in self._encoders:
            model: Path | bytes = self._file
            if size != (SIDE_PX, SIDE_PX):
                try:
                    model = shortened(self._file.read_bytes(), *size)
                except UnknownEncoder:
                    self._lean = False
                    return self._encoder_for(height, width)
            self._encoders[size] = _session(model, self._cuda, self._threads)
        return self._encoders[size], *size

    def predict(self, embedding: Embedding, prompt: SegmentPrompt) -> Segmentation:
        """See ``Segmenter``."""
        assert isinstance(embedding, OnnxEmbedding), "another segmenter's embedding"
        assert not prompt.is_empty, "a prompt says where the object is"
        height, width = embedding.height, embedding.width
        points, labels = encoder_points(prompt, height, width, SIDE_PX)
        given = prompt.low_res
        feeds = {
            "image_embeddings": embedding.features,
            "point_coords": points,
            "point_labels": labels,
            "mask_input": np.zeros((1, 1, _LOW_RES, _LOW_RES), np.float32) if given is None else given[None, None],
            "has_mask_input": np.array([given is not None], np.float32),
            # The decoder would enlarge to the picture's size itself; from its small answer that is done faster here.
            "orig_im_size": np.array([_LOW_RES, _LOW_RES], np.float32),
        }
        with _failing_clearly():
            scores, low_res = self._decoder.run(["iou_predictions", "low_res_masks"], feeds)
        logits = np.asarray(low_res[0], np.float32)
        masks = np.stack([full_size(each, height, width) for each in logits])
        return Segmentation(masks, np.asarray(scores[0], np.float32), logits)

    def low_res_of(self, mask: NDArray[np.bool_]) -> Logits:
        """See ``Segmenter``."""
        return rough_logits(mask, _LOW_RES)


def _usual_threads() -> int:
    """Both of two cores (one alone takes 1.7 times as long); of more, all but the one that the screen needs."""
    cores = os.cpu_count() or 1
    return cores if cores <= 2 else min(8, cores - 1)


def _filled_up(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Features of a part of the square, their last row and column repeated up to the square's end: it is padding."""
    side = max(features.shape[2:])
    rest = ((0, 0), (0, 0), (0, side - features.shape[2]), (0, side - features.shape[3]))
    return np.pad(features, rest, mode="edge")


def _session(model: Path | bytes, cuda: bool, threads: int) -> Any:
    """One network, a file or its content, with what was measured to be fastest."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = _ERRORS_ONLY
    options.add_free_dimension_override_by_name("batch_size", 1)
    # Threads that wait actively would take the cores that playback needs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    providers = [_CUDA, _CPU] if cuda and _CUDA in onnxruntime.get_available_providers() else [_CPU]
    if _CUDA in providers:
        onnxruntime.preload_dlls()
    with _failing_clearly(model if isinstance(model, Path) else None):
        source = str(model) if isinstance(model, Path) else model
        return onnxruntime.InferenceSession(source, options, providers=providers)


@contextmanager
def _failing_clearly(file: Path | None = None) -> Iterator[None]:
    """Turns ONNX Runtime's errors into a sentence."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    kinds = [kind for kind in vars(state).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    caught: tuple[type[Exception], ...] = (RuntimeError, ValueError, *kinds)
    try:
        yield
    except caught as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[-1][-300:]
        what = "MobileSAM failed" if file is None else f"{file} cannot be used"
        raise SegmenterError(f"{what} ({reason}); take another segmenter, or fetch mobile-sam again.") from error


@contextmanager
def _watched(checkpoint: Checkpoint, stop: Callable[[], None]) -> Iterator[None]:
    """Passes a checkpoint from a thread beside the block; what it raises stops the block, and is raised there."""
    ended = Event()
    raised: list[BaseException] = []

    def watch() -> None:
        while not ended.wait(_POLL_S):
            try:
                checkpoint()
            except BaseException as error:  # noqa: BLE001 - raised again in the block's own thread
                raised.append(error)
                stop()
                return

    checkpoint()
    watcher = Thread(target=watch, name="segmenter-watch", daemon=True)
    watcher.start()
    try:
        yield
    except SegmenterError:
        if raised:
            raise raised[0] from None
        raise
    finally:
        ended.set()
        watcher.join()
    if raised:
        raise raised[0]
