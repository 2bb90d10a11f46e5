"""Still images: read them into arrays for masks and retouched frames, write PNG and TIFF, list a folder."""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import av.error
import numpy as np
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from app.core.errors import UserError
from app.core.renaming import rename_over
from app.media.convert import view_from_planes
from app.media.frame import ColorTags, Family, Plane, PlaneLayout
from app.media.opening import check_animation, check_file
from app.media.orientation import display_color, display_layout, to_display
from app.media.planes import planes_of, to_av_frame
from app.media.probe import color_of, orientation_of

Image = NDArray[np.uint8] | NDArray[np.uint16]

IMAGE_SUFFIXES = frozenset({".png", ".tif", ".tiff", ".jpg", ".jpeg", ".bmp", ".dpx", ".exr", ".webp"})
"""File name endings (lower case) that are taken for images."""
TIFF_SUFFIXES = frozenset({".tif", ".tiff"})

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "mjpeg"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"BM", "bmp"),
    (b"SDPX", "dpx"),
    (b"XPDS", "dpx"),
    (b"\x76\x2f\x31\x01", "exr"),
)


def decode_image(path: Path) -> tuple[av.VideoFrame, VideoCodecContext]:
    """Decode the first picture of an image file, and the decoder that did it (for its profile).

    The kind is told by the content, not by the name.

    Raises:
        UserError: if the file cannot be read or is no image.
    """
    check_file(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}.") from error
    codec = next((name for start, name in _SIGNATURES if data.startswith(start)), None)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        check_animation(path)
        codec = "webp"
    if codec is None:
        raise UserError(f"{path} is not a PNG, TIFF or JPEG image.")
    context = VideoCodecContext.create(codec, "r")
    assert isinstance(context, VideoCodecContext)
    context.thread_count = 1
    try:
        frames = [*context.decode(Packet(data)), *context.decode(None)]
    except av.error.FFmpegError as error:
        raise UserError(f"{path} is damaged and cannot be decoded.") from error
    if not frames:
        raise UserError(f"{path} is damaged and cannot be decoded.")
    return frames[0], context


def read_image(path: str | Path) -> Image:
    """Read an image, turned upright if it says how.

    Returns:
        ``(H, W)`` grey, ``(H, W, 3)`` RGB or ``(H, W, 4)`` RGB with alpha (grey with alpha becomes this too); uint8,
        or uint16 over the full range for deeper images.

    Raises:
        UserError: if the file cannot be read or is no image.
    """
    frame, decoder = decode_image(Path(path))
    stored, planes = planes_of(frame)
    orientation, _ = orientation_of(frame)
    layout, planes = display_layout(stored, orientation), to_display(planes, orientation)
    if layout.family is Family.YUV:
        color = display_color(image_color(frame, decoder), orientation)
        colours: list[Plane] = list(np.moveaxis(view_from_planes(planes, layout, color), 2, 0))
        bits = 8
    else:
        colours = list(planes[: 1 if layout.family is Family.GRAY else 3])
        bits = layout.bits
    if layout.alpha:
        colours = (colours * 3 if len(colours) == 1 else colours) + [planes[-1]]
    if len({plane.dtype for plane in colours}) > 1:  # deep YUV with alpha: the view is 8 bits
        colours[-1] = (colours[-1] >> (layout.bits - 8)).astype(np.uint8)
    if bits not in (8, 16):
        colours = [_widened(plane, bits) for plane in colours]
    return np.ascontiguousarray(colours[0] if len(colours) == 1 else np.stack(colours, axis=2))


def image_color(frame: av.VideoFrame, decoder: VideoCodecContext) -> ColorTags:
    """A decoded image's colour tags; JPEG's are settled by JFIF (full range, chroma between the samples)."""
    color = color_of(frame)
    if decoder.name != "mjpeg":
        return color
    return replace(color, full_range=True, chroma_location=color.chroma_location or 2)


def write_image(path: str | Path, image: Image) -> None:
    """Write a PNG, or a TIFF if the name says so, beside its place and move it there: no half file is ever seen.

    Args:
        path: target; replaced if it exists.
        image: ``(H, W)``, ``(H, W, 3)`` or ``(H, W, 4)``, uint8 or uint16.

    Raises:
        UserError: if the target cannot be written.
    """
    path = Path(path)
    data = encode_tiff(image) if path.suffix.lower() in TIFF_SUFFIXES else encode_png(image)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).chmod(0o644)
            rename_over(Path(name), path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror or error}.") from error


def encode_png(image: Image) -> bytes:
    """An ``(H, W)``, ``(H, W, 3)`` or ``(H, W, 4)`` array of uint8 or uint16 as PNG."""
    return _encoded(image, "png", "be", {"pred": "mixed"} if image.ndim == 3 else {})


def encode_tiff(image: Image) -> bytes:
    """An ``(H, W)``, ``(H, W, 3)`` or ``(H, W, 4)`` array of uint8 or uint16 as TIFF, packed without loss."""
    return _encoded(image, "tiff", "le", {"compression_algo": "deflate"})


def _encoded(image: Image, codec: str, byte_order: str, options: dict[str, str]) -> bytes:
    if image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] not in (3, 4)):
        raise ValueError(f"an image of shape {image.shape} is neither grey, RGB nor RGBA")
    bits = 8 if image.dtype == np.uint8 else 16
    channels = 1 if image.ndim == 2 else image.shape[2]
    shallow, deep = {1: ("gray", "gray16"), 3: ("rgb24", "rgb48"), 4: ("rgba", "rgba64")}[channels]
    pix_fmt = shallow if bits == 8 else f"{deep}{byte_order}"
    planes = [image] if channels == 1 else [image[..., channel] for channel in range(channels)]
    layout = PlaneLayout(Family.GRAY if channels == 1 else Family.RGB, bits, 0, 0, channels == 4)
    encoder = VideoCodecContext.create(codec, "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = image.shape[1], image.shape[0], pix_fmt
    encoder.framerate = Fraction(1)
    encoder.thread_count = 1
    encoder.options = options
    packets = [*encoder.encode(to_av_frame(planes, layout, pix_fmt)), *encoder.encode(None)]
    return b"".join(bytes(packet) for packet in packets)


def list_images(folder: str | Path) -> list[Path]:
    """The images in a folder, sorted as people count (2 before 10).

    Raises:
        UserError: if it is not a folder, cannot be read, or holds no image.
    """
    folder = Path(folder)
    if not folder.exists():
        raise UserError(f"The folder {folder} does not exist.")
    if not folder.is_dir():
        raise UserError(f"{folder} is a file; a folder of images is needed.")
    try:
        found = [path for path in folder.iterdir() if is_image_name(path) and path.is_file()]
    except OSError as error:
        raise UserError(f"The folder {folder} cannot be read: {error.strerror or error}.") from error
    if not found:
        raise UserError(f"The folder {folder} holds no PNG, TIFF or JPEG image.")
    return sorted(found, key=lambda path: natural_key(path.name))


def is_image_name(path: Path) -> bool:
    """Whether a name says image; hidden files (``._0001.png`` of macOS) do not count."""
    return path.suffix.lower() in IMAGE_SUFFIXES and not path.name.startswith(".")


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Sort key in which numbers inside a name count by value."""
    parts = re.split(r"(\d+)", name.lower())
    return [(1, int(part), part) if part.isdigit() else (0, 0, part) for part in parts]


def _widened(plane: Plane, bits: int) -> Plane:
    """Stretch samples to the full range of 8 or 16 bits."""
    target = 8 if bits < 8 else 16
    top = (1 << bits) - 1
    scaled = (plane.astype(np.uint32) * ((1 << target) - 1) + top // 2) // top
    return scaled.astype(np.uint8) if target == 8 else scaled.astype(np.uint16)
