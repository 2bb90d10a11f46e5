"""What travels beside the pictures: which streams are copied, encoded anew or named as left behind, and why.

The plan is made before anything is written, by asking the target's muxer about every stream (a header written to
memory), so a report can say what will happen before the work starts.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping
from dataclasses import dataclass

import av
import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Disposition, Stream

from app.media.codecs import Container
from app.media.info import MediaInfo
from app.media.opening import open_container
from app.media.tags import chapters_travel, language_for, stream_title

_TEXT_SUBTITLES = frozenset(
    {"subrip", "srt", "mov_text", "ass", "ssa", "webvtt", "text", "microdvd", "sami", "realtext"}
)
_SUBTITLE_FOR = {"mp4": "mov_text", "mov": "mov_text", "matroska": "subrip", "webm": "webvtt"}
COVER_FILES = {"png": ("cover.png", "image/png"), "mjpeg": ("cover.jpg", "image/jpeg")}
"""Name and type under which Matroska attaches a cover, by its codec."""

_PACKETS_LOOKED_AT = 2000
_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}
_LOSSLESS_AUDIO = ("pcm_s24le", "flac", "alac")
_LOSSY_AUDIO = ("aac", "libopus", "ac3", "libmp3lame", "pcm_s16le")
_IN_TRANSPORT_STREAM = frozenset(
    {"aac", "mp2", "mp3", "ac3", "eac3", "opus", "dts", "truehd", "s302m", "dvb_subtitle", "dvb_teletext", "klv"}
)
"""The MPEG-TS muxer takes anything and calls it private data; these it really can say."""


@dataclass(frozen=True, slots=True)
class CarriedStream:
    """What happens to one stream beside the pictures.

    Attributes:
        index: its number in the source.
        kind: ``audio``, ``subtitle``, ``data``, ``attachment`` or ``video`` (a cover, a second angle).
        action: ``copy``, ``encode`` or ``drop``.
        codec: FFmpeg's name of the source's codec.
        new_codec: the encoder, for ``encode``.
        sentence: the same for people.
    """

    index: int
    kind: str
    action: str
    codec: str
    new_codec: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class CarryPlan:
    """What happens to everything beside the pictures; ``streams`` in the source's order."""

    streams: tuple[CarriedStream, ...] = ()
    sentences: tuple[str, ...] = ()

    def with_action(self, action: str) -> tuple[CarriedStream, ...]:
        """The streams that are copied, encoded or dropped."""
        return tuple(stream for stream in self.streams if stream.action == action)


def plan_carry(info: MediaInfo, target: Container, *, trimmed: bool) -> CarryPlan:
    """Decide for every stream of ``info`` but its pictures.

    Args:
        info: the source.
        target: the container that will be written.
        trimmed: whether only a part of the clip is written (a second video cannot be cut without decoding it).
    """
    if info.is_sequence:
        return CarryPlan()
    with open_container(info.path) as source:
        samples = _first_packets(source, info.stream_index)
        decided = [
            _decide(stream, samples.get(stream.index), source, target, trimmed)
            for stream in source.streams
            if stream.index != info.stream_index
        ]
    streams = tuple(stream for stream in decided if stream is not None)
    sentences = tuple(stream.sentence for stream in streams)
    if info.chapters and not chapters_travel(target):
        sentences += (f"{len(info.chapters)} chapters dropped: {target.name} has none.",)
    return CarryPlan(streams, sentences)


def _first_packets(source: InputContainer, pictures: int) -> dict[int, Packet[Stream]]:
    """A packet of each stream beside the pictures, as far as they come early in the file."""
    wanted = {stream.index for stream in source.streams if stream.type in ("audio", "subtitle", "data")}
    wanted.discard(pictures)
    found: dict[int, Packet[Stream]] = {}
    if not wanted:
        return found
    try:
        for number, packet in enumerate(source.demux()):
            if packet.stream_index in wanted and packet.size and packet.dts is not None:
                found.setdefault(packet.stream_index, packet)
            if len(found) == len(wanted) or number > _PACKETS_LOOKED_AT:
                break
    except av.error.FFmpegError:
        pass  # damage is told when the stream is carried; here a header alone has to do
    return found


def _decide(
    stream: Stream, sample: Packet[Stream] | None, source: InputContainer, target: Container, trimmed: bool
) -> CarriedStream | None:
    codec = codec_name(stream)
    name = _described(stream, codec)

    def say(action: str, sentence: str, new_codec: str | None = None) -> CarriedStream:
        language = stream.metadata.get("language", "")
        if action != "drop" and language not in ("", "und") and language_for(language, target) is None:
            sentence += f"; {target.name} cannot say that its language is '{language}'"
        return CarriedStream(stream.index, stream.type, action, codec, new_codec, f"{name} {sentence}.")

    if is_timecode_track(stream) or is_chapter_track(stream, source):
        return None  # made again from the tags
    if is_cover(stream) and target.format == "matroska" and codec in COVER_FILES:
        return say("copy", "kept as an attached picture")
    if stream.type == "attachment" and target.format == "webm":
        return say("drop", "dropped: WebM has no attachments")  # its muxer takes them without a word
    if is_cover(stream) and target.format == "mov":
        return say("drop", "dropped: QuickTime has no place for it")
    if stream.type == "video" and trimmed and not is_cover(stream):
        return say("drop", "dropped: it cannot be cut without decoding it")
    if _holds(target, stream, codec, sample):
        return say("copy", "copied")
    if stream.type == "audio" and has_codec(stream):
        encoder = _audio_encoder(stream, target)
        if encoder is not None:
            return say("encode", f"encoded as {_spoken(encoder)}: {target.name} cannot hold it as it is", encoder)
    if stream.type == "subtitle" and codec in _TEXT_SUBTITLES and target.format in _SUBTITLE_FOR:
        encoder = _SUBTITLE_FOR[target.format]
        return say("encode", f"rewritten as {_spoken(encoder)}: {target.name} cannot hold it as it is", encoder)
    return say("drop", f"dropped: {target.name} cannot hold it")


def is_cover(stream: Stream) -> bool:
    """Whether a video stream is a still that goes with the clip (a cover)."""
    return stream.type == "video" and bool(stream.disposition & Disposition.attached_pic)


def cover_data(source: InputContainer, index: int) -> bytes:
    """The file of a cover; empty if it is not where covers are."""
    for packet in source.demux(source.streams[index]):
        if packet.size:
            return bytes(packet)
    return b""


def codec_name(stream: Stream) -> str:
    """FFmpeg's canonical codec name of a stream; ``unknown`` if it has none."""
    if has_codec(stream):
        return stream.codec_context.codec.canonical_name
    return (stream.name or "unknown") if stream.type == "data" else "unknown"


def is_timecode_track(stream: Stream) -> bool:
    """Whether a data stream is a QuickTime timecode track."""
    return stream.type == "data" and "timecode" in stream.metadata


def is_chapter_track(stream: Stream, source: InputContainer) -> bool:
    """Whether a text track of an MP4 or MOV only repeats the chapters."""
    if "mp4" not in source.format.name.split(","):
        return False
    chapters = source.chapters()
    if stream.type == "data":
        return stream.name == "bin_data" and bool(chapters)
    tagged_text = stream.type == "subtitle" and has_codec(stream) and stream.codec_tag == "text"
    return tagged_text and bool(chapters) and stream.frames == len(chapters)


def _holds(target: Container, stream: Stream, codec: str, sample: Packet[Stream] | None) -> bool:
    """Ask the muxer: can it write a file with this stream copied?"""
    if target.format == "mpegts" and codec not in _IN_TRANSPORT_STREAM:
        return False
    if stream.type in ("audio", "video", "subtitle") and not has_codec(stream):
        return False
    trial = av.open(io.BytesIO(), "w", format=target.format)
    try:
        out = copied_stream(trial, stream)
        trial.start_encoding()
        if sample is not None:
            sample.stream = out
            trial.mux(sample)
            trial.close()  # MP4 finds some faults only when it writes its tables
    except (ValueError, OSError, av.error.FFmpegError):
        return False
    finally:
        close_quietly(trial)
    return True


def copied_stream(container: OutputContainer, template: Stream) -> Stream:
    """Add an output stream that takes the packets of ``template`` as they are."""
    out = container.add_stream_from_template(template, opaque=True)
    if isinstance(out, AudioStream):
        context = out.codec_context
        name = _LAYOUTS.get(context.channels)
        if name is not None and context.layout.name.endswith("channels"):  # a count without places: MP4 wants places
            context.layout = name
    return out


def has_codec(stream: Stream) -> bool:
    """Whether FFmpeg knows the stream's codec (PyAV's types leave out that it may not)."""
    context: object = stream.codec_context
    return context is not None


def close_quietly(container: av.container.OutputContainer) -> None:
    """Close an output whose file is thrown away; what its trailer complains about does not matter."""
    with contextlib.suppress(ValueError, OSError, av.error.FFmpegError):
        container.close()


def _audio_encoder(stream: Stream, target: Container) -> str | None:
    decoder = stream.codec_context.codec
    candidates = (*_LOSSLESS_AUDIO, *_LOSSY_AUDIO) if decoder.lossless and not decoder.lossy else _LOSSY_AUDIO
    trial = av.open(io.BytesIO(), "w", format=target.format)
    try:
        for encoder in candidates:
            if target.format == "mpegts" and encoder.removeprefix("lib") not in _IN_TRANSPORT_STREAM:
                continue
            try:
                trial.add_stream(encoder, rate=48000)
            except ValueError:  # av.codec.codec.UnknownCodecError is one as well
                continue
            return encoder
    finally:
        close_quietly(trial)
    return None


def _described(stream: Stream, codec: str) -> str:
    kinds = {"audio": "Audio", "subtitle": "Subtitles", "data": "Data", "attachment": "Attachment", "video": "Video"}
    language = stream.metadata.get("language")
    details = [part for part in (language if language != "und" else None, stream_title(stream.metadata)) if part]
    if stream.type == "attachment":
        details = [stream.metadata.get("filename", "")]
    elif is_cover(stream):
        details.append("cover picture")
    spoken = "" if stream.type == "attachment" else f" ({', '.join([_spoken(codec), *details])})"
    if stream.type == "attachment":
        spoken = f" ({details[0]})"
    return f"{kinds.get(stream.type, 'Stream')} {stream.index}{spoken}"


def _spoken(codec: str) -> str:
    names: Mapping[str, str] = {
        "aac": "AAC",
        "libopus": "Opus",
        "opus": "Opus",
        "ac3": "AC-3",
        "eac3": "E-AC-3",
        "flac": "FLAC",
        "alac": "ALAC",
        "libmp3lame": "MP3",
        "mp3": "MP3",
        "vorbis": "Vorbis",
        "pcm_s16le": "16-bit PCM",
        "pcm_s24le": "24-bit PCM",
        "mov_text": "MP4 text",
        "subrip": "SubRip",
        "webvtt": "WebVTT",
        "hdmv_pgs_subtitle": "PGS",
        "dvd_subtitle": "VobSub",
    }
    return names.get(codec, codec)
