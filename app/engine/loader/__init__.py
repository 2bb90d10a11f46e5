"""The one door from the app to ``models``: everything else asks here, by these names.

The plain data types come in at once (they need numpy only); everything that computes is imported when a job first asks
for it, so that the window and the command line start without OpenCV and torch.
"""

from app.engine.loader.engines import CANDIDATES, ENGINES, default_engine, load_draft_engine, load_engine
from app.engine.loader.restorers import RESTORER, Restorer, load_restorer, restored_kinds
from app.engine.loader.segmenters import (
    SEGMENTER_TITLES,
    SEGMENTERS,
    USUAL_SEGMENTER,
    LoadedSegmenter,
    SegmenterState,
    adopt_weights,
    load_segmenter,
    segment_prompt,
    segmenter_states,
)
from app.engine.loader.trackers import (
    has_mask_network,
    load_track_segmenter,
    load_tracker,
    look_again_every,
    segment_box,
    shadow_beside,
    tracker_version,
    tracking_alone,
    tracking_scale,
)
from app.engine.loader.warming import ComputePlace, certain_place, device_described, warm_up
from app.engine.loader.weights import (
    KnownWeights,
    fetch_weights,
    known_weights,
    network_file,
    shipped_weights_folder,
    usual_weights,
)
from models.propagation.ahead import colours_ahead
from models.propagation.picture import GRID_LIMIT_PX, Fill, FrameSource, HoleFrame, Picture, PicturePlane
from models.sam.protocol import Embedding, Segmentation, Segmenter, SegmentPrompt, go_on
from models.voin.picture import ObjectFrame, ObjectHoleFrame
from models.vornet.notes import SHORT_OF_MEMORY, SKIPPED

__all__ = [
    "CANDIDATES",
    "ENGINES",
    "GRID_LIMIT_PX",
    "RESTORER",
    "SEGMENTERS",
    "SEGMENTER_TITLES",
    "SHORT_OF_MEMORY",
    "SKIPPED",
    "USUAL_SEGMENTER",
    "ComputePlace",
    "Embedding",
    "Fill",
    "FrameSource",
    "HoleFrame",
    "KnownWeights",
    "LoadedSegmenter",
    "ObjectFrame",
    "ObjectHoleFrame",
    "Picture",
    "PicturePlane",
    "Restorer",
    "SegmentPrompt",
    "Segmentation",
    "Segmenter",
    "SegmenterState",
    "adopt_weights",
    "certain_place",
    "colours_ahead",
    "default_engine",
    "device_described",
    "fetch_weights",
    "go_on",
    "has_mask_network",
    "known_weights",
    "load_draft_engine",
    "load_engine",
    "load_restorer",
    "load_segmenter",
    "load_track_segmenter",
    "load_tracker",
    "look_again_every",
    "network_file",
    "restored_kinds",
    "segment_box",
    "segment_prompt",
    "segmenter_states",
    "shadow_beside",
    "shipped_weights_folder",
    "tracker_version",
    "tracking_alone",
    "tracking_scale",
    "usual_weights",
    "warm_up",
]
