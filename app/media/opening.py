"""Open a file with PyAV, or say in one sentence why it is not a clip."""

from __future__ import annotations

import os
from pathlib import Path

import av
import av.error
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from app.core.errors import UserError

_NOT_PICTURES = {"tty", "ass", "srt", "webvtt", "lrc", "subviewer", "microdvd", "txt"}  # text that FFmpeg "plays"

_WEBP_FLAGS = 20
"""Where a WebP file of the extended kind has its flags."""
_WEBP_MOVES = 2


def open_container(path: Path, device: str | None = None) -> InputContainer:
    """Open a media file for reading.

    Args:
        path: the file.
        device: kind of device to decode on, by FFmpeg's name; None for software.

    Raises:
        UserError: if the file is missing, unreadable, empty, or not media.
    """
    check_file(path)
    if device is not None:
        return _open_on(path, device)
    try:
        # "file:" keeps FFmpeg from reading a colon in the name as a protocol.
        return av.open(f"file:{path}", mode="r", metadata_errors="replace")
    except PermissionError as error:
        if os.access(path, os.R_OK):  # a list of files elsewhere, which FFmpeg does not follow
            raise UserError(_why_not(path)) from error
        raise UserError(f"{path} cannot be opened: permission denied.") from error
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise UserError(_why_not(path)) from error


def _open_on(path: Path, device: str) -> InputContainer:
    from av.codec.hwaccel import HWAccel

    try:
        wanted = HWAccel(device, allow_software_fallback=False)
        return av.open(f"file:{path}", mode="r", metadata_errors="replace", hwaccel=wanted)
    except (av.error.FFmpegError, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise UserError(f"{path} cannot be decoded on {device}: {error}.") from error


def check_file(path: Path) -> None:
    """Make sure that a path is a file with something in it that we may read.

    Raises:
        UserError: saying which of these fails.
    """
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise UserError(f"{path} does not exist.") from error
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}.") from error
    if path.is_dir():
        raise UserError(f"{path} is a folder, not a file.")
    if not path.is_file():
        raise UserError(f"{path} is not a regular file.")
    if size == 0:
        raise UserError(f"{path} is empty (0 bytes); copy or record the file again.")
    if not os.access(path, os.R_OK):
        raise UserError(f"{path} cannot be opened: permission denied.")


def check_animation(path: Path) -> None:
    """Refuses moving WebP pictures, which FFmpeg opens and cannot decode.

    Raises:
        UserError: the file is one.
    """
    with path.open("rb") as file:
        head = file.read(_WEBP_FLAGS + 1)
    if head[:4] == b"RIFF" and head[8:16] == b"WEBPVP8X" and head[_WEBP_FLAGS:] and head[_WEBP_FLAGS] & _WEBP_MOVES:
        raise UserError(
            f"{path} is an animated WebP, which is not supported; convert it to a video or to PNG pictures."
        )


def video_stream_of(container: InputContainer, path: Path) -> VideoStream:
    """The stream with the moving pictures: FFmpeg's best, cover art aside.

    Raises:
        UserError: if there is none, or no decoder for it.
    """
    if container.format.name in _NOT_PICTURES:
        raise UserError(f"{path} is a text file, not a video; choose a video file, such as an MP4 or a MOV.")
    if container.format.name == "webp_pipe":
        check_animation(path)
    moving = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    if not moving:
        kind = "only sound" if container.streams.audio else "no video stream"
        raise UserError(f"{path} holds {kind}; a clip with pictures is needed.")
    best = container.streams.best("video")
    stream = best if isinstance(best, VideoStream) and best in moving else moving[0]
    if stream.codec_context is None:
        raise UserError(
            f"{path} holds video of a kind for which FFmpeg has no decoder; convert it to another codec first."
        )
    return stream


def _why_not(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4096)
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free"):
        return f"{path} is cut short or damaged: its index (moov) is missing; copy or record the file again."
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return f"{path} is a damaged Matroska/WebM file; copy the file again."
    if _looks_like_text(head):
        return f"{path} is a text file, not a video; choose a video file, such as an MP4 or a MOV."
    return (
        f"{path} is not a video that FFmpeg can read (damaged, or another kind of file); "
        "if it plays elsewhere, convert it to MP4 or MOV first."
    )


def _looks_like_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4 and len(head) >= 4
    return True
