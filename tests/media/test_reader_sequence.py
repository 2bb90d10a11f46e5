"""Image sequences are clips: found by folder, image or pattern, from any number, in the right order."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from clips import moving_planes, write_images

from app.core.errors import UserError
from app.media.images import list_images, write_image
from app.media.planes import layout_of
from app.media.reader import open_clip

KINDS = [("png", "rgb24", ".png"), ("png", "rgba64be", ".png"), ("tiff", "rgb48le", ".tiff"), ("tiff", "gray", ".tif")]


@pytest.mark.parametrize(("codec", "pix_fmt", "ending"), KINDS)
def test_lossless_images_come_back_exactly(codec: str, pix_fmt: str, ending: str, tmp_path: Path) -> None:
    write_images(tmp_path, [f"shot.{number}{ending}" for number in range(1001, 1008)], codec, pix_fmt)
    layout = layout_of(pix_fmt)
    with open_clip(tmp_path) as reader:
        assert len(reader) == 7 and reader.info.layout == layout and reader.info.alpha == layout.alpha
        for frame in [*reader.frames(), reader.frame(5), reader.frame(0)]:
            expected = moving_planes(layout, frame.index)
            assert frame.pts == frame.index
            assert all(np.array_equal(a, b) for a, b in zip(frame.planes, expected, strict=True))


def test_jpegs_are_full_range_yuv(tmp_path: Path) -> None:
    write_images(tmp_path, [f"{number:03d}.jpg" for number in range(4)], "mjpeg", "yuvj420p")
    with open_clip(tmp_path) as reader:
        assert reader.info.color.full_range is True and reader.info.color.chroma_location == 2
        assert [frame.index for frame in reader.frames(1, 3)] == [1, 2]
        expected = moving_planes(reader.info.layout, 3)[0].astype(int)
        assert np.abs(reader.frame(3).planes[0].astype(int) - expected).mean() < 12


@pytest.mark.parametrize(
    ("names", "asked", "pattern", "start"),
    [
        (["shot.1001.png", "shot.1002.png"], "shot.1002.png", "shot.%04d.png", 1001),
        (["shot_0000.png", "shot_0001.png"], "shot_%04d.png", "shot_%04d.png", 0),
        (["shot_0007.png", "shot_0008.png"], "shot_####.png", "shot_%04d.png", 7),
        ([f"take2_{number}_final.png" for number in range(8, 13)], "", "take2_%d_final.png", 8),
        (["100%_1.png", "100%_2.png"], "100%_1.png", "100%%_%d.png", 1),
        (["0099.png", "0100.png", "0101.png"], "", "%04d.png", 99),
        (["poster.png"], "poster.png", "poster.png", 0),
    ],
)
def test_a_sequence_is_found(names: list[str], asked: str, pattern: str, start: int, tmp_path: Path) -> None:
    write_images(tmp_path, names, "png", "rgb24")
    with open_clip(tmp_path / asked) as reader:
        place = reader.info.sequence
        assert place is not None and (place.pattern, place.start_number) == (pattern, start)
        assert len(reader) == len(names)
        for index, name in enumerate(names):
            assert place.pattern % (start + index) == name if "%" in pattern else place.pattern == name
            first = moving_planes(reader.info.layout, index)[0]
            assert np.array_equal(reader.frame(index).planes[0], first)


def test_other_images_beside_a_named_one_do_not_matter(tmp_path: Path) -> None:
    write_images(tmp_path, ["a.1.png", "a.2.png", "b.7.png", "a.1.tif"], "png", "rgb24")
    with open_clip(tmp_path / "a.2.png") as reader:
        assert len(reader) == 2


def test_the_rate_is_25_unless_told(tmp_path: Path) -> None:
    write_images(tmp_path, ["1.png", "2.png", "3.png"], "png", "rgb24")
    with open_clip(tmp_path) as reader:
        assert reader.info.average_rate == 25 and reader.info.duration_s == pytest.approx(3 / 25)
    with open_clip(tmp_path, rate=Fraction(24000, 1001)) as reader:
        assert reader.info.time_base == Fraction(1001, 24000) and reader.info.rate == Fraction(24000, 1001)


def test_mixed_number_widths_are_named(tmp_path: Path) -> None:
    write_images(tmp_path, ["a01.png", "a2.png", "a03.png"], "png", "rgb24")
    with pytest.raises(UserError, match=r"a2\.png"):
        open_clip(tmp_path)


def test_an_image_of_another_size_is_named(tmp_path: Path) -> None:
    write_images(tmp_path, ["1.png", "2.png"], "png", "rgb24")
    write_image(tmp_path / "3.png", np.zeros((10, 12, 3), np.uint8))
    with open_clip(tmp_path) as reader, pytest.raises(UserError, match=r"3\.png is 12x10.*96x64"):
        list(reader.frames())


def test_a_grey_image_among_colour_is_read_as_colour(tmp_path: Path) -> None:
    write_images(tmp_path, ["1.png", "2.png"], "png", "rgb24")
    grey = np.arange(96 * 64, dtype=np.uint8).reshape(64, 96)
    write_image(tmp_path / "2.png", grey)
    with open_clip(tmp_path) as reader:
        assert all(np.array_equal(plane, grey) for plane in reader.frame(1).planes)
    write_image(tmp_path / "1.png", grey)
    write_image(tmp_path / "2.png", np.zeros((64, 96, 3), np.uint8))
    with open_clip(tmp_path) as reader, pytest.raises(UserError, match=r"2\.png has the pixel format rgb24"):
        reader.frame(1)


def test_leaving_a_walk_early_leaves_no_thread(tmp_path: Path) -> None:
    write_images(tmp_path, [f"{number}.png" for number in range(9)], "png", "rgb24")
    with open_clip(tmp_path, threads=2) as reader:
        walk = reader.frames()
        next(walk)
        walk.close()  # type: ignore[attr-defined]  # a generator


def test_images_are_listed_as_people_count(tmp_path: Path) -> None:
    names = ["10.png", "9.png", "mask2.PNG", "mask10.png", "._1.png", "notes.txt"]
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    assert [path.name for path in list_images(tmp_path)] == ["9.png", "10.png", "mask2.PNG", "mask10.png"]


def test_an_image_named_in_capitals_is_found_where_the_system_makes_no_difference(tmp_path: Path) -> None:
    write_images(tmp_path, [f"shot_{number:03d}.png" for number in range(3)], "png", "rgb24")
    if not (tmp_path / "SHOT_001.PNG").exists():
        pytest.skip("this system tells capitals from small letters")
    with open_clip(tmp_path / "SHOT_001.PNG") as reader:
        assert len(reader) == 3
