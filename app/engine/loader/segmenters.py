"""The segmenters that answer clicks, and their weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.errors import UserError
from app.core.prompts import Clicks
from app.engine.loader.networks import prepare_networks, sees_cuda
from app.jobs.context import JobContext
from models.sam.protocol import Embedding, Segmentation, Segmenter, SegmentPrompt, go_on

SEGMENTERS = ("auto", "grabcut", "mobile-sam", "vit-b", "vit-l", "vit-h")
USUAL_SEGMENTER = "mobile-sam"
"""What ``auto`` stands for."""
SEGMENTER_TITLES = {
    "grabcut": "GrabCut",
    "mobile-sam": "MobileSAM",
    "vit-b": "SAM ViT-B",
    "vit-l": "SAM ViT-L",
    "vit-h": "SAM ViT-H",
}


@dataclass(frozen=True, slots=True)
class LoadedSegmenter:
    """A segmenter that answers clicks: a ``Segmenter`` itself, whose troubles are sentences for the user.

    Attributes:
        segmenter: it.
        missing: what it stands in for and how to get that; empty if it is what was wanted.
    """

    segmenter: Segmenter
    missing: str = ""

    @property
    def name(self) -> str:
        """As the segmenter's."""
        return self.segmenter.name

    @property
    def running_on(self) -> str:
        """As the segmenter's."""
        return self.segmenter.running_on

    def embed(
        self, view: NDArray[np.uint8], checkpoint: Callable[[], object] = go_on, side_px: int | None = None
    ) -> Embedding:
        """As the segmenter's.

        Raises:
            UserError: it fails.
        """
        with _clicks_for_the_user():
            if side_px is None:
                return self.segmenter.embed(view, checkpoint)
            return self.segmenter.embed(view, checkpoint, side_px)

    def predict(self, embedding: Embedding, prompt: SegmentPrompt) -> Segmentation:
        """As the segmenter's.

        Raises:
            UserError: it fails.
        """
        with _clicks_for_the_user():
            return self.segmenter.predict(embedding, prompt)

    def low_res_of(self, mask: NDArray[np.bool_]) -> NDArray[np.float32]:
        """As the segmenter's."""
        return self.segmenter.low_res_of(mask)


@dataclass(frozen=True, slots=True)
class SegmenterState:
    """A network for clicks, for people to choose.

    Attributes:
        name: what ``--segmenter`` takes.
        size_bytes: of its files.
        licence: as its makers declare it.
        files: their names.
        missing: those that are not there; the content of the others is checked when they are opened.
        kept_bytes: of a fetch that broke off.
    """

    name: str
    size_bytes: int
    licence: str
    files: tuple[str, ...]
    missing: tuple[str, ...]
    kept_bytes: int

    @property
    def here(self) -> bool:
        """Whether all of its files are there."""
        return not self.missing


def segmenter_states() -> list[SegmenterState]:
    """The networks for clicks, the smallest first."""
    from models.fetching import kept_bytes
    from models.registry import SEGMENTERS as KNOWN
    from models.weights import weights_folder

    folder = weights_folder()
    states = []
    for name, entries in KNOWN.items():
        files = [folder / entry.file for entry in entries]
        missing = tuple(
            entry.file
            for file, entry in zip(files, entries, strict=True)
            if not (file.is_file() and file.stat().st_size == entry.size_bytes)
        )
        size = sum(entry.size_bytes for entry in entries)
        names = tuple(entry.file for entry in entries)
        states.append(SegmenterState(name, size, entries[0].licence, names, missing, kept_bytes(name)))
    return states


def adopt_weights(name: str, file: Path, context: JobContext) -> Path:
    """Takes the user's own file as a segmenter's, a copy of it.

    Args:
        name: of the segmenter; one that has several files takes the one whose content this is.
        file: the user's.
        context: the job's.

    Raises:
        UserError: it is another file, or cannot be read or stored.
    """
    from models.fetching import adopt
    from models.registry import SEGMENTERS as KNOWN
    from models.weights import WeightsError

    entries = KNOWN[name]
    fitting = [entry for entry in entries if file.is_file() and file.stat().st_size == entry.size_bytes]
    try:
        return adopt((fitting or list(entries))[0].name, file, checkpoint=context.checkpoint)
    except WeightsError as error:
        raise UserError(str(error)) from error


def load_segmenter(name: str = "auto", device: str = "auto") -> LoadedSegmenter:
    """What answers clicks; imports its library and reads its weights, so call it in a job.

    Args:
        name: one of ``SEGMENTERS``; with ``auto`` GrabCut stands in where MobileSAM's weights are missing or unusable.
        device: ``auto``, ``cpu`` or ``cuda``.

    Raises:
        UserError: there is none of that name, or its weights are not here.
    """
    from models.sam.grabcut_segmenter import GrabCutSegmenter

    if name not in SEGMENTERS:
        raise UserError(f"There is no segmenter {name!r}: choose one of {', '.join(SEGMENTERS)}.")
    if name == "grabcut":
        return LoadedSegmenter(GrabCutSegmenter())
    try:
        return LoadedSegmenter(_network_segmenter(USUAL_SEGMENTER if name == "auto" else name, device))
    except UserError as error:
        if name != "auto":
            raise
        return LoadedSegmenter(GrabCutSegmenter(), f"{error} Meanwhile GrabCut answers clicks, by colour alone.")


def _network_segmenter(name: str, device: str) -> Segmenter:
    from models.registry import SEGMENTERS as KNOWN
    from models.weights import WeightsError, WeightsMissing, find_weights

    try:
        files = [find_weights(entry) for entry in KNOWN[name]]
    except WeightsMissing as error:
        raise UserError(
            f"The weights of {SEGMENTER_TITLES[name]} are not here: fetch them in Mask > Clicks > Models for clicks, "
            f"or with 'cleanplate models fetch {name}'."
        ) from error
    except WeightsError as error:
        raise UserError(str(error)) from error
    on_gpu = sees_cuda(device)
    with _clicks_for_the_user():
        if name == "mobile-sam":
            from models.sam.onnx_segmenter import OnnxSegmenter

            return OnnxSegmenter(*files, cuda=on_gpu)
        prepare_networks()
        from models.sam.torch_segmenter import open_checkpoint

        return open_checkpoint(files[0], name, device="cuda" if on_gpu else "cpu")


def segment_prompt(clicks: Clicks, low_res: NDArray[np.float32] | None) -> SegmentPrompt:
    """Clicks as segmenters take them, with the logits that they refine."""
    box = clicks.box
    points = np.array([(point.x, point.y) for point in clicks.points], np.float32).reshape(-1, 2)
    labels = np.array([int(point.include) for point in clicks.points], np.int64)
    edges = None if box is None else (float(box.x), float(box.y), float(box.right), float(box.bottom))
    return SegmentPrompt(points, labels, edges, low_res)


@contextmanager
def _clicks_for_the_user() -> Iterator[None]:
    """Turns what hinders a segmenter into a sentence."""
    from models.sam.protocol import SegmenterError

    try:
        yield
    except SegmenterError as error:
        raise UserError(str(error)) from error
