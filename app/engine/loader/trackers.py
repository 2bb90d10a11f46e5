"""The trackers of masks, and what finds objects and shadows for them."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.core.errors import UserError
from app.engine.loader.networks import prepare_networks
from app.engine.loader.segmenters import load_segmenter
from app.engine.loader.weights import network_file, shipped_weights_folder
from models.sam.protocol import Segmenter

if TYPE_CHECKING:
    from app.engine.track_settings import TrackSettings
    from models.flow.protocol import FlowEstimator
    from models.registry import WeightsFile
    from models.tracking.flow_tracker import FlowMaskTracker
    from models.tracking.protocol import MaskTracker
    from models.tracking.working_pictures import PreparedPictures

MASK_NETWORK = "masks"


@contextmanager
def tracking_alone() -> Iterator[None]:
    """OpenCV with one thread, where nothing but tracking goes on: the tracker shares its work out among threads itself.

    Those of OpenCV beside them take a sixth more CPU time on two cores, and the track is finished later.
    """
    import cv2

    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)


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
    from models.flow.dis import DisFlow
    from models.tracking.flow_tracker import FlowMaskTracker
    from models.tracking.several import SeveralTracker

    if not _asks_network(settings):
        return SeveralTracker(DisFlow("fast"), lambda flow, pictures: FlowMaskTracker(flow, pictures=pictures))
    prepare_networks()
    from models.tracking.opinion import MaskOpinion, load_mask_network

    network = load_mask_network(network_file(MASK_NETWORK, settings.weights))

    def make(flow: FlowEstimator, pictures: PreparedPictures) -> FlowMaskTracker:
        return FlowMaskTracker(flow, opinion=MaskOpinion(network), pictures=pictures)

    return SeveralTracker(DisFlow("fast"), make)


def _asks_network(settings: TrackSettings) -> bool:
    """Whether the mask network gives its opinion: if asked for, or by itself if it ships and is better than none."""
    from models.registry import NETWORKS

    if settings.tracker == "network":
        return True
    wanted = settings.tracker == "auto" and MASK_NETWORK in NETWORKS and NETWORKS[MASK_NETWORK].preferred
    return wanted and has_mask_network()


def has_mask_network() -> bool:
    """Whether the mask network ships with the program, and torch is here to run it."""
    from models.registry import NETWORKS

    ships = MASK_NETWORK in NETWORKS and (shipped_weights_folder() / NETWORKS[MASK_NETWORK].file).is_file()
    return ships and importlib.util.find_spec("torch") is not None


def load_track_segmenter(settings: TrackSettings) -> Segmenter | None:
    """What finds objects in boxes and looks again at tracked masks; None where nothing is to, or is here.

    Raises:
        UserError: it is named, or is to look again, and its weights are not here.
    """
    if settings.segmenter == "none":
        return None
    wanted = bool(settings.look_again) and settings.segmenter == "auto"
    loaded = load_segmenter("mobile-sam" if wanted else settings.segmenter)
    return None if loaded.missing or settings.segmenter == "grabcut" else loaded


def look_again_every(settings: TrackSettings) -> int:
    """Every how many frames a segmenter looks again at tracked masks; 0 for never.

    By itself it looks beside the tracker without weights only: boxes are no masks, and with the mask network's opinion
    the two led each other astray (``resources/benchmark/tracking.md``).
    """
    from app.engine.track_settings import LOOK_AGAIN

    if settings.look_again is not None:
        return 0 if settings.segmenter in ("grabcut", "none") else settings.look_again
    alone = settings.tracker != "box" and not _asks_network(settings)
    return LOOK_AGAIN if alone and _track_segmenter(settings) == "mobile-sam" else 0


def _track_segmenter(settings: TrackSettings) -> str:
    """The name of what finds objects for the tracker; ``none`` for nothing."""
    if settings.segmenter != "auto":
        return "none" if settings.segmenter == "grabcut" else settings.segmenter
    from models.registry import SEGMENTERS as KNOWN

    return "mobile-sam" if all(map(_is_whole, KNOWN["mobile-sam"])) else "none"


def _is_whole(weights: WeightsFile) -> bool:
    """Whether a segmenter's weights are here and those that they should be: others are not loaded, either."""
    from models.weights import weights_folder

    file = weights_folder() / weights.file
    try:
        status = file.stat()
    except OSError:
        return False
    return _was_whole(weights, file.parent, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=16)
def _was_whole(weights: WeightsFile, folder: Path, _size: int, _changed: int) -> bool:
    """The same of a file of a size and time of change: it is read whole once."""
    from models.weights import is_fetched

    return is_fetched(weights, folder)


def tracker_version(settings: TrackSettings) -> str:
    """Names everything but pictures and prompts that a track depends on; part of every kept track's key.

    Weights of segmenters are told by their name: those that are damaged are as good as none.
    """
    return f"{_tracker_version(settings)} {_track_segmenter(settings)} {look_again_every(settings)}"


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
    from models.tracking.working_pictures import scale_for

    return scale_for(width, height, object_px)
