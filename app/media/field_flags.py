"""Two facts about pictures that PyAV 18 does not hand out: which field is first, and where chroma sits.

Both can go when PyAV exposes AVFrame's flags and chroma location.
"""

from __future__ import annotations

import re
import threading

import av
from av.container import InputContainer
from av.error import BlockingIOError as NothingYet
from av.filter import Graph

_LOCATIONS = {"left": 1, "center": 2, "topleft": 3, "top": 4, "bottomleft": 5, "bottom": 6}
_logging = threading.Lock()


class FieldOrderReader:
    """Asks FFmpeg's ``select`` filter whether a frame's top field comes first. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._graph: Graph | None = None

    def top_field_first(self, frame: av.VideoFrame) -> bool:
        """Whether an interlaced frame says that its top field is shown first."""
        with self._lock:
            if self._graph is None:
                self._graph = _top_first_graph(frame)
            self._graph.vpush(frame)
            try:
                self._graph.vpull()
            except NothingYet:
                return False
            return True


def _top_first_graph(frame: av.VideoFrame) -> Graph:
    graph = Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base or None
    )
    chosen = graph.add("select", "eq(interlace_type,TOPFIRST)")
    graph.link_nodes(source, chosen, graph.add("buffersink")).configure()
    return graph


def chroma_location_of(container: InputContainer, stream_index: int) -> int:
    """A stream's AVChromaLocation, 0 if it does not say; read from FFmpeg's description of the stream."""
    with _logging:
        level = av.logging.get_level()
        av.logging.set_level(av.logging.VERBOSE)
        av.logging.set_libav_level(av.logging.VERBOSE)
        try:
            description = str(container.dumps_format())  # type: ignore[attr-defined]  # not in PyAV's stubs
        finally:
            av.logging.set_libav_level(av.logging.INFO)  # FFmpeg's default
            av.logging.set_level(level)
    line = re.search(rf"Stream #0:{stream_index}\b.*", description)
    if line is None:
        return 0
    words = re.findall(rf"\b({'|'.join(_LOCATIONS)})\b(?=[,)])", line.group())
    return _LOCATIONS[words[0]] if words else 0
