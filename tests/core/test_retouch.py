"""Clone and heal brushes: they copy from the offset, and a healed stroke takes on the light round it."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.geometry import Rect
from app.core.pictures import MOST_CHANGES, ImageBlob
from app.core.retouch import Retouch
from app.core.strokes import Brush

HEIGHT, WIDTH = 80, 120


def textured(dtype: type[np.uint8] | type[np.uint16] = np.uint8) -> np.ndarray:
    """A fine checkered texture on a ramp from dark to bright."""
    yy, xx = np.mgrid[0:HEIGHT, 0:WIDTH]
    ramp = 40 + xx[..., None] + np.array([0, 10, 20])
    picture = ramp + 20 * ((xx + yy) % 2)[..., None]
    return (picture * (1 if dtype is np.uint8 else 200)).astype(dtype)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_clone_is_a_copy_from_the_offset(dtype: type[np.uint8]) -> None:
    picture = textured(dtype)
    retouch = Retouch(picture)
    retouch.begin(Brush(21), (30, 7))
    changed = retouch.extend([(40.5, 40.5, 1)])
    assert changed is not None and retouch.finish() is None
    assert (retouch.picture[35:46, 35:46] == picture[42:53, 65:76]).all()
    outside = np.ones((HEIGHT, WIDTH), bool)
    outside[changed.slices()] = False
    assert (retouch.picture[outside] == picture[outside]).all()


def test_a_stroke_never_copies_itself() -> None:
    picture = textured()
    retouch = Retouch(picture)
    retouch.begin(Brush(11), (4, 0))
    retouch.extend([(60.5, 40.5, 1), (20.5, 40.5, 1)])
    assert (retouch.picture[40, 22:58] == picture[40, 26:62]).all()


def test_what_lies_outside_the_picture_is_not_copied() -> None:
    picture = textured()
    retouch = Retouch(picture)
    retouch.begin(Brush(11), (-50, 0))
    retouch.extend([(20.5, 40.5, 1)])
    assert (retouch.picture == picture).all()


def test_healing_keeps_the_texture_and_takes_the_light_round_it() -> None:
    picture = textured()
    damaged = picture.copy()
    damaged[34:46, 34:46] = 0
    retouch = Retouch(damaged)
    retouch.begin(Brush(26), (50, 0), heal=True)
    retouch.extend([(40.0, 40.0, 1)])
    copied = retouch.picture.copy()
    assert abs(int(copied[40, 40, 0]) - int(picture[40, 40, 0])) >= 40
    assert retouch.finish() is not None
    error = np.abs(retouch.picture[28:52, 28:52].astype(int) - picture[28:52, 28:52])
    assert error.mean() < 4 and error.max() < 25


def test_a_retouched_picture_goes_into_a_document_without_loss() -> None:
    for dtype in (np.uint8, np.uint16):
        picture = textured(dtype)  # type: ignore[arg-type]
        blob = ImageBlob.from_array(picture)
        assert (blob.to_array() == picture).all() and blob.bits == picture.dtype.itemsize * 8
        assert ImageBlob.from_png(blob.png) == blob
    with pytest.raises(ValueError, match="picture"):
        ImageBlob.from_png(b"no picture")


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_changed_picture_keeps_only_what_changed(dtype: type[np.uint8]) -> None:
    random = np.random.default_rng(4)
    picture = random.integers(0, np.iinfo(dtype).max, (HEIGHT, WIDTH, 3)).astype(dtype)
    blob = whole = ImageBlob.from_array(picture)
    for number in range(MOST_CHANGES + 3):
        place = Rect(int(random.integers(0, WIDTH - 9)), int(random.integers(0, HEIGHT - 7)), 9, 7)
        part = random.integers(0, 255, (7, 9, 3)).astype(dtype)
        picture[place.slices()] = part
        before, blob = blob, blob.changed(part, place)
        assert np.array_equal(blob.to_array(), picture), number
        assert blob != before and (blob.width, blob.height, blob.bits) == (whole.width, whole.height, whole.bits)
    assert np.array_equal(ImageBlob.from_png(blob.png).to_array(), picture), "as it goes into a project"
