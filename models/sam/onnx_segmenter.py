"""MobileSAM through ONNX Runtime: TinyViT image encoder (Zhang et al. 2023) and Segment Anything's prompt decoder."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.sam.decoder_answers import ANSWERS, SCORES, likeliest_first, with_all_answers
from models.sam.decoder_rows import CELL_ANSWERS, CELLS, UnknownDecoder, with_cells
from models.sam.encoder_rows import SIDE_PX, UnknownEncoder, needed_size, shortened
from models.sam.picture import encoder_input, encoder_points
from models.sam.protocol import (
    OUTSIDE,
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

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOW_RES, _CELLS = 256, 64
"""Sides of the square in the decoder's answer, and in the encoder's."""
_CPU, _CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
_SQUARE = SIDE_PX, SIDE_PX
MOST_SIZES = 4
"""So many encoders for parts of the square are kept, those asked for last: each takes 100 to 300 MB, and is opened anew
in a third of a second."""
_POLL_S = 0.05
_ERRORS_ONLY = 3


@dataclass(frozen=True, slots=True, eq=False)
class OnnxEmbedding:
    """The image encoder's answer.

    Attributes:
        features: ``(1, 256, 64, 64)`` float32.
        height, width: of the picture.
        side_px: of the square of 1024 that the picture's longer side spans.
    """

    features: NDArray[np.float32]
    height: int
    width: int
    side_px: int = SIDE_PX

    @property
    def size_bytes(self) -> int:
        """See ``Embedding``."""
        return self.features.nbytes


class OnnxSegmenter:
    """A ``Segmenter`` with three or four candidates for clicks, and one for everything else.

    Told how many pixels a picture's longer side is to span, all 1024 or fewer, it looks without most of the padding,
    see ``models.sam.encoder_rows``. At 1024 masks from boxes and masks are all but the same (their IoU with those of
    the square is 0.98, on 9 pictures 0.92 at least), those from a single point that may mean several things are not
    always.

    Args:
        encoder, decoder: the two networks.
        cuda: whether CUDA is tried first; the caller has seen a device.
        threads: that a network may use on the CPU; by default all of two cores, else all but one, at most eight.
        name: what ``--segmenter`` takes.

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
    ) -> None:
        self._name = name
        self._networks = Networks(encoder, decoder, cuda=cuda, threads=threads or _usual_threads())

    @property
    def name(self) -> str:
        """See ``Segmenter``."""
        return self._name

    @property
    def running_on(self) -> str:
        """The provider that the encoder really got."""
        provider = self._networks.provider
        return f"ONNX Runtime, {provider}" + (
            f", {threads_in_words(self._networks.threads)}" if provider == "CPU" else ""
        )

    def embed(self, view: RgbView, checkpoint: Checkpoint = go_on, side_px: int | None = None) -> OnnxEmbedding:
        """See ``Segmenter``; a stop is heard within the network."""
        import onnxruntime

        height, width = view.shape[:2]
        encoder, side, rows, columns = self._networks.encoder_for(height, width, side_px)
        own = encoder_input(view, side)[:, :, :rows, :columns]
        pixels = np.zeros((1, 3, rows, columns), np.float32)
        pixels[:, :, : own.shape[2], : own.shape[3]] = own
        options = onnxruntime.RunOptions()

        def stop() -> None:
            options.terminate = True

        with _watched(checkpoint, stop), _failing_clearly():
            (features,) = encoder.run(None, {encoder.get_inputs()[0].name: pixels}, options)
        seen = np.asarray(features, np.float32)
        return OnnxEmbedding(seen if (rows, columns) == _SQUARE else _filled_up(seen), height, width, side)

    def predict(self, embedding: Embedding, prompt: SegmentPrompt) -> Segmentation:
        """See ``Segmenter``.

        One click may mean a thing, a part of it or a part of that: the candidates are the decoder's three answers for
        such prompts, see ``likeliest_first``. To more clicks, or clicks and a box, its own single answer comes before
        those; a box or a rough mask without a click has the one that the decoder picks.
        """
        assert isinstance(embedding, OnnxEmbedding), "another segmenter's embedding"
        assert not prompt.is_empty, "a prompt says where the object is"
        height, width = embedding.height, embedding.width
        points, labels = encoder_points(prompt, height, width, embedding.side_px)
        part = _LOW_RES * embedding.side_px // SIDE_PX
        given = None if prompt.low_res is None else _in_the_corner(prompt.low_res, part)
        feeds: dict[str, NDArray[Any]] = {
            "image_embeddings": embedding.features,
            "point_coords": points,
            "point_labels": labels,
            "mask_input": np.zeros((1, 1, _LOW_RES, _LOW_RES), np.float32) if given is None else given[None, None],
            "has_mask_input": np.array([given is not None], np.float32),
            # The decoder would enlarge to the picture's size itself; from its small answer that is done faster here.
            "orig_im_size": np.array([_LOW_RES, _LOW_RES], np.float32),
        }
        decoder = self._networks.decoder
        if decoder.answers_parts:
            feeds[CELLS] = _own_cells(height, width, part)
        clicked = len(prompt.points) > 0 and decoder.gives_all
        wanted = [SCORES, ANSWERS] if clicked else ["iou_predictions", "low_res_masks"]
        with _failing_clearly():
            scores, low_res = (np.asarray(each[0], np.float32) for each in decoder.network.run(wanted, feeds))
        if clicked:
            alone = len(prompt.points) == 1 and prompt.box is None and prompt.low_res is None
            column, row = ((points[0, 0] + 0.5) * _LOW_RES / SIDE_PX).astype(int).tolist()
            rows, columns = (max(1, side * part // max(height, width)) for side in (height, width))
            order = likeliest_first(scores, low_res[:, :rows, :columns], (row, column) if alone else None)
            scores, low_res = scores[order], low_res[order]
        logits = _with_padding(low_res, part)
        return Segmentation(Enlarged(logits, height, width), scores, np.stack([_enlarged(each) for each in logits]))

    def low_res_of(self, mask: NDArray[np.bool_]) -> Logits:
        """See ``Segmenter``."""
        return rough_logits(mask, _LOW_RES)


def _usual_threads() -> int:
    """Both of two cores (one alone takes 1.7 times as long); of more, all but the one that the screen needs."""
    cores = os.cpu_count() or 1
    return cores if cores <= 2 else min(8, cores - 1)


def _filled_up(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Features of a part of the square, their last row and column repeated up to the square's end: it is padding."""
    rest = ((0, 0), (0, 0), (0, _CELLS - features.shape[2]), (0, _CELLS - features.shape[3]))
    return np.pad(features, rest, mode="edge")


def _own_cells(height: int, width: int, part: int) -> NDArray[np.int64]:
    """Rows and columns of cells that a picture takes, with those beside its last ones, which its border is drawn from.

    Args:
        height: of the picture.
        width: of the picture.
        part: how much of the answer its longer side spans.
    """
    longer = max(height, width)
    needed = (-(-side * part // longer) + 1 for side in (height, width))
    return np.array([min(_CELLS, -(-each // CELL_ANSWERS)) for each in needed], np.int64)


def _with_padding(answers: NDArray[np.float32], part: int) -> NDArray[np.float32]:
    """Logits ``(K, part, part)`` of which some rows and columns were answered: what was not is outside the object."""
    answers = answers[:, :part, :part]
    if answers.shape[1:] == (part, part):
        return answers
    whole = np.full((len(answers), part, part), OUTSIDE, np.float32)
    whole[:, : answers.shape[1], : answers.shape[2]] = answers
    return whole


def _in_the_corner(logits: Logits, side: int) -> Logits:
    """Logits ``(256, 256)`` shrunk to the corner that a picture spans there, the rest outside the object."""
    if side == _LOW_RES:
        return logits
    import cv2

    corner = np.full_like(logits, min(float(logits.min()), 0.0))
    corner[:side, :side] = cv2.resize(logits, (side, side), interpolation=cv2.INTER_AREA)
    return corner


def _enlarged(logits: Logits) -> Logits:
    """Logits on the whole grid ``(256, 256)``."""
    if logits.shape[0] == _LOW_RES:
        return logits
    import cv2

    return np.asarray(cv2.resize(logits, (_LOW_RES, _LOW_RES), interpolation=cv2.INTER_LINEAR), np.float32)


class Networks:
    """The decoder, and the encoder for squares and parts of them; each is opened once while it is in use.

    Args:
        encoder, decoder: files.
        cuda: whether CUDA is tried first.
        threads: on the CPU.
    """

    def __init__(self, encoder: Path, decoder: Path, *, cuda: bool, threads: int) -> None:
        self._file, self._cuda, self.threads = encoder, cuda, threads
        self._opening = Lock()
        self.decoder = opened_decoder(decoder, cuda=cuda, threads=threads)
        self._square = _session(encoder, cuda, threads)
        self._parts: OrderedDict[tuple[int, int], Any] = OrderedDict()
        self._of_any_size = True

    @property
    def provider(self) -> str:
        """Which one the encoder really got."""
        return str(self._square.get_providers()[0]).removesuffix("ExecutionProvider")

    @property
    def opened(self) -> int:
        """How many encoders are in memory."""
        return 1 + len(self._parts)

    def encoder_for(self, height: int, width: int, side_px: int | None) -> tuple[Any, int, int, int]:
        """For pictures of a size, the encoder, the pixels that their longer side spans, and its rows and columns.

        Args:
            height: of the pictures.
            width: of the pictures.
            side_px: see ``Segmenter.embed``; an encoder that takes squares of 1024 pixels alone gets those.
        """
        with self._opening:
            if side_px is not None and self._of_any_size:
                side_px -= side_px % (SIDE_PX // _LOW_RES)  # so that the answer ends with one of its cells
                size = needed_size(height, width, side_px)
                try:
                    return self._part(size), side_px, *size
                except UnknownEncoder:
                    self._of_any_size = False
            return self._square, SIDE_PX, *_SQUARE

    def _part(self, size: tuple[int, int]) -> Any:
        """The encoder for so many rows and columns of the square; the one that was asked for longest ago goes."""
        if size == _SQUARE:
            return self._square
        if size not in self._parts:
            model = shortened(self._file.read_bytes(), *size)
            if len(self._parts) == MOST_SIZES:
                self._parts.popitem(last=False)
            self._parts[size] = _session(model, self._cuda, self.threads)
        self._parts.move_to_end(size)
        return self._parts[size]


@dataclass(frozen=True, slots=True, eq=False)
class Decoder:
    """The prompt decoder, opened.

    Attributes:
        network: ONNX Runtime's session.
        answers_parts: whether it takes the number of cells that are wanted, see ``decoder_rows``.
        gives_all: whether it hands all its answers on, see ``decoder_answers``.
    """

    network: Any
    answers_parts: bool
    gives_all: bool


def opened_decoder(file: Path, *, cuda: bool, threads: int) -> Decoder:
    """The decoder, with what can be said of it in memory; another network than the published one as it is."""
    model: Path | bytes = file
    changed = []
    for change in (with_cells, with_all_answers):
        try:
            model = change(model if isinstance(model, bytes) else model.read_bytes())
            changed.append(change)
        except (UnknownDecoder, OSError):  # another network, or none: ONNX Runtime opens it as it is, or says why not
            continue
    network = _session(model, cuda, threads)
    return Decoder(network, with_cells in changed, with_all_answers in changed)


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
