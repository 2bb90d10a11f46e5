"""Shapes that stay editable: boxes, polygons and splines whose points are keyed by frame (roto).

A shape is vertices at key frames; between two keys every vertex moves on its own. All keys of a shape have the same
number of vertices, so that each has a partner to move to. Coordinates are picture pixels in display orientation, origin
at the picture's top left corner: the centre of the first pixel is ``(0.5, 0.5)``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.core.frame_map import FrameSet
from app.core.geometry import Rect

Polyline = NDArray[np.float64]
"""``(N, 2)`` points, x then y, in pixels."""

_FLATNESS_PX = 0.05
_MOST_STEPS = 96


class ShapeKind(Enum):
    """What a shape's vertices mean."""

    BOX = "box"
    """Two vertices: opposite corners."""
    POLYGON = "polygon"
    """Straight lines from vertex to vertex, closed."""
    SPLINE = "spline"
    """Cubic Bezier curves from vertex to vertex by their handles, closed."""


class Combine(Enum):
    """What a shape does to the masks below it."""

    ADD = "add"
    SUBTRACT = "subtract"


class Ease(Enum):
    """How vertices go from one key to the next."""

    LINEAR = "linear"
    SMOOTH = "smooth"
    """On a cubic curve through the keys round them (Catmull-Rom in time)."""
    HOLD = "hold"
    """Not at all, until the next key."""


@dataclass(frozen=True, slots=True)
class Vertex:
    """A point and its Bezier handles.

    Attributes:
        x, y: in pixels.
        in_x, in_y: handle of the curve that arrives, relative to the point.
        out_x, out_y: handle of the curve that leaves, relative to the point.
    """

    x: float
    y: float
    in_x: float = 0.0
    in_y: float = 0.0
    out_x: float = 0.0
    out_y: float = 0.0


@dataclass(frozen=True, slots=True)
class ShapeKey:
    """A shape's vertices at a key frame, and how they go on from there."""

    frame: int
    vertices: tuple[Vertex, ...]
    ease: Ease = Ease.LINEAR


@dataclass(frozen=True, slots=True)
class Shape:
    """A keyed shape.

    Attributes:
        id: stable within its object.
        kind: what the vertices mean.
        keys: at least one, by ascending frame, all with the same number of vertices.
        combine: whether it adds to its object's mask or takes away from it.
        span: first frame and end (exclusive) in which it exists; None for the whole clip.
        name: what the user calls it.
    """

    id: int
    kind: ShapeKind
    keys: tuple[ShapeKey, ...]
    combine: Combine = Combine.ADD
    span: tuple[int, int] | None = None
    name: str = ""

    def __post_init__(self) -> None:
        """Holds the shape to its rules.

        Raises:
            ValueError: no key, keys out of order, or of different numbers of vertices.
        """
        frames = [key.frame for key in self.keys]
        if not frames or frames != sorted(set(frames)):
            raise ValueError(f"a shape has keys in ascending order, not at {frames}")
        if len({len(key.vertices) for key in self.keys}) != 1:
            raise ValueError("all keys of a shape have the same number of vertices")
        if self.kind is ShapeKind.BOX and len(self.keys[0].vertices) != 2:
            raise ValueError(f"a box has two vertices, not {len(self.keys[0].vertices)}")

    @property
    def key_frames(self) -> tuple[int, ...]:
        """Frames that have a key."""
        return tuple(key.frame for key in self.keys)

    def is_at(self, frame: int) -> bool:
        """Whether the shape exists in a frame."""
        return self.span is None or self.span[0] <= frame < self.span[1]

    def frames(self, frame_count: int) -> FrameSet:
        """The frames of a clip of this length in which it exists."""
        first, end = self.span or (0, frame_count)
        return FrameSet(range(max(first, 0), min(end, frame_count)))

    def at(self, frame: int) -> tuple[Vertex, ...] | None:
        """The vertices in a frame, None outside the span; before the first key and after the last they stand still."""
        if not self.is_at(frame):
            return None
        place = bisect_right(self.key_frames, frame) - 1
        if place < 0:
            return self.keys[0].vertices
        key = self.keys[place]
        if place + 1 == len(self.keys) or key.frame == frame or key.ease is Ease.HOLD:
            return key.vertices
        if key.ease is Ease.SMOOTH:
            return _smooth(self.keys, place, frame)
        return _linear(key, self.keys[place + 1], frame)

    def with_key(self, frame: int, vertices: Sequence[Vertex]) -> Shape:
        """The shape with these vertices at a frame, which becomes a key (or stays one and keeps its ease)."""
        old = next((key for key in self.keys if key.frame == frame), None)
        before = [key for key in self.keys if key.frame < frame]
        ease = old.ease if old is not None else before[-1].ease if before else self.keys[0].ease
        others = [key for key in self.keys if key.frame != frame]
        keys = sorted([*others, ShapeKey(frame, tuple(vertices), ease)], key=lambda key: key.frame)
        return replace(self, keys=tuple(keys))

    def without_key(self, frame: int) -> Shape:
        """The shape without a frame's key; the last one stays."""
        keys = tuple(key for key in self.keys if key.frame != frame)
        return replace(self, keys=keys) if keys else self

    def with_ease(self, frame: int, ease: Ease) -> Shape:
        """The shape with another way from a frame's key to the next one."""
        return replace(self, keys=tuple(replace(key, ease=ease) if key.frame == frame else key for key in self.keys))

    def moved(self, dx: float, dy: float, frame: int | None = None) -> Shape:
        """The shape moved: at one frame, which becomes a key, or at all keys."""
        if frame is None:
            return self._with_vertices(lambda vertices: _shifted(vertices, dx, dy))
        here = self.at(frame)
        return self if here is None else self.with_key(frame, _shifted(here, dx, dy))

    def with_vertex(self, after: int, fraction: float = 0.5) -> Shape:
        """A polygon or spline with one more vertex, on the line that leaves vertex ``after``, in every key.

        The outline of every key stays as it is: a curve is split where the vertex comes in (de Casteljau).
        """
        assert self.kind is not ShapeKind.BOX, "a box has two vertices"
        return self._with_vertices(lambda vertices: _split(vertices, after, fraction))

    def without_vertex(self, number: int) -> Shape:
        """A polygon or spline with one vertex less in every key; the last three stay."""
        if self.kind is ShapeKind.BOX or len(self.keys[0].vertices) <= 3:
            return self
        return self._with_vertices(lambda vertices: (*vertices[:number], *vertices[number + 1 :]))

    def _with_vertices(self, change: Callable[[tuple[Vertex, ...]], tuple[Vertex, ...]]) -> Shape:
        return replace(self, keys=tuple(replace(key, vertices=change(key.vertices)) for key in self.keys))


def box_shape(shape_id: int, frame: int, x: float, y: float, width: float, height: float) -> Shape:
    """A box with one key."""
    corners = (Vertex(x, y), Vertex(x + width, y + height))
    return Shape(shape_id, ShapeKind.BOX, (ShapeKey(frame, corners),))


def polygon_shape(shape_id: int, frame: int, points: Sequence[tuple[float, float]]) -> Shape:
    """A polygon with one key."""
    return Shape(shape_id, ShapeKind.POLYGON, (ShapeKey(frame, tuple(Vertex(x, y) for x, y in points)),))


def spline_shape(shape_id: int, frame: int, points: Sequence[tuple[float, float]]) -> Shape:
    """A closed smooth curve through the points, with one key.

    Each point's handles are a sixth of the way from its one neighbour to the other (Catmull-Rom).
    """
    count = len(points)
    vertices = []
    for number, (x, y) in enumerate(points):
        (before_x, before_y), (after_x, after_y) = points[number - 1], points[(number + 1) % count]
        dx, dy = (after_x - before_x) / 6, (after_y - before_y) / 6
        vertices.append(Vertex(x, y, -dx, -dy, dx, dy))
    return Shape(shape_id, ShapeKind.SPLINE, (ShapeKey(frame, tuple(vertices)),))


@lru_cache(maxsize=1024)
def outline(kind: ShapeKind, vertices: tuple[Vertex, ...]) -> Polyline:
    """The closed outline as a read-only polyline whose last point joins the first; curves within 0.05 px."""
    if kind is ShapeKind.BOX:
        first, last = vertices
        points = [(first.x, first.y), (last.x, first.y), (last.x, last.y), (first.x, last.y)]
        line = np.asarray(points, np.float64)
    elif kind is ShapeKind.POLYGON:
        line = np.asarray([(vertex.x, vertex.y) for vertex in vertices], np.float64).reshape(-1, 2)
    else:
        line = _flattened(vertices)
    line.flags.writeable = False
    return line


def bounds_of(line: Polyline) -> Rect:
    """The smallest rectangle of whole pixels round a polyline; 0 x 0 without points."""
    if not len(line):
        return Rect(0, 0, 0, 0)
    left, top = (int(value) for value in np.floor(line.min(axis=0)))
    right, bottom = (int(value) for value in np.ceil(line.max(axis=0)))
    return Rect(left, top, right - left, bottom - top)


def _flattened(vertices: tuple[Vertex, ...]) -> Polyline:
    """Bezier curves as lines: each curve in as many steps as its second differences ask for."""
    pieces = []
    for number, start in enumerate(vertices):
        end = vertices[(number + 1) % len(vertices)]
        curve = np.asarray(
            [
                (start.x, start.y),
                (start.x + start.out_x, start.y + start.out_y),
                (end.x + end.in_x, end.y + end.in_y),
                (end.x, end.y),
            ]
        )
        bend = float(np.hypot(*np.diff(curve, n=2, axis=0).T).max())
        steps = int(np.clip(np.ceil(np.sqrt(0.75 * bend / _FLATNESS_PX)), 1, _MOST_STEPS))
        t = (np.arange(steps) / steps)[:, None]
        s = 1 - t
        pieces.append(s**3 * curve[0] + 3 * s * s * t * curve[1] + 3 * s * t * t * curve[2] + t**3 * curve[3])
    return np.concatenate(pieces) if pieces else np.zeros((0, 2))


def _values(vertices: tuple[Vertex, ...]) -> NDArray[np.float64]:
    return np.asarray([(v.x, v.y, v.in_x, v.in_y, v.out_x, v.out_y) for v in vertices], np.float64).reshape(-1, 6)


def _vertices(values: NDArray[np.float64]) -> tuple[Vertex, ...]:
    return tuple(Vertex(*(float(value) for value in row)) for row in values)


def _linear(first: ShapeKey, second: ShapeKey, frame: int) -> tuple[Vertex, ...]:
    t = (frame - first.frame) / (second.frame - first.frame)
    return _vertices((1 - t) * _values(first.vertices) + t * _values(second.vertices))


def _smooth(keys: tuple[ShapeKey, ...], place: int, frame: int) -> tuple[Vertex, ...]:
    """Cubic Hermite between two keys, with the slope of the line between each key's neighbours."""
    first, second = keys[place], keys[place + 1]
    length = second.frame - first.frame
    t = (frame - first.frame) / length

    def slope(number: int) -> NDArray[np.float64]:
        before, after = keys[max(number - 1, 0)], keys[min(number + 1, len(keys) - 1)]
        return (_values(after.vertices) - _values(before.vertices)) / (after.frame - before.frame)

    a, b = _values(first.vertices), _values(second.vertices)
    s = 1 - t
    position = (1 + 2 * t) * s * s * a + t * t * (3 - 2 * t) * b
    return _vertices(position + length * (t * s * s * slope(place) - t * t * s * slope(place + 1)))


def _shifted(vertices: tuple[Vertex, ...], dx: float, dy: float) -> tuple[Vertex, ...]:
    return tuple(replace(vertex, x=vertex.x + dx, y=vertex.y + dy) for vertex in vertices)


def _split(vertices: tuple[Vertex, ...], after: int, t: float) -> tuple[Vertex, ...]:
    """De Casteljau at ``t`` on the curve that leaves a vertex; on straight lines handles stay zero."""
    following = (after + 1) % len(vertices)
    start, end = vertices[after], vertices[following]
    p0, p3 = np.array([start.x, start.y]), np.array([end.x, end.y])
    if not any((start.out_x, start.out_y, end.in_x, end.in_y)):
        x, y = (float(value) for value in (1 - t) * p0 + t * p3)
        return (*vertices[: after + 1], Vertex(x, y), *vertices[after + 1 :])
    p1, p2 = p0 + np.array([start.out_x, start.out_y]), p3 + np.array([end.in_x, end.in_y])
    a, b, c = (1 - t) * p0 + t * p1, (1 - t) * p1 + t * p2, (1 - t) * p2 + t * p3
    d, e = (1 - t) * a + t * b, (1 - t) * b + t * c
    middle = (1 - t) * d + t * e
    changed = list(vertices)
    changed[after] = replace(start, out_x=float(a[0] - p0[0]), out_y=float(a[1] - p0[1]))
    changed[following] = replace(end, in_x=float(c[0] - p3[0]), in_y=float(c[1] - p3[1]))
    inserted = Vertex(*(float(value) for value in (*middle, *(d - middle), *(e - middle))))
    return (*changed[: after + 1], inserted, *changed[after + 1 :])
