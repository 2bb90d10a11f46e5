"""Cancel tokens and job contexts."""

from __future__ import annotations

import pytest

from app.core.errors import Cancelled
from app.jobs.context import CancelToken, JobContext, Progress


def test_checkpoint_passes_until_cancelled() -> None:
    token = CancelToken()
    token.checkpoint()
    assert not token.cancelled
    token.cancel()
    token.cancel()
    assert token.cancelled
    with pytest.raises(Cancelled):
        token.checkpoint()


def test_context_checkpoint_follows_its_token() -> None:
    token = CancelToken()
    context = JobContext(token)
    context.checkpoint()
    token.cancel()
    with pytest.raises(Cancelled):
        context.checkpoint()


def test_every_context_has_a_token_of_its_own() -> None:
    first, second = JobContext(), JobContext()
    first.token.cancel()
    second.checkpoint()


def test_progress_reaches_the_watcher() -> None:
    seen: list[Progress] = []
    context = JobContext(on_progress=seen.append)
    context.progress(1, 3, "Tracking")
    context.progress(2)
    assert seen == [Progress(1, 3, "Tracking"), Progress(2, None, "")]


def test_progress_without_a_watcher_is_allowed() -> None:
    JobContext().progress(1, 2, "nobody looks")
