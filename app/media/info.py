"""What a clip is: everything the reader learnt at opening, as frozen data that turns into JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from fractions import Fraction
from pathlib import Path

from app.media.frame import ColorTags, PlaneLayout
from app.media.orientation import Orientation, display_color


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """A stream beside the pictures: audio, subtitles, data, an attachment, or further video (a cover).

    Attributes:
        index: number of the stream in the container.
        kind: "audio", "subtitle", "data", "attachment" or "video".
        codec: FFmpeg's codec name, or None if it knows none.
        language, title: from the stream's metadata.
        channels, sample_rate, channel_layout: of audio, else None.
        disposition: FFmpeg's disposition words that are set.
        start_s, duration_s: seconds, if the container says them.
        bit_rate: bits a second, if known.
        metadata: the stream's tags.
    """

    index: int
    kind: str
    codec: str | None
    language: str | None = None
    title: str | None = None
    channels: int | None = None
    sample_rate: int | None = None
    channel_layout: str | None = None
    disposition: tuple[str, ...] = ()
    start_s: float | None = None
    duration_s: float | None = None
    bit_rate: int | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChapterInfo:
    """A chapter: times in seconds from the container's zero."""

    start_s: float
    end_s: float
    title: str | None = None


@dataclass(frozen=True, slots=True)
class SequenceInfo:
    """Where an image sequence lies.

    Attributes:
        folder: directory of the images.
        pattern: file name with a ``%d`` field (``shot_%04d.png``).
        start_number: number of the first image.
    """

    folder: Path
    pattern: str
    start_number: int


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """A clip as found.

    Sizes are stored pixels; ``width`` and ``height`` are in display orientation (the rotation flag is applied), the
    ``stored_`` pair as coded. Times are in the video stream's ``time_base`` unless the name ends in ``_s``.

    Attributes:
        path: file, or folder of a sequence.
        container: FFmpeg's short name(s) of the format, e.g. ``mov,mp4,m4a,3gp,3g2,mj2``; ``images`` for a sequence.
        stream_index: index of the video stream in the container.
        codec, profile: FFmpeg's names; profile may be None.
        pix_fmt: FFmpeg's name of the decoded pixel format.
        layout: planes in display orientation; ``stored_layout`` as coded.
        orientation: how stored pixels are turned for display.
        sample_aspect_ratio: of the stored picture, 1 if unspecified or square.
        has_aspect_ratio: whether the clip states one.
        time_base: seconds a tick.
        average_rate, base_rate, guessed_rate: frames a second; average, lowest common rate, best guess.
        frame_count: frames that decode, exact.
        start_time: presentation time of frame 0 in ticks.
        duration_s: from frame 0's start to the last frame's end.
        variable_rate: whether frame distances differ by more than rounding.
        color: tags of the first frame, chroma location in stored orientation; ``display_color`` has it turned.
        interlaced: whether the clip declares fields or its first frame has them.
        field_order: "progressive", "tt", "bb", "tb", "bt" (coded, then displayed first) or "unknown".
        alpha: whether there is an alpha plane.
        bit_rate: of the video, or else of the file, bits a second; None if unknown.
        streams: every other stream.
        chapters, metadata: of the container.
        stream_metadata: of the video stream.
        timecode: SMPTE time code of frame 0, if the clip carries one.
        is_sequence, sequence: set for image sequences.
        notes: short facts worth telling (frames that do not decode, conversions).
    """

    path: Path
    container: str
    stream_index: int
    codec: str
    profile: str | None
    pix_fmt: str
    layout: PlaneLayout
    stored_layout: PlaneLayout
    width: int
    height: int
    stored_width: int
    stored_height: int
    orientation: Orientation
    sample_aspect_ratio: Fraction
    has_aspect_ratio: bool
    time_base: Fraction
    average_rate: Fraction | None
    base_rate: Fraction | None
    guessed_rate: Fraction | None
    frame_count: int
    start_time: int
    duration_s: float
    variable_rate: bool
    color: ColorTags
    interlaced: bool = False
    field_order: str = "unknown"
    bit_rate: int | None = None
    streams: tuple[StreamInfo, ...] = ()
    chapters: tuple[ChapterInfo, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    stream_metadata: Mapping[str, str] = field(default_factory=dict)
    timecode: str | None = None
    sequence: SequenceInfo | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_sequence(self) -> bool:
        """Whether the clip is a folder of images."""
        return self.sequence is not None

    @property
    def alpha(self) -> bool:
        """Whether there is an alpha plane."""
        return self.layout.alpha

    @property
    def rotation_degrees(self) -> int:
        """Counter-clockwise turn of the stored picture for display."""
        return self.orientation.rotation_degrees

    @property
    def flip_horizontal(self) -> bool:
        """Whether the turned picture is mirrored for display."""
        return self.orientation.flip_horizontal

    @property
    def display_color(self) -> ColorTags:
        """The tags for planes in display orientation, as frames have them."""
        return display_color(self.color, self.orientation)

    @property
    def display_aspect_ratio(self) -> Fraction:
        """Width to height of the picture on screen."""
        ratio = Fraction(self.stored_width, self.stored_height) * self.sample_aspect_ratio
        return 1 / ratio if self.orientation.turns_sideways else ratio

    @property
    def rate(self) -> Fraction:
        """Frames a second for people: the average, or the best other guess; 25 if the clip gives no hint."""
        return self.average_rate or self.guessed_rate or self.base_rate or Fraction(25)

    def streams_of(self, kind: str) -> tuple[StreamInfo, ...]:
        """The further streams of one kind ("audio", "subtitle", "data", "attachment", "video")."""
        return tuple(stream for stream in self.streams if stream.kind == kind)

    def to_dict(self) -> dict[str, object]:
        """Plain dictionaries, lists, strings and numbers, for ``json.dumps``; fractions as "30000/1001"."""
        plain = _plain(self)
        assert isinstance(plain, dict)
        plain["alpha"] = self.alpha
        plain["is_sequence"] = self.is_sequence
        plain["display_aspect_ratio"] = str(self.display_aspect_ratio)
        return plain


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Fraction | Path):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value
