"""What the commands that prepare training data share: a line for each thing done, one sentence for a mistake."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from models.training.data.footage import FootageError


def run_printing(lines: Iterable[str]) -> int:
    """Does the work that yields lines, and prints each at once.

    Returns:
        The exit code: 0, or 2 after a sentence about footage that cannot be used.
    """
    try:
        for line in lines:
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
    except FootageError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0
