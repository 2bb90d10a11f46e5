"""The command line: parses, asks the workspace, prints; exit codes 0 done, 1 our error, 2 the user's.

``cleanplate --help`` imports none of torch, OpenCV and Qt: every command imports what it needs when it runs.
"""

from __future__ import annotations

import errno
import logging
import sys
from collections.abc import Sequence

import click

from app import environment
from app.cli.doors import Doors
from app.core.errors import Cancelled, UserError

OK, OUR_ERROR, USER_ERROR, STOPPED = 0, 1, 2, 130

_log = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None, doors: Doors | None = None) -> int:
    """Runs one command.

    Args:
        argv: the arguments after the program's name; the process's own by default.
        doors: what opens and measures the window.

    Returns:
        The exit code: 0 done, 1 our error, 2 the user's, 130 stopped by the user.
    """
    from app.cli.commands import cleanplate

    try:
        result = cleanplate.main(args=list(sys.argv[1:] if argv is None else argv), standalone_mode=False, obj=doors)
    except click.exceptions.Exit as finished:
        return finished.exit_code
    except (Cancelled, KeyboardInterrupt, click.Abort) as stop:
        _say(str(stop) or "Stopped.")
        return STOPPED
    except click.ClickException as error:
        _say(_one_sentence(error.format_message()))
        return USER_ERROR
    except UserError as error:
        _say(str(error))
        return USER_ERROR
    except BrokenPipeError:
        return OK  # whoever read our output has seen enough
    except OSError as error:
        return _system_error(error)
    except Exception as error:  # noqa: BLE001 - the outermost border: the trace goes to the log
        return _our_error(error)
    return result if isinstance(result, int) else OK


def _system_error(error: OSError) -> int:
    """A full disk is the user's to mend; anything else should have been foreseen."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        _say(f"The disk is full ({error.filename or environment.cache_dir()}): free some space and run it again.")
        return USER_ERROR
    return _our_error(error)


def _our_error(error: Exception) -> int:
    _log.error("unexpected error", exc_info=error)
    reason = str(error).strip().rstrip(".") or type(error).__name__
    _say(f"Cleanplate failed: {reason}. The details are in {environment.log_file()}.")
    return OUR_ERROR


def _one_sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _say(sentence: str) -> None:
    sys.stderr.write(f"cleanplate: {sentence}\n")
