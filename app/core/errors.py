"""Errors that are the user's to mend, each one clear sentence: what, where, what to do."""

from __future__ import annotations


class UserError(Exception):
    """Bad input or an impossible request.

    The message is one sentence (or two short ones) that a user can act on; the command line prints it as it is and
    exits with code 2, the window shows it in a dialog. Never raise it for our own mistakes.
    """


class Cancelled(Exception):
    """The user stopped the work; raised from a checkpoint, never shown as a failure."""
