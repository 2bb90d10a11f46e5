"""How finely a clip was coded: its quantiser where the decoder tells it, and how far its key pictures lie apart."""

from __future__ import annotations

from typing import cast

import av
import av.error
import numpy as np
from av.sidedata.encparams import VideoEncParams
from av.sidedata.sidedata import Type as SideDataType
from av.stream import Discard

from app.media.info import MediaInfo
from app.media.opening import open_container
from app.media.unexposed import side_data_of

_PICTURES_DECODED = 24
_PACKETS_READ = 300
_FINE_SHARE = 30  # per cent; the finest pictures are those that the others are predicted from
_BLOCKS_SAMPLED = 64
_LOST_DATA = {
    SideDataType.A53_CC: "closed captions",
    SideDataType.DYNAMIC_HDR_PLUS: "HDR10+ data",
    SideDataType.DOVI_RPU_BUFFER: "Dolby Vision data",
    SideDataType.DOVI_METADATA: "Dolby Vision data",
    SideDataType.S12M_TIMECODE: "timecode in the pictures",
    SideDataType.GOP_TIMECODE: "timecode in the pictures",
    SideDataType.AFD: "active format description",
    SideDataType.STEREO3D: "stereo arrangement",
    SideDataType.SPHERICAL: "spherical projection",
}


def fine_quantiser(info: MediaInfo) -> float | None:
    """The quantiser of a clip's finer pictures, on its codec's own scale (H.264: 0 to 51 and more, VP9: 0 to 255).

    Returns:
        The 30th percentile over the first pictures; None if the decoder does not tell (it does for H.264 and VP9).
    """
    if info.is_sequence or info.codec not in ("h264", "vp9"):
        return None
    means: list[float] = []
    with open_container(info.path) as container:
        stream = container.streams[info.stream_index]
        stream.codec_context.options = {"export_side_data": "venc_params"}
        frames = container.decode(stream)
        while len(means) < _PICTURES_DECODED:
            try:
                frame = next(frames, None)
            except av.error.FFmpegError:
                break  # the reader has told of the damage; what came before it has to do
            if frame is None:
                break
            params = side_data_of(cast(av.VideoFrame, frame)).get(SideDataType.VIDEO_ENC_PARAMS)
            if params is not None:
                means.append(_quantiser_of(cast(VideoEncParams, params)))
    return float(np.percentile(means, _FINE_SHARE)) if means else None


def key_distance(info: MediaInfo) -> int | None:
    """The largest number of pictures from one key picture to the next near the start; None if that is not seen."""
    if info.is_sequence:
        return None
    keys: list[int] = []
    with open_container(info.path) as container:
        for other in container.streams:
            if other.index != info.stream_index:
                other.discard = Discard.all
        packets = container.demux(container.streams[info.stream_index])
        for number in range(_PACKETS_READ):
            try:
                packet = next(packets, None)
            except av.error.FFmpegError:
                break
            if packet is None or not packet.size:
                break
            if packet.is_keyframe:
                keys.append(number)
    return max(np.diff(keys).tolist(), default=None) if len(keys) > 1 else None


def data_in_pictures(info: MediaInfo) -> tuple[str, ...]:
    """What the coded pictures carry besides samples and that no encoder here takes over, in words."""
    if info.is_sequence:
        return ()
    found: set[str] = set()
    with open_container(info.path) as container:
        frames = container.decode(container.streams[info.stream_index])
        for _ in range(_PICTURES_DECODED // 2):
            try:
                frame = next(frames, None)
            except av.error.FFmpegError:
                break
            if frame is None:
                break
            kinds = side_data_of(cast(av.VideoFrame, frame))
            found.update(words for kind, words in _LOST_DATA.items() if kind in kinds)
    return tuple(sorted(found))


def _quantiser_of(params: VideoEncParams) -> float:
    """A picture's mean quantiser, from a sample of its blocks."""
    if params.nb_blocks == 0:
        return float(params.qp)
    picked = range(0, params.nb_blocks, max(params.nb_blocks // _BLOCKS_SAMPLED, 1))
    return params.qp + sum(params.block_params(block).delta_qp for block in picked) / len(picked)
