"""Stills for masks and retouched frames: what is written comes back, and foreign kinds are read right."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import numpy as np
import pytest
from clips import write_images

from app.core.errors import UserError
from app.media.images import encode_png, read_image, write_image


@pytest.mark.parametrize("shape", [(33, 21), (33, 21, 3), (33, 21, 4)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_png_round_trip_is_exact(shape: tuple[int, ...], dtype: type, tmp_path: Path) -> None:
    image = np.random.default_rng(0).integers(0, np.iinfo(dtype).max + 1, shape).astype(dtype)
    write_image(tmp_path / "a.png", image)
    found = read_image(tmp_path / "a.png")
    assert found.dtype == dtype and np.array_equal(found, image)
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_opencv_reads_the_same_png() -> None:
    cv2 = pytest.importorskip("cv2")
    image = np.random.default_rng(0).integers(0, 65536, (9, 17, 4)).astype(np.uint16)
    found = cv2.imdecode(np.frombuffer(encode_png(image), np.uint8), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(found[..., [2, 1, 0, 3]], image)


def test_views_of_larger_arrays_are_written(tmp_path: Path) -> None:
    image = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    write_image(tmp_path / "a.png", image[5:20, 30:10:-1])
    assert np.array_equal(read_image(tmp_path / "a.png"), image[5:20, 30:10:-1])


@pytest.mark.parametrize(
    ("codec", "pix_fmt", "channels", "dtype"),
    [
        ("png", "monob", 1, np.uint8),
        ("png", "ya8", 4, np.uint8),
        ("png", "gray16be", 1, np.uint16),
        ("tiff", "rgba", 4, np.uint8),
        ("bmp", "bgr24", 3, np.uint8),
        ("dpx", "gbrp10le", 3, np.uint16),
        ("mjpeg", "yuvj444p", 3, np.uint8),
    ],
)
def test_kinds_of_image(codec: str, pix_fmt: str, channels: int, dtype: type, tmp_path: Path) -> None:
    (path,) = write_images(tmp_path, ["a.png"], codec, pix_fmt)  # the content counts, not the name
    image = read_image(path)
    assert image.dtype == dtype
    assert image.shape == ((64, 96) if channels == 1 else (64, 96, channels))
    assert image.min() < np.iinfo(dtype).max // 4 and image.max() > np.iinfo(dtype).max // 2


def test_a_palette_png_is_its_colours(tmp_path: Path) -> None:
    indices = np.arange(48, dtype=np.uint8).reshape(6, 8)
    palette = np.random.default_rng(0).integers(0, 256, (256, 4), dtype=np.uint8)  # A, R, G, B
    palette[:, 0] = 255
    encoder = av.VideoCodecContext.create("png", "w")
    encoder.width, encoder.height, encoder.pix_fmt = 8, 6, "pal8"
    frame = av.VideoFrame.from_ndarray((indices, palette), format="pal8")
    (tmp_path / "a.png").write_bytes(b"".join(bytes(packet) for packet in encoder.encode(frame) + encoder.encode(None)))
    assert np.array_equal(read_image(tmp_path / "a.png"), palette[indices][..., [1, 2, 3, 0]])


@pytest.mark.parametrize("pix_fmt", ["yuvj444p", "yuvj422p"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_as_its_exif_data_says(orientation: int, pix_fmt: str, tmp_path: Path) -> None:
    (path,) = write_images(tmp_path, ["a.jpg"], "mjpeg", pix_fmt)
    upright, data = read_image(path).astype(int), path.read_bytes()
    tag = struct.pack("<HHIHHI", 0x112, 3, 1, orientation, 0, 0)
    block = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 1) + tag
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + data[2:])
    turned = upright.transpose(1, 0, 2) if orientation > 4 else upright
    if orientation in (3, 4, 7, 8):
        turned = turned[::-1]
    if orientation in (2, 3, 6, 7):
        turned = turned[:, ::-1]
    found = read_image(path).astype(int)
    assert found.shape == turned.shape and np.abs(found - turned).max() <= 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "does not exist"),
        (b"", "empty"),
        (b"hello", "not a PNG"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "damaged"),
        (b"\xff\xd8\xff\xe0" + bytes(40), "damaged"),
    ],
)
def test_what_is_no_image_is_refused(content: bytes | None, words: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "mask.png").write_bytes(content)
    with pytest.raises(UserError, match=words) as caught:
        read_image(tmp_path / "mask.png")
    assert "mask.png" in str(caught.value)


def test_a_target_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"a\.png cannot be written"):
        write_image(tmp_path / "none" / "a.png", np.zeros((4, 4), np.uint8))
    (tmp_path / "a.png").mkdir()
    with pytest.raises(UserError, match=r"a\.png cannot be written"):
        write_image(tmp_path / "a.png", np.zeros((4, 4), np.uint8))
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
