"""Sets of frames and values by frame that stay quick with hundreds of thousands of frames.

Both lie in pages of 256 frames. A set has a bit for each frame, so that sets are united and compared a page at a time.
A map never changes, and a changed one shares all pages with it that are as they were: a stroke on a track of a whole
film makes one page anew, and a mask copied to every frame of it fills one page that stands in every place.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, Set, ValuesView
from enum import Enum
from operator import ne
from typing import Any, Generic, NamedTuple, Self, TypeVar, cast, overload

T = TypeVar("T")
U = TypeVar("U")

PAGE_BITS = 8
PAGE_FRAMES = 1 << PAGE_BITS
_LAST = PAGE_FRAMES - 1
_ALL = (1 << PAGE_FRAMES) - 1


class _Absent(Enum):
    """Stands where a page has no value."""

    ABSENT = 0


_ABSENT = _Absent.ABSENT


class FrameSet(Set[int]):
    """An immutable set of frames (0 and up), in their order, equal to any set of the same ones."""

    __slots__ = ("_pages",)

    def __init__(self, frames: Iterable[int] = ()) -> None:
        """A set of these frames; at once if they are a ``range`` of neighbours or a ``FrameSet``."""
        if isinstance(frames, FrameSet):
            self._pages = dict(frames.pages)
        elif isinstance(frames, range) and frames.step == 1:
            self._pages = _pages_of_range(frames)
        else:
            found: dict[int, int] = {}
            for frame in frames:
                page = frame >> PAGE_BITS
                found[page] = found.get(page, 0) | 1 << (frame & _LAST)
            self._pages = dict(sorted(found.items()))

    @classmethod
    def of_pages(cls, pages: Mapping[int, int]) -> Self:
        """A set of pages' bits."""
        made = cls()
        made._pages = {page: pages[page] for page in sorted(pages) if pages[page]}
        return made

    @property
    def pages(self) -> Mapping[int, int]:
        """By number of a page, a bit for each of its frames; pages without any are left out."""
        return self._pages

    def __contains__(self, frame: object) -> bool:
        return isinstance(frame, int) and bool(self._pages.get(frame >> PAGE_BITS, 0) >> (frame & _LAST) & 1)

    def __iter__(self) -> Iterator[int]:
        for page, bits in self._pages.items():
            yield from _frames_of(page, bits)

    def __len__(self) -> int:
        return sum(bits.bit_count() for bits in self._pages.values())

    def __bool__(self) -> bool:
        return bool(self._pages)

    def __hash__(self) -> int:
        return self._hash()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, FrameSet):
            return self._pages == other._pages
        return super().__eq__(other)

    def __or__(self, other: Set[Any]) -> FrameSet:
        mine, others = self._pages, FrameSet(other).pages
        return FrameSet.of_pages({page: mine.get(page, 0) | others.get(page, 0) for page in mine.keys() | others})

    def __and__(self, other: Set[Any]) -> FrameSet:
        mine, others = self._pages, FrameSet(other).pages
        return FrameSet.of_pages({page: mine[page] & others[page] for page in mine.keys() & others})

    def __sub__(self, other: Set[Any]) -> FrameSet:
        others = FrameSet(other).pages
        return FrameSet.of_pages({page: bits & ~others.get(page, 0) for page, bits in self._pages.items()})

    def __repr__(self) -> str:
        return f"FrameSet({len(self)} frames)"


class _Page(NamedTuple):
    """Values of 256 frames, and a bit for each that there is."""

    values: tuple[Any, ...]
    present: int


_EMPTY = _Page((_ABSENT,) * PAGE_FRAMES, 0)


class FrameMap(Mapping[int, T], Generic[T]):
    """Values by frame (0 and up); immutable, in the order of frames, equal by content."""

    __slots__ = ("_pages",)

    def __init__(self, values: Mapping[int, T] | Iterable[tuple[int, T]] = ()) -> None:
        """A map of these values, by frame."""
        given = dict(values)
        self._pages: dict[int, _Page] = _pages_of_run(given) or _pages_of(given)

    @classmethod
    def _of(cls, pages: Mapping[int, _Page]) -> Self:
        made = cls()
        made._pages = {number: pages[number] for number in sorted(pages) if pages[number].present}
        return made

    @property
    def frames(self) -> FrameSet:
        """The frames that have a value."""
        return FrameSet.of_pages({number: page.present for number, page in self._pages.items()})

    def __getitem__(self, frame: int) -> T:
        found = self._pages.get(frame >> PAGE_BITS, _EMPTY).values[frame & _LAST]
        if found is _ABSENT:
            raise KeyError(frame)
        return cast(T, found)

    def __contains__(self, frame: object) -> bool:
        return isinstance(frame, int) and bool(
            self._pages.get(frame >> PAGE_BITS, _EMPTY).present >> (frame & _LAST) & 1
        )

    def __iter__(self) -> Iterator[int]:
        for number, page in self._pages.items():
            yield from _frames_of(number, page.present)

    def __len__(self) -> int:
        return sum(page.present.bit_count() for page in self._pages.values())

    def __bool__(self) -> bool:
        return bool(self._pages)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FrameMap) and self._pages == other._pages

    def __hash__(self) -> int:
        return hash(tuple(self._pages.items()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} frames)"

    @overload
    def get(self, frame: int, default: None = None, /) -> T | None: ...

    @overload
    def get(self, frame: int, default: T, /) -> T: ...

    @overload
    def get(self, frame: int, default: U, /) -> T | U: ...

    def get(self, frame: int, default: object = None, /) -> object:
        """A frame's value, the default where it has none."""
        page = self._pages.get(frame >> PAGE_BITS)
        found = _ABSENT if page is None else page.values[frame & _LAST]
        return default if found is _ABSENT else found

    def page(self, number: int) -> object | None:
        """What holds the values of 256 frames, None for none: where it is the same object, the values are the same."""
        return self._pages.get(number)

    def items(self) -> ItemsView[int, T]:
        """Frames and values in order, a page at a time."""
        return _Items(self)

    def values(self) -> ValuesView[T]:
        """Values in the order of frames."""
        return _Values(self)

    def pages_of_values(self) -> Iterator[tuple[int, tuple[T | None, ...]]]:
        """The first frame of each page, and its values; None where there is none."""
        for number, page in self._pages.items():
            values = page.values
            if page.present != _ALL:
                values = tuple(None if value is _ABSENT else value for value in values)
            yield number << PAGE_BITS, values

    def distinct_values(self) -> Iterator[T]:
        """The values, those of a page that stands in several places once."""
        for page in {id(page): page for page in self._pages.values()}.values():
            yield from (value for value in page.values if value is not _ABSENT)

    def changed(self, values: Mapping[int, T | None]) -> Self:
        """A map in which these frames have these values; None takes a frame out."""
        frames = FrameSet(values)
        return self.overlaid(FrameMap({frame: value for frame, value in values.items() if value is not None}), frames)

    def only(self, frames: Set[int]) -> Self:
        """A map of these frames' values."""
        wanted = FrameSet(frames).pages
        pages = self._pages
        return self._of({number: _part(pages[number], wanted[number]) for number in wanted.keys() & pages})

    def filled(self, frames: Set[int], value: T) -> Self:
        """A map in which these frames all have one value."""
        full = _Page((value,) * PAGE_FRAMES, _ALL)
        wanted = FrameSet(frames).pages
        return self._of({**self._pages, **{number: self._mixed(number, full, bits) for number, bits in wanted.items()}})

    def overlaid(self, other: FrameMap[T], frames: Set[int]) -> Self:
        """A map in which these frames have what they have in another one: nothing, where they have nothing there."""
        theirs = other._pages
        wanted = FrameSet(frames).pages
        mixed = {number: self._mixed(number, theirs.get(number, _EMPTY), bits) for number, bits in wanted.items()}
        return self._of({**self._pages, **mixed})

    def differing(self, other: FrameMap[T], quick: Callable[[Any], object]) -> FrameSet:
        """The frames whose value is another one in another map.

        Args:
            other: the other map.
            quick: a fact of a value that is soon told and, where it differs, tells that the values do.
        """
        found = {}
        for number in self._pages.keys() | other._pages:
            mine, theirs = self._pages.get(number, _EMPTY), other._pages.get(number, _EMPTY)
            if mine is not theirs:
                found[number] = (mine.present ^ theirs.present) | _unequal(mine, theirs, quick)
        return FrameSet.of_pages(found)

    def _mixed(self, number: int, other: _Page, bits: int) -> _Page:
        """One of the pages, with what another page has where bits are set."""
        own = self._pages.get(number, _EMPTY)
        if own is other or (own.present | other.present) & ~bits == 0:
            return other
        values = list(own.values)
        for frame in _frames_of(0, bits):
            values[frame] = other.values[frame]
        return _Page(tuple(values), own.present & ~bits | other.present & bits)


class _Items(ItemsView[int, T]):
    """The items of a map, without looking each up."""

    _mapping: FrameMap[T]

    def __iter__(self) -> Iterator[tuple[int, T]]:
        for start, values in self._mapping.pages_of_values():
            yield from ((frame, value) for frame, value in enumerate(values, start) if value is not None)


class _Values(ValuesView[T]):
    """The values of a map, without looking each up."""

    _mapping: FrameMap[T]

    def __iter__(self) -> Iterator[T]:
        for _, values in self._mapping.pages_of_values():
            yield from (value for value in values if value is not None)


def _part(page: _Page, bits: int) -> _Page:
    """A page of those values whose bit is set."""
    if page.present & ~bits == 0:
        return page
    present = page.present & bits
    values = list(_EMPTY.values)
    for frame in _frames_of(0, present):
        values[frame] = page.values[frame]
    return _Page(tuple(values), present)


def _unequal(mine: _Page, theirs: _Page, quick: Callable[[Any], object]) -> int:
    """Bits of the frames that have a value in both pages, and not the same."""
    both = mine.present & theirs.present
    frames = _frames_of(0, both)
    whole = both == _ALL
    ones = mine.values if whole else [mine.values[frame] for frame in frames]
    others = theirs.values if whole else [theirs.values[frame] for frame in frames]
    differ = list(map(ne, map(quick, ones), map(quick, others)))
    alike = 0
    for place, (frame, other_than) in enumerate(zip(frames, differ, strict=True)) if False in differ else ():
        if not other_than and (ones[place] is others[place] or ones[place] == others[place]):
            alike |= 1 << frame
    return both & ~alike


def _frames_of(page: int, bits: int) -> Iterable[int]:
    start = page << PAGE_BITS
    if bits == _ALL:
        return range(start, start + PAGE_FRAMES)
    return [start + place for place, digit in enumerate(reversed(f"{bits:b}")) if digit == "1"]


def _pages_of_range(frames: range) -> dict[int, int]:
    pages = {}
    for page in range(frames.start >> PAGE_BITS, (frames.stop + _LAST) >> PAGE_BITS):
        start = page << PAGE_BITS
        first, end = max(frames.start - start, 0), min(frames.stop - start, PAGE_FRAMES)
        if end > first:
            pages[page] = (1 << end) - (1 << first)
    return pages


def _pages_of_run(given: Mapping[int, Any]) -> dict[int, _Page] | None:
    """Pages of a run of neighbouring frames, as trackers give them, in a fraction of the time; None if it is none."""
    frames = list(given)
    if len(frames) < PAGE_FRAMES:
        return None
    values = list(given.values())
    if frames[0] > frames[-1]:
        frames.reverse()
        values.reverse()
    first, end = frames[0], frames[-1] + 1
    if end - first != len(frames) or frames != list(range(first, end)):
        return None
    before = first & _LAST
    padded = [*[_ABSENT] * before, *values, *[_ABSENT] * (-end & _LAST)]
    bits = _pages_of_range(range(first, end))
    return {
        number: _Page(tuple(padded[place << PAGE_BITS : (place + 1) << PAGE_BITS]), present)
        for place, (number, present) in enumerate(bits.items())
    }


def _pages_of(given: Mapping[int, Any]) -> dict[int, _Page]:
    values: dict[int, list[Any]] = {}
    present: dict[int, int] = {}
    for frame, value in given.items():
        page = frame >> PAGE_BITS
        if page not in values:
            values[page], present[page] = list(_EMPTY.values), 0
        values[page][frame & _LAST] = value
        present[page] |= 1 << (frame & _LAST)
    return {page: _Page(tuple(values[page]), present[page]) for page in sorted(values)}
