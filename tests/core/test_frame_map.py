"""Sets of frames and values by frame: as a set and a dict would have it, and quick with very many frames."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.document import ClipIdentity, Document, DocumentObject, Track
from app.core.edits import SetTrack
from app.core.frame_map import PAGE_FRAMES, FrameMap, FrameSet
from app.core.masks import MaskBlob
from app.core.object_edits import clear_range, copy_mask, set_anchor

FRAMES = st.integers(0, 3 * PAGE_FRAMES)
SETS = st.one_of(
    st.frozensets(FRAMES, max_size=20), st.tuples(FRAMES, FRAMES).map(lambda ends: frozenset(range(*sorted(ends))))
)
MAPS = st.one_of(
    st.dictionaries(FRAMES, st.integers(0, 5), max_size=20),
    st.tuples(FRAMES, FRAMES, st.booleans()).map(
        lambda run: {frame: frame % 7 for frame in sorted(range(*sorted(run[:2])), reverse=run[2])}
    ),
)
LONG = 200_000


@given(SETS, SETS)
def test_sets_of_frames_are_sets(one: frozenset[int], other: frozenset[int]) -> None:
    mine, theirs = FrameSet(one), FrameSet(other)
    assert mine == one and one == mine and len(mine) == len(one) and list(mine) == sorted(one)
    assert mine | theirs == one | other and mine & other == one & other and mine - theirs == one - other
    assert all((frame in mine) is (frame in one) for frame in range(0, 3 * PAGE_FRAMES, 17))
    assert bool(mine) is bool(one) and (mine == theirs) is (one == other) and mine <= mine | theirs


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_a_range_makes_the_set_of_its_frames(first: int, end: int) -> None:
    assert FrameSet(range(first, end)) == frozenset(range(first, end))


@given(MAPS, MAPS, SETS)
def test_maps_are_dicts_in_the_order_of_frames(
    one: dict[int, int], other: dict[int, int], frames: frozenset[int]
) -> None:
    mine, theirs = FrameMap(one), FrameMap(other)
    assert list(mine.items()) == sorted(one.items()) and list(mine.values()) == [one[each] for each in sorted(one)]
    assert dict(mine) == one and list(mine) == sorted(one) and len(mine) == len(one) and mine.frames == one.keys()
    assert mine == FrameMap(reversed(one.items())) and (mine == theirs) is (one == other)
    rest = {frame: value for frame, value in one.items() if frame not in frames}
    assert dict(mine.only(frames)) == {frame: value for frame, value in one.items() if frame in frames}
    assert dict(mine.filled(frames, 9)) == rest | dict.fromkeys(frames, 9)
    laid = {frame: value for frame, value in other.items() if frame in frames}
    assert mine.overlaid(theirs, frames) == FrameMap(rest | laid)
    for quick in (int.__abs__, lambda _value: 0):
        differing = {frame for frame in one.keys() | other if one.get(frame) != other.get(frame)}
        assert mine.differing(theirs, quick) == differing
    assert sorted(set(mine.distinct_values())) == sorted(set(one.values()))


def test_a_frame_that_is_not_there_is_told() -> None:
    empty: FrameMap[int] = FrameMap()
    assert empty.get(3) is None and 3 not in empty and not empty
    with pytest.raises(KeyError):
        empty[3]


def test_maps_and_sets_are_hashed_and_pickled_by_content() -> None:
    one, other = FrameMap({3: "a", 900: "b"}), FrameMap({900: "b", 3: "a"})
    assert hash(one) == hash(other) and pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own bytes
    assert hash(FrameSet([3, 900])) == hash(FrameSet([900, 3]))
    assert one.changed({3: None, 4: "c"}) == FrameMap({4: "c", 900: "b"})


def _blob(side: int) -> MaskBlob:
    mask = np.zeros((48, 64), np.bool_)
    mask[:side, :side] = True
    return MaskBlob.from_array(mask)


@pytest.fixture(scope="module")
def film() -> Document:
    """A film with a mask in each of its frames."""
    masks = [_blob(side) for side in range(1, 40)]
    track = Track({frame: masks[frame % len(masks)] for frame in range(LONG)})
    return Document(ClipIdentity("/film.mov", 1, 64, 48, LONG), (DocumentObject(1, "walker", track=track),), 2)


def _new_pages(before: Track, after: Track) -> int:
    """Pages of a track that another one does not share with it."""
    return sum(page is not before._pages.get(number) for number, page in after._pages.items())


def test_a_stroke_in_a_film_makes_one_page_anew(film: Document) -> None:
    edit = set_anchor(film, 1, 123_456, _blob(44))
    after = edit.apply(film).document.object(1).track
    assert _new_pages(film.object(1).track, after) == 1
    assert after[123_456] == _blob(44) and after[123_457] is film.object(1).track[123_457]
    assert edit.revert(edit.apply(film).document).document == film


def test_a_mask_copied_to_a_film_stands_in_few_pages(film: Document) -> None:
    copied = copy_mask(film, 1, 70_000, range(LONG)).apply(film)
    track = copied.document.object(1).track
    assert len({id(page) for page in track._pages.values()}) <= 3 and set(track.distinct_values()) == {track[70_000]}
    assert len(copied.changes.frames) == LONG - len(range(70_000 % 39, LONG, 39))
    assert track.frames == FrameSet(range(LONG))


def test_a_film_that_is_cleared_marks_nothing_and_comes_back(film: Document) -> None:
    edit = clear_range(film, 1, range(LONG))
    cleared = edit.apply(film).document
    assert not cleared.object(1).track.marks_anything and film.object(1).track.marks_anything
    assert len({id(page) for page in cleared.object(1).track._pages.values()}) <= 2
    assert edit.revert(cleared).document == film


def test_undoing_a_track_of_a_film_gives_its_very_pages_back(film: Document) -> None:
    edit = SetTrack.tracked(film, 1, {frame: _blob(2) for frame in range(LONG)})
    tracked = edit.apply(film).document
    assert _new_pages(film.object(1).track, edit.revert(tracked).document.object(1).track) == 0
    assert edit.on(film) is edit
    assert edit.on(film, spare={5}).apply(film).document.object(1).track[5] is film.object(1).track[5]
