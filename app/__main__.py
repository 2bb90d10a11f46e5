"""``cleanplate`` and ``python -m app``: sets the process up and hands over to the command line or the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from app import environment
from app.core.errors import UserError


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the program.

    Args:
        argv: arguments without the program's name; those of the process by default.

    Returns:
        The exit code: 0 done, 1 our error, 2 the user's.
    """
    environment.prepare_process()
    try:
        environment.check_layout()
    except UserError as error:
        sys.stderr.write(f"cleanplate: {error}\n")
        return 2
    # Late: the environment has to stand before the command line imports anything.
    from app import cli
    from app.cli.doors import Doors

    with environment.file_logging():
        return cli.main(sys.argv[1:] if argv is None else argv, Doors(open_window, time_window))


def open_window(path: Path | None) -> int:
    """Opens the window, with a file if there is one, and runs it until it is closed."""
    from app.ui.application import run

    return run(path)


def time_window(clips: Sequence[Path], frames: int | None) -> None:
    """Measures the window with clips, or with one that it makes, and with a project, and prints the figures.

    Args:
        clips: what is opened.
        frames: length of the project; some hundred by default.

    Raises:
        UserError: there is no screen, or a clip cannot be read.
    """
    from rich.console import Console

    from app.ui.window_benchmark import run_window_benchmark

    run_window_benchmark(clips, Console(), frames=frames)


if __name__ == "__main__":
    sys.exit(main())
