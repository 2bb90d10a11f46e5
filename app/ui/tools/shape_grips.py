"""What of a shape lies under the pointer, and what dragging it does. Plain geometry, no widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from math import hypot

import numpy as np

from app.core.shapes import Polyline, ShapeKind, Vertex, outline

_STEPS = 24
"""A curve is looked for at so many places between two vertices."""


class Part(Enum):
    """A part of a shape that can be held."""

    POINT = "point"
    IN_HANDLE = "in handle"
    OUT_HANDLE = "out handle"
    LINE = "line"
    INSIDE = "inside"


@dataclass(frozen=True, slots=True)
class Grip:
    """What is held.

    Attributes:
        part: what it is.
        number: of the vertex (of a box: of the corner or side, clockwise from the first vertex); of a line, the vertex
            that it leaves.
        share: where on the line, 0 to 1.
    """

    part: Part
    number: int = 0
    share: float = 0.5


def corners(kind: ShapeKind, vertices: Sequence[Vertex]) -> list[tuple[float, float]]:
    """The points that can be dragged; a box has four."""
    if kind is ShapeKind.BOX:
        first, last = vertices
        return [(first.x, first.y), (last.x, first.y), (last.x, last.y), (first.x, last.y)]
    return [(vertex.x, vertex.y) for vertex in vertices]


def handles(vertex: Vertex) -> list[tuple[Part, float, float]]:
    """The ends of a vertex's handles; none for a corner."""
    found = []
    if vertex.in_x or vertex.in_y:
        found.append((Part.IN_HANDLE, vertex.x + vertex.in_x, vertex.y + vertex.in_y))
    if vertex.out_x or vertex.out_y:
        found.append((Part.OUT_HANDLE, vertex.x + vertex.out_x, vertex.y + vertex.out_y))
    return found


def grip_at(kind: ShapeKind, vertices: tuple[Vertex, ...], x: float, y: float, reach: float) -> Grip | None:
    """What of a shape lies within reach of a place: points before handles, handles before lines; None for nothing."""
    places = corners(kind, vertices)
    away = [hypot(px - x, py - y) for px, py in places]
    nearest = int(np.argmin(away))
    if away[nearest] <= reach:
        return Grip(Part.POINT, nearest)
    if kind is ShapeKind.SPLINE:
        ends = [(hypot(hx - x, hy - y), part, n) for n, v in enumerate(vertices) for part, hx, hy in handles(v)]
        if ends:
            distance, part, number = min(ends, key=lambda end: end[0])
            if distance <= reach:
                return Grip(part, number)
    on_line = _line_at(kind, vertices, x, y)
    if on_line is not None and on_line[0] <= reach * 0.6:
        return Grip(Part.LINE, on_line[1], on_line[2])
    return Grip(Part.INSIDE) if _is_inside(outline(kind, vertices), x, y) else None


def dragged(
    kind: ShapeKind, vertices: tuple[Vertex, ...], grip: Grip, dx: float, dy: float, *, alone: bool = False
) -> tuple[Vertex, ...]:
    """The vertices after what is held has moved.

    Args:
        kind: of the shape.
        vertices: before.
        grip: what is held; a line only of a box (its side).
        dx: how far to the right, in pixels.
        dy: how far down.
        alone: whether a handle moves without its partner; otherwise the two stay on one line.
    """
    if grip.part is Part.INSIDE:
        return tuple(replace(vertex, x=vertex.x + dx, y=vertex.y + dy) for vertex in vertices)
    if kind is ShapeKind.BOX:
        return _box_dragged(vertices, grip, dx, dy)
    assert grip.part is not Part.LINE, "a point is put on the line first"
    changed = list(vertices)
    vertex = vertices[grip.number]
    if grip.part is Part.POINT:
        changed[grip.number] = replace(vertex, x=vertex.x + dx, y=vertex.y + dy)
    elif grip.part is Part.OUT_HANDLE:
        changed[grip.number] = _with_out(vertex, vertex.out_x + dx, vertex.out_y + dy, alone=alone)
    else:
        turned = _with_out(_turned(vertex), vertex.in_x + dx, vertex.in_y + dy, alone=alone)
        changed[grip.number] = _turned(turned)
    return tuple(changed)


def bent(vertices: tuple[Vertex, ...], number: int) -> tuple[Vertex, ...]:
    """A curve's vertex made smooth if it was a corner, or a corner if it was smooth."""
    vertex = vertices[number]
    changed = list(vertices)
    if handles(vertex):
        changed[number] = Vertex(vertex.x, vertex.y)
    else:
        before, after = vertices[number - 1], vertices[(number + 1) % len(vertices)]
        dx, dy = (after.x - before.x) / 6, (after.y - before.y) / 6
        changed[number] = Vertex(vertex.x, vertex.y, -dx, -dy, dx, dy)
    return tuple(changed)


def _turned(vertex: Vertex) -> Vertex:
    return Vertex(vertex.x, vertex.y, vertex.out_x, vertex.out_y, vertex.in_x, vertex.in_y)


def _with_out(vertex: Vertex, out_x: float, out_y: float, *, alone: bool) -> Vertex:
    """A vertex with another outgoing handle; the incoming one keeps its length and turns along, unless left alone."""
    length, other = hypot(out_x, out_y), hypot(vertex.in_x, vertex.in_y)
    if alone or not length or not other:
        return replace(vertex, out_x=out_x, out_y=out_y)
    scale = -other / length
    return replace(vertex, out_x=out_x, out_y=out_y, in_x=out_x * scale, in_y=out_y * scale)


def _box_dragged(vertices: tuple[Vertex, ...], grip: Grip, dx: float, dy: float) -> tuple[Vertex, ...]:
    first, last = vertices
    number = grip.number
    point = grip.part is Part.POINT
    # Corners count clockwise from the first vertex, sides from the one between the first two corners.
    first_x = number in (0, 3) if point else number == 3
    last_x = number in (1, 2) if point else number == 1
    first_y = number in (0, 1) if point else number == 0
    last_y = number in (2, 3) if point else number == 2
    return (
        replace(first, x=first.x + dx * first_x, y=first.y + dy * first_y),
        replace(last, x=last.x + dx * last_x, y=last.y + dy * last_y),
    )


def _line_at(kind: ShapeKind, vertices: tuple[Vertex, ...], x: float, y: float) -> tuple[float, int, float] | None:
    """How far the outline is, which vertex its nearest stretch leaves, and where on the stretch."""
    places = corners(kind, vertices)
    best: tuple[float, int, float] | None = None
    for number, start in enumerate(places):
        following = (number + 1) % len(places)
        if kind is ShapeKind.SPLINE:
            a, b = vertices[number], vertices[following]
            line = _curve(a, b)
        else:
            line = np.asarray([start, places[following]])
        distance, share = _nearest_on(line, x, y)
        if best is None or distance < best[0]:
            best = (distance, number, share)
    return best


def _curve(start: Vertex, end: Vertex) -> Polyline:
    t = np.linspace(0, 1, _STEPS + 1)[:, None]
    p = np.asarray(
        [
            (start.x, start.y),
            (start.x + start.out_x, start.y + start.out_y),
            (end.x + end.in_x, end.y + end.in_y),
            (end.x, end.y),
        ]
    )
    s = 1 - t
    return np.asarray(s**3 * p[0] + 3 * s * s * t * p[1] + 3 * s * t * t * p[2] + t**3 * p[3], np.float64)


def _nearest_on(line: Polyline, x: float, y: float) -> tuple[float, float]:
    """How far a place is from an open polyline, and at which share of its pieces."""
    start, step = line[:-1], np.diff(line, axis=0)
    length = np.maximum((step**2).sum(axis=1), 1e-12)
    along = np.clip((((x, y) - start) * step).sum(axis=1) / length, 0, 1)
    apart = np.hypot(*((start + along[:, None] * step) - (x, y)).T)
    piece = int(np.argmin(apart))
    return float(apart[piece]), float((piece + along[piece]) / len(step))


def _is_inside(line: Polyline, x: float, y: float) -> bool:
    """Whether a closed polyline winds round a place."""
    end = np.roll(line, -1, axis=0)
    up = (line[:, 1] <= y) & (end[:, 1] > y)
    down = (line[:, 1] > y) & (end[:, 1] <= y)
    side = (end[:, 0] - line[:, 0]) * (y - line[:, 1]) - (x - line[:, 0]) * (end[:, 1] - line[:, 1])
    return bool((up & (side > 0)).sum() != (down & (side < 0)).sum())
