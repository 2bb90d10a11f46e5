"""The one door from the app to ``models``.

The plain data types come in at once (they need numpy only); everything that computes is imported when a job first asks
for it, so that the window and the command line start without OpenCV and torch.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import numpy as np
from numpy.typing import NDArray

from app import environment
from app.core.errors import UserError
from app.core.prompts import Clicks
from app.jobs.context import JobContext
from models.propagation.picture import Fill, FrameSource, HoleFrame, Picture, PicturePlane
from models.sam.protocol import Embedding, Segmentation, Segmenter, SegmentPrompt
from models.vornet.notes import SHORT_OF_MEMORY, SKIPPED

if TYPE_CHECKING:
    from app.engine.protocols import Engine, FinalWork, LiveRemover
    from app.engine.track_settings import TrackSettings
    from models.propagation.settings import PropagationSettings
    from models.tracking.protocol import MaskTracker
    from models.vornet.settings import VornetFiles, VornetSettings

__all__ = [
    "CANDIDATES",
    "ENGINES",
    "SEGMENTERS",
    "SEGMENTER_TITLES",
    "SHORT_OF_MEMORY",
    "SKIPPED",
    "Embedding",
    "Fill",
    "FrameSource",
    "HoleFrame",
    "LoadedSegmenter",
    "Picture",
    "PicturePlane",
    "SegmentPrompt",
    "Segmentation",
    "Segmenter",
    "SegmenterState",
    "adopt_weights",
    "best_segmenter",
    "default_engine",
    "fetch_weights",
    "known_weights",
    "load_draft_engine",
    "load_engine",
    "load_segmenter",
    "load_track_segmenter",
    "load_tracker",
    "network_file",
    "segment_box",
    "segment_prompt",
    "segmenter_states",
    "shadow_beside",
    "tracker_version",
    "tracking_scale",
    "usual_weights",
    "warm_up",
]

ENGINES = ("vornet", "propagate")
CANDIDATES = ("ours", "paper")
MASK_NETWORK = "masks"
SEGMENTERS = ("auto", "grabcut", "mobile-sam", "vit-b", "vit-l", "vit-h")
SEGMENTER_TITLES = {
    "grabcut": "GrabCut",
    "mobile-sam": "MobileSAM",
    "vit-b": "SAM ViT-B",
    "vit-l": "SAM ViT-L",
    "vit-h": "SAM ViT-H",
}
DRAFT_WIDTH_PX = 320
DRAFT_GUESS_PX = 96


def default_engine() -> str:
    """The engine that fills where none is named: the one of ``CLEANPLATE_ENGINE``, else the better one.

    That is VORNet where its weights ship and are better than nothing, else ``propagate``.
    """
    from models.registry import NETWORKS

    wanted = os.environ.get(environment.ENGINE_VARIABLE, "auto")
    if wanted != "auto":
        return wanted
    weights = NETWORKS.get("vornet")
    return "vornet" if weights is not None and weights.preferred else "propagate"


def load_engine(
    name: str,
    *,
    delay: int = 0,
    frame_rate: float = 25.0,
    device: str = "auto",
    candidates: str = "ours",
    weights: Path | None = None,
) -> Engine:
    """The engine of that name.

    Args:
        name: one of ``ENGINES``, or ``auto`` for ``default_engine()``.
        delay: frames of look-ahead in ``live``.
        frame_rate: pictures a second, for engines that do things "once a second".
        device: ``auto``, ``cpu`` or ``cuda``: where networks run.
        candidates: one of ``CANDIDATES``: what VORNet's networks choose from.
        weights: a folder of weights to take instead of those that ship, unchecked: for trying out a training's result.

    Raises:
        UserError: there is no such engine, or its weights are not there, or do not go with the other options.
    """
    if name == "auto":
        name = default_engine() if candidates == "ours" and weights is None else "vornet"
    if name not in ENGINES:
        raise UserError(f"There is no engine {name!r}: choose one of {', '.join(ENGINES)}.")
    if candidates not in CANDIDATES:
        raise UserError(f"There are no candidates {candidates!r}: choose one of {', '.join(CANDIDATES)}.")
    from models.propagation.settings import PropagationSettings

    propagation = PropagationSettings(delay=delay, frame_rate=frame_rate)
    if name == "propagate":
        if candidates != "ours":
            raise UserError("--candidates paper is for --engine vornet; propagate has no networks to choose.")
        return PropagateEngine(propagation)
    return _vornet(propagation, device, candidates, weights)


def load_draft_engine(*, delay: int = 0, frame_rate: float = 25.0) -> Engine:
    """The engine of drafts, which has no networks and looks at motion and sources more coarsely.

    Args:
        delay: frames of look-ahead in ``live``.
        frame_rate: pictures a second.
    """
    from models.propagation.settings import PropagationSettings

    return PropagateEngine(
        PropagationSettings(
            delay=delay,
            frame_rate=frame_rate,
            working_width_px=DRAFT_WIDTH_PX,
            grid_limit_px=2 * DRAFT_WIDTH_PX,
            final_preset="fast",
            guess_px=DRAFT_GUESS_PX,
        )
    )


def _vornet(propagation: PropagationSettings, device: str, candidates: str, weights: Path | None) -> Engine:
    """VORNet, once it is clear that its weights are there.

    Raises:
        UserError: they are not.
    """
    from models.registry import LPIPS_ALEXNET
    from models.vornet.settings import VornetFiles, VornetSettings
    from models.weights import WeightsError, WeightsMissing, is_fetched

    if candidates == "paper" and propagation.delay:
        raise UserError("--candidates paper is strictly one frame after another: leave --delay out.")
    refinement = "vornet" if candidates == "ours" else "vornet-paper"
    try:
        try:
            inpainting: Path | None = _network_file("inpainting", weights)
        except WeightsMissing:
            inpainting = None  # the engine's own guesses, or patches, stand in for it
        files = VornetFiles.of(_network_file(refinement, weights), inpainting)
        perceptual = candidates == "ours" or is_fetched(LPIPS_ALEXNET)
        settings = VornetSettings(propagation, candidates=candidates, device=device, perceptual=perceptual)  # type: ignore[arg-type]
        return VornetEngine(settings, files)
    except WeightsError as error:
        raise UserError(f"{error} Meanwhile, --engine propagate needs none.") from error


def device_described() -> str:
    """Where networks run, for people; imports torch, so call it in a job."""
    _prepare_networks()
    from models.devices import described

    return described()


@dataclass(frozen=True, slots=True)
class ComputePlace:
    """Where networks run.

    Attributes:
        name: of the graphics card, or ``CPU``.
        reason: why no graphics card is used, as a sentence; empty if one is.
    """

    name: str
    reason: str


def certain_place() -> ComputePlace | None:
    """Where networks run, if that is certain without torch: without a driver, on the CPU. Quick."""
    from models.devices import has_cuda_driver

    if default_engine() != "vornet":
        return ComputePlace("CPU", "The engine that is used needs no graphics card.")
    return None if has_cuda_driver() else ComputePlace("CPU", "There is no NVIDIA driver here.")


def warm_up() -> ComputePlace:
    """Imports what tracking and the default engine need: seconds that would otherwise be spent when they begin.

    Returns:
        Where networks run.
    """
    import scenedetect  # noqa: F401

    import models.propagation.remover

    if default_engine() == "vornet":
        _prepare_networks()
        import models.vornet.engine  # noqa: F401
    place = certain_place()
    if place is not None:
        return place
    from models.devices import device_name, why_not_cuda

    return ComputePlace(device_name(), why_not_cuda())


def _prepare_networks() -> None:
    """Brings in what networks run on without holding up the other threads; before anything imports torch."""
    from models.devices import map_torch

    map_torch()


def network_file(name: str, folder: Path | None = None) -> Path:
    """The file of the networks' weights called ``name``: that which ships, checked, or an unchecked one in a folder.

    Raises:
        UserError: it is not there.
    """
    from models.weights import WeightsError

    try:
        return _network_file(name, folder)
    except WeightsError as error:
        raise UserError(str(error)) from error


def load_tracker(settings: TrackSettings) -> MaskTracker:
    """A new tracker.

    Raises:
        UserError: its files cannot be used.
    """
    if settings.tracker == "box":
        from models.tracking.box_tracker import BoxModelError, BoxTracker

        try:
            return BoxTracker(settings.models)
        except BoxModelError as error:
            raise UserError(str(error)) from error
    from models.tracking.flow_tracker import FlowMaskTracker

    if not _asks_network(settings):
        return FlowMaskTracker()
    _prepare_networks()
    from models.tracking.opinion import MaskOpinion, load_mask_network

    return FlowMaskTracker(opinion=MaskOpinion(load_mask_network(network_file(MASK_NETWORK, settings.weights))))


def _asks_network(settings: TrackSettings) -> bool:
    """Whether the mask network gives its opinion: if asked for, or by itself if it ships and is better than none."""
    from models.registry import NETWORKS

    if settings.tracker == "network":
        return True
    here = MASK_NETWORK in NETWORKS and (shipped_weights_folder() / NETWORKS[MASK_NETWORK].file).is_file()
    wanted = settings.tracker == "auto" and here and NETWORKS[MASK_NETWORK].preferred
    return wanted and importlib.util.find_spec("torch") is not None


def load_track_segmenter(settings: TrackSettings) -> Segmenter | None:
    """What finds objects in boxes and looks again at tracked masks; None where nothing is to, or is here.

    Raises:
        UserError: it is named, and its weights are not here.
    """
    if settings.segmenter == "none":
        return None
    loaded = load_segmenter(settings.segmenter)
    return None if loaded.missing or settings.segmenter == "grabcut" else loaded.segmenter


def tracker_version(settings: TrackSettings) -> str:
    """Names everything but pictures and prompts that a track depends on; part of every kept track's key.

    Weights of segmenters are told by their name alone: who fetched them has checked them.
    """
    segmenter = settings.segmenter
    if segmenter == "auto":
        from models.registry import SEGMENTERS as KNOWN
        from models.weights import weights_folder

        here = [weights_folder() / entry.file for entry in KNOWN["mobile-sam"]]
        segmenter = "mobile-sam" if all(file.is_file() for file in here) else "none"
    return f"{_tracker_version(settings)} {segmenter} {settings.look_again}"


def _tracker_version(settings: TrackSettings) -> str:
    from models.tracking.protocol import TRACKER_VERSION

    if settings.tracker == "box":
        files = [f"{model.name} {model.stat().st_size} {model.stat().st_mtime_ns}" for model in settings.models]
        return f"box {TRACKER_VERSION} {files}"
    if _asks_network(settings):
        network = network_file(MASK_NETWORK, settings.weights).read_bytes()
        return f"network {TRACKER_VERSION} {hashlib.blake2b(network, digest_size=12).hexdigest()}"
    return f"flow {TRACKER_VERSION}"


def segment_box(
    view: NDArray[np.uint8], box_xywh: tuple[int, int, int, int], others: Sequence[NDArray[np.uint8]]
) -> NDArray[np.bool_]:
    """The object in a box, from one picture and a few near it; see ``models.tracking.box_start``."""
    from models.tracking.box_start import segment_moving_box

    return segment_moving_box(view, box_xywh, others)


def shadow_beside(
    view: NDArray[np.uint8],
    mask: NDArray[np.bool_],
    others: Sequence[tuple[NDArray[np.uint8], NDArray[np.bool_]]],
) -> tuple[NDArray[np.bool_], float]:
    """The shadow of the object in ``mask`` and the share of light in it; see ``models.tracking.shadow``."""
    from models.tracking.shadow import Shot, find_shadow

    return find_shadow(Shot(view, mask), [Shot(*other) for other in others])


def tracking_scale(width: int, height: int, object_px: int) -> float:
    """How much the tracker shrinks pictures of this size for an object whose longer side is known, at most 1."""
    from models.tracking.flow_tracker import scale_for

    return scale_for(width, height, object_px)


@dataclass(frozen=True, slots=True)
class PropagateEngine:
    """``--engine propagate``: the engine without networks."""

    settings: PropagationSettings

    @property
    def name(self) -> str:
        """What ``--engine`` takes."""
        return "propagate"

    @property
    def version(self) -> str:
        """Engine version and settings."""
        from models.propagation.settings import ENGINE_VERSION

        return f"{ENGINE_VERSION} {sorted(asdict(self.settings).items())}"

    @property
    def device(self) -> str:
        """The CPU."""
        return "cpu"

    @property
    def remarks(self) -> tuple[str, ...]:
        """Nothing."""
        return ()

    @property
    def delay(self) -> int:
        """Frames of look-ahead in ``live``."""
        return self.settings.delay

    def live(self) -> LiveRemover:
        """A remover at its beginning."""
        from models.propagation.remover import LiveRemover as Remover

        return Remover(self.settings)

    def final(self, source: FrameSource, **work: Unpack[FinalWork]) -> Iterator[Fill]:
        """Fills of a whole range, in order of the frames (see ``Engine.final``)."""
        from models.propagation.final import fill_range

        return fill_range(source, self.settings, **work)


@dataclass(frozen=True, slots=True)
class VornetEngine:
    """``--engine vornet``: ``propagate``, refined by networks; or the paper's recipe."""

    settings: VornetSettings
    files: VornetFiles

    @property
    def name(self) -> str:
        """What ``--engine`` takes."""
        return "vornet"

    @property
    def version(self) -> str:
        """Engine version, settings and weights."""
        return f"{self.settings.described()} {self.files.digest}"

    @property
    def device(self) -> str:
        """Device and precision of the networks."""
        _prepare_networks()
        from models.devices import place

        with _for_the_user():
            return str(place(self.settings.device))

    @property
    def remarks(self) -> tuple[str, ...]:
        """Says what stands in for missing weights."""
        from models.vornet.settings import WITHOUT_ALEXNET

        return () if self.settings.perceptual else (f"{WITHOUT_ALEXNET}.",)

    @property
    def delay(self) -> int:
        """Frames of look-ahead in ``live``; the paper's recipe has none."""
        return self.settings.propagation.delay

    def live(self) -> LiveRemover:
        """A remover at its beginning."""
        _prepare_networks()
        from models.vornet.engine import open_live

        with _for_the_user():
            return open_live(self.settings, self.files)

    def final(self, source: FrameSource, **work: Unpack[FinalWork]) -> Iterator[Fill]:
        """Fills of a whole range, in order of the frames (see ``Engine.final``)."""
        _prepare_networks()
        from models.vornet.engine import fill_finally

        with _for_the_user():
            return fill_finally(source, self.settings, self.files, **work)


@contextmanager
def _for_the_user() -> Iterator[None]:
    """Turns what hinders the networks from starting into a sentence."""
    from models.devices import DeviceError
    from models.weights import WeightsError

    try:
        yield
    except WeightsError as error:
        raise UserError(f"{error} Meanwhile, --engine propagate needs no weights.") from error
    except DeviceError as error:
        raise UserError(f"The networks cannot run with --device cuda: {error}. Leave it out to use the CPU.") from error


def _network_file(name: str, folder: Path | None) -> Path:
    """A verified file of weights that ship, or one of an unchecked folder.

    Raises:
        WeightsError: it is not there.
    """
    from models.registry import NETWORKS
    from models.weights import WeightsMissing, find_network

    if folder is None:
        return find_network(name, shipped_weights_folder())
    file = folder / (NETWORKS[name].file if name in NETWORKS else f"{name}.safetensors")
    if not file.is_file():
        raise WeightsMissing(f"The weights {name} are missing ({file}).")
    return file


@dataclass(frozen=True, slots=True)
class KnownWeights:
    """A file of weights that can be fetched.

    Attributes:
        name: what ``cleanplate models fetch`` calls it.
        size_bytes: of the file.
        licence: as its makers declare it.
        about: what it is for.
        here: whether it is there and whole.
        ships: whether it comes with Cleanplate; else it is fetched.
        trouble: why it cannot be used, and what to do; empty if it can.
        damaged: whether something is there that should not be, or lacks that should be (not merely not fetched).
    """

    name: str
    size_bytes: int
    licence: str
    about: str
    here: bool
    ships: bool
    trouble: str
    damaged: bool


def known_weights() -> list[KnownWeights]:
    """Every file of weights that Cleanplate knows, its content checked."""
    from models.registry import NETWORKS, SEGMENTER_WEIGHTS, WEIGHTS
    from models.weights import WeightsError, WeightsMissing, find_network, find_weights

    found = []
    for name, network in NETWORKS.items():
        trouble = ""
        try:
            find_network(name, shipped_weights_folder())
        except WeightsError as error:
            trouble = str(error)
        size, about = network.size_bytes, network.about
        found.append(KnownWeights(name, size, "Apache-2.0", about, not trouble, True, trouble, bool(trouble)))
    for weights in (*WEIGHTS.values(), *SEGMENTER_WEIGHTS.values()):
        trouble, damaged = "", False
        try:
            find_weights(weights)
        except WeightsError as error:
            trouble, damaged = str(error), not isinstance(error, WeightsMissing)
        size, about, licence = weights.size_bytes, weights.about, weights.licence
        found.append(KnownWeights(weights.name, size, licence, about, not trouble, False, trouble, damaged))
    return found


def shipped_weights_folder() -> Path:
    """Where the weights that come with Cleanplate lie."""
    return environment.resources_dir() / "weights"


def usual_weights() -> tuple[str, ...]:
    """What ``cleanplate models fetch`` fetches when nothing is named: all but the gigabytes of the large SAMs."""
    from models.registry import WEIGHTS

    return (*WEIGHTS, "mobile-sam")


def fetch_weights(name: str, context: JobContext | None = None) -> Path:
    """Fetches weights, or all those of a segmenter, unless they are here; a stopped fetch is gone on from.

    Returns:
        The first file.

    Raises:
        UserError: no such weights, or they cannot be fetched; the message says what to do.
        Cancelled: the user stopped it.
    """
    from models.fetching import fetch, fetchable
    from models.weights import WeightsError

    if name not in fetchable():
        raise UserError(f"There are no weights named {name!r}: choose from {', '.join(fetchable())}.")
    watched = JobContext() if context is None else context
    try:
        return fetch(
            name,
            progress=lambda done, total: watched.progress(done >> 10, total >> 10, f"Fetching {name} (KiB)"),
            checkpoint=watched.checkpoint,
        )[0]
    except WeightsError as error:
        raise UserError(str(error)) from error


@dataclass(frozen=True, slots=True)
class LoadedSegmenter:
    """A segmenter that answers clicks.

    Attributes:
        segmenter: it.
        missing: what it stands in for and how to get that; empty if it is what was wanted.
    """

    segmenter: Segmenter
    missing: str = ""

    def embed(self, view: NDArray[np.uint8], checkpoint: Callable[[], object]) -> Embedding:
        """As the segmenter's.

        Raises:
            UserError: it fails.
        """
        with _clicks_for_the_user():
            return self.segmenter.embed(view, checkpoint)

    def predict(self, embedding: Embedding, prompt: SegmentPrompt) -> Segmentation:
        """As the segmenter's.

        Raises:
            UserError: it fails.
        """
        with _clicks_for_the_user():
            return self.segmenter.predict(embedding, prompt)


@dataclass(frozen=True, slots=True)
class SegmenterState:
    """A network for clicks, for people to choose.

    Attributes:
        name: what ``--segmenter`` takes.
        size_bytes: of its files.
        licence: as its makers declare it.
        files: their names.
        here: whether they are there; their content is checked when they are opened.
        kept_bytes: of a fetch that broke off.
    """

    name: str
    size_bytes: int
    licence: str
    files: tuple[str, ...]
    here: bool
    kept_bytes: int


def segmenter_states() -> list[SegmenterState]:
    """The networks for clicks, the smallest first."""
    from models.fetching import kept_bytes
    from models.registry import SEGMENTERS as KNOWN
    from models.weights import weights_folder

    folder = weights_folder()
    states = []
    for name, entries in KNOWN.items():
        files = [folder / entry.file for entry in entries]
        here = all(
            file.is_file() and file.stat().st_size == entry.size_bytes
            for file, entry in zip(files, entries, strict=True)
        )
        size = sum(entry.size_bytes for entry in entries)
        names = tuple(entry.file for entry in entries)
        states.append(SegmenterState(name, size, entries[0].licence, names, here, kept_bytes(name)))
    return states


def best_segmenter() -> str:
    """What ``auto`` takes: MobileSAM where it is here, else GrabCut."""
    here = {state.name for state in segmenter_states() if state.here}
    return "mobile-sam" if "mobile-sam" in here else "grabcut"


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
        return LoadedSegmenter(_network_segmenter("mobile-sam" if name == "auto" else name, device))
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
    on_gpu = _sees_cuda(device)
    with _clicks_for_the_user():
        if name == "mobile-sam":
            from models.sam.onnx_segmenter import OnnxSegmenter

            return OnnxSegmenter(*files, cuda=on_gpu)
        _prepare_networks()
        from models.sam.torch_segmenter import open_checkpoint

        return open_checkpoint(files[0], name, device="cuda" if on_gpu else "cpu")


def _sees_cuda(device: str) -> bool:
    """Whether torch sees a GPU; torch is not imported where there is no driver for one."""
    from models.devices import has_cuda_driver, place

    if device == "cpu" or (device == "auto" and not has_cuda_driver()):
        return False
    _prepare_networks()
    with _for_the_user():
        return place(device).device == "cuda"  # type: ignore[arg-type]


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
