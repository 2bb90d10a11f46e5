"""Facts about pictures that PyAV 18 does not hand out: which field is first, where chroma sits, newer side data.

Each can go when PyAV exposes AVFrame's flags and chroma location, and knows FFmpeg 8.1's kinds of side data.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from fractions import Fraction
from typing import cast

import av
from av.container import InputContainer
from av.error import BlockingIOError as NothingYet
from av.filter import Graph
from av.filter.context import FilterContext
from av.sidedata.sidedata import SideData
from av.sidedata.sidedata import Type as SideDataType

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
    chosen = graph.add("select", "eq(interlace_type,TOPFIRST)")
    graph.link_nodes(_source_of(graph, frame), chosen, graph.add("buffersink")).configure()
    return graph


def _source_of(graph: Graph, frame: av.VideoFrame) -> FilterContext:
    return graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base or Fraction(1, 25)
    )


def side_data_of(frame: av.VideoFrame) -> Mapping[SideDataType, SideData]:
    """A frame's side data by kind, without the kinds that PyAV's list lacks (EXIF), on which it raises."""
    while True:
        try:
            return cast("Mapping[SideDataType, SideData]", frame.side_data)
        except ValueError as error:
            unknown = re.match(r"(\d+) is not a valid Type", str(error))
            if unknown is None:
                raise
            graph = Graph()
            source = _source_of(graph, frame)
            chosen = graph.add("sidedata", f"mode=delete:type={unknown.group(1)}")
            graph.link_nodes(source, chosen, graph.add("buffersink")).configure()
            graph.vpush(frame)
            frame = graph.vpull()


def chroma_location_of(container: InputContainer, stream_index: int) -> int:
    """A stream's AVChromaLocation, 0 if it does not say; read from FFmpeg's description of the stream."""
    with _logging:
        level = av.logging.get_level()
        av.logging.set_level(av.logging.INFO)  # the description's; other threads' chatter would wait for the GIL
        av.logging.set_libav_level(av.logging.VERBOSE)  # or it leaves the chroma location out
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
