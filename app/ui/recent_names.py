"""Names for files opened lately: of two with the same name, the folders in which they differ are said as well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path


def told_apart(paths: Sequence[Path]) -> list[str]:
    """A name for each path, no two alike: the file's own, with as many of its folders as it takes.

    Args:
        paths: all different.

    Returns:
        In the same order, such as ``clip.mp4 – monday/a`` beside ``clip.mp4 – tuesday/a``.
    """
    depths = [0] * len(paths)
    names = [path.name for path in paths]
    while True:
        counts = Counter(names)
        alike = [
            place
            for place, path in enumerate(paths)
            if counts[names[place]] > 1 and depths[place] < len(path.parent.parts)
        ]
        if not alike:
            return names
        for place in alike:
            depths[place] += 1
            names[place] = _named(paths[place], depths[place])


def _named(path: Path, depth: int) -> str:
    """A file's name with that many of its folders, counted from the file."""
    return f"{path.name} – {Path(*path.parent.parts[-depth:])}"
