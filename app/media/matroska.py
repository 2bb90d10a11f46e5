"""Add to a finished Matroska file what FFmpeg's muxer cannot be told through PyAV.

Two things live only in a stream's fields that PyAV does not open: the display size (pixel aspect ratio of codecs that
do not store it themselves) and the codec delay of copied sound (samples before time zero that only prepare the
decoder). Both are elements of the track's entry. The bytes for them come out of the empty space that the muxer leaves
behind the seek head, so nothing after the tracks moves. It can go when PyAV can set ``AVStream.sample_aspect_ratio``
and ``AVCodecParameters.initial_padding``.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

_SEGMENT, _CLUSTER, _SEEK_HEAD, _VOID, _TRACKS = 0x18538067, 0x1F43B675, 0x114D9B74, 0xEC, 0x1654AE6B
_SEEK, _SEEK_ID, _SEEK_POSITION = 0x4DBB, 0x53AB, 0x53AC
_TRACK_ENTRY, _TRACK_NUMBER, _VIDEO, _CODEC_DELAY = 0xAE, 0xD7, 0xE0, 0x56AA
_PIXEL_WIDTH, _PIXEL_HEIGHT, _DISPLAY_WIDTH, _DISPLAY_HEIGHT, _DISPLAY_UNIT = 0xB0, 0xBA, 0x54B0, 0x54BA, 0x54B2
_CRC = 0xBF


@dataclass(frozen=True, slots=True)
class _Element:
    """An EBML element; ``size`` is None where it is unknown."""

    id: int
    start: int
    data_start: int
    size: int | None


def amend_tracks(path: Path, aspect: Fraction | None, delays: Mapping[int, Fraction]) -> None:
    """Set pixel aspect ratio and codec delays in a finished file.

    Args:
        path: a file that FFmpeg's Matroska or WebM muxer has closed.
        aspect: width of a stored pixel over its height for the video tracks, None to leave it.
        delays: codec delay in seconds by track number (from 1, the stream's index plus one).

    Raises:
        ValueError: the file is not laid out as the muxer does, or has no room.
        OSError: it cannot be read or written.
    """
    if aspect is None and not delays:
        return
    with path.open("r+b") as file:
        segment = _find_segment(file)
        head = _header_elements(file, segment.data_start)
        tracks = next((each for each in head if each.id == _TRACKS), None)
        if tracks is None:
            raise ValueError("no track list before the first cluster")
        end = tracks.data_start + (tracks.size or 0)
        file.seek(segment.data_start)
        region = file.read(end - segment.data_start)
        made = _rebuilt(region, [each for each in head if each.start < end], segment.data_start, aspect, delays)
        file.seek(segment.data_start)
        file.write(made)


def _rebuilt(
    region: bytes, elements: list[_Element], base: int, aspect: Fraction | None, delays: Mapping[int, Fraction]
) -> bytes:
    """The bytes from the segment's start to the end of its tracks, of unchanged length."""

    def bytes_of(element: _Element) -> bytes:
        return region[element.start - base : element.data_start - base + (element.size or 0)]

    tracks_data = bytes_of(elements[-1])[elements[-1].data_start - elements[-1].start :]
    new_tracks = _master(_TRACKS, _map_children(tracks_data, _entry_amender(aspect, delays)), crc=True)
    grown = len(new_tracks) - len(bytes_of(elements[-1]))
    void = next((index for index, each in enumerate(elements) if each.id == _VOID), None)
    if void is None or not elements or elements[0].id != _SEEK_HEAD:
        raise ValueError("no empty space behind the seek head")
    moved = {each.start - base: each.start - base - grown for each in elements[void + 1 :]}
    seek_data = bytes_of(elements[0])[elements[0].data_start - elements[0].start :]
    new_seek = _master(_SEEK_HEAD, _map_children(seek_data, _seek_mover(moved)), crc=True)
    room = len(bytes_of(elements[void])) - grown - (len(new_seek) - len(bytes_of(elements[0])))
    between = b"".join(bytes_of(each) for each in elements[1:void])
    after = b"".join(bytes_of(each) for each in elements[void + 1 : -1])
    made = new_seek + between + _void(room) + after + new_tracks
    if len(made) != len(region):
        raise ValueError("no room for the track's new elements")
    return made


def _entry_amender(aspect: Fraction | None, delays: Mapping[int, Fraction]) -> Callable[[int, bytes], bytes]:
    def amend(identifier: int, data: bytes) -> bytes:
        if identifier != _TRACK_ENTRY:
            return _element(identifier, data)
        number = next(_number(child) for child_id, child in _children(data) if child_id == _TRACK_NUMBER)
        parts: list[bytes] = []
        for child_id, child in _children(data):
            if child_id == _VIDEO and aspect is not None:
                child = _with_display_size(child, aspect)
            if child_id != _CODEC_DELAY or number not in delays:
                parts.append(_element(child_id, child))
        if number in delays:
            parts.append(_element(_CODEC_DELAY, _unsigned(round(delays[number] * 1_000_000_000))))
        return _element(_TRACK_ENTRY, b"".join(parts))

    return amend


def _with_display_size(video: bytes, aspect: Fraction) -> bytes:
    children = _children(video)
    sizes = {identifier: _number(data) for identifier, data in children if identifier in (_PIXEL_WIDTH, _PIXEL_HEIGHT)}
    ratio = aspect * sizes[_PIXEL_WIDTH] / sizes[_PIXEL_HEIGHT]
    # In pixels where that is exact, which every player reads; else as a ratio alone.
    width = aspect * sizes[_PIXEL_WIDTH]
    exact = width.denominator == 1
    shown = (int(width), sizes[_PIXEL_HEIGHT]) if exact else (ratio.numerator, ratio.denominator)
    unit = b"" if exact else _element(_DISPLAY_UNIT, _unsigned(3))
    kept = [_element(i, d) for i, d in children if i not in (_DISPLAY_WIDTH, _DISPLAY_HEIGHT, _DISPLAY_UNIT)]
    size = _element(_DISPLAY_WIDTH, _unsigned(shown[0])) + _element(_DISPLAY_HEIGHT, _unsigned(shown[1]))
    return b"".join(kept) + size + unit


def _seek_mover(moved: Mapping[int, int]) -> Callable[[int, bytes], bytes]:
    def move(identifier: int, data: bytes) -> bytes:
        if identifier != _SEEK:
            return _element(identifier, data)
        parts = []
        for child_id, child in _children(data):
            if child_id == _SEEK_POSITION:
                child = _unsigned(moved.get(_number(child), _number(child)))
            parts.append(_element(child_id, child))
        return _element(_SEEK, b"".join(parts))

    return move


def _find_segment(file: BinaryIO) -> _Element:
    file.seek(0)
    head = _read_element(file)
    if head is None or head.id != 0x1A45DFA3 or head.size is None:
        raise ValueError("not a Matroska file")
    file.seek(head.data_start + head.size)
    segment = _read_element(file)
    if segment is None or segment.id != _SEGMENT:
        raise ValueError("no segment")
    return segment


def _header_elements(file: BinaryIO, start: int) -> list[_Element]:
    """The segment's elements before its first cluster."""
    found: list[_Element] = []
    file.seek(start)
    while (element := _read_element(file)) is not None and element.id != _CLUSTER:
        if element.size is None:
            raise ValueError("an element of unknown size before the first cluster")
        found.append(element)
        file.seek(element.data_start + element.size)
    return found


def _read_element(file: BinaryIO) -> _Element | None:
    start = file.tell()
    head = file.read(12)
    if len(head) < 2:
        return None
    identifier, used = _identifier(head, 0)
    size, length = _size(head, used)
    return _Element(identifier, start, start + used + length, size)


def _children(data: bytes) -> list[tuple[int, bytes]]:
    """Child elements of a master's data; its checksum is left out."""
    found: list[tuple[int, bytes]] = []
    place = 0
    while place < len(data):
        identifier, used = _identifier(data, place)
        size, length = _size(data, place + used)
        if size is None:
            raise ValueError("an element of unknown size inside another")
        begin = place + used + length
        if identifier != _CRC:
            found.append((identifier, data[begin : begin + size]))
        place = begin + size
    return found


def _map_children(data: bytes, change: Callable[[int, bytes], bytes]) -> bytes:
    return b"".join(change(identifier, child) for identifier, child in _children(data))


def _master(identifier: int, data: bytes, *, crc: bool) -> bytes:
    checksum = _element(_CRC, zlib.crc32(data).to_bytes(4, "little")) if crc else b""
    return _element(identifier, checksum + data)


def _element(identifier: int, data: bytes) -> bytes:
    name = identifier.to_bytes((identifier.bit_length() + 7) // 8, "big")
    return name + _written_size(len(data)) + data


def _written_size(size: int) -> bytes:
    length = next(n for n in range(1, 9) if size < (1 << (7 * n)) - 1)
    return (size | 1 << (7 * length)).to_bytes(length, "big")


def _void(total: int) -> bytes:
    """An empty element of exactly ``total`` bytes."""
    if total < 2:
        raise ValueError("no room for the track's new elements")
    if total < 10:
        return bytes([_VOID, 0x80 | (total - 2)]) + bytes(total - 2)
    size = total - 9
    return bytes([_VOID]) + (size | 1 << 56).to_bytes(8, "big") + bytes(size)


def _unsigned(value: int) -> bytes:
    return value.to_bytes(max((value.bit_length() + 7) // 8, 1), "big")


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _identifier(data: bytes, place: int) -> tuple[int, int]:
    length = 9 - data[place].bit_length()
    return int.from_bytes(data[place : place + length], "big"), length


def _size(data: bytes, place: int) -> tuple[int | None, int]:
    length = 9 - data[place].bit_length()
    value = int.from_bytes(data[place : place + length], "big") & ((1 << (7 * length)) - 1)
    return (None if value == (1 << (7 * length)) - 1 else value), length
