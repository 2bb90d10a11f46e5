"""The job runner: lanes, closing events, cancelling and shutting down."""

from __future__ import annotations

import gc
import os
import sys
import threading
import traceback
import weakref
from collections.abc import Callable, Iterator

import pytest

from app.core.errors import Cancelled, UserError
from app.jobs.context import JobContext, Progress
from app.jobs.runner import (
    JobCancelled,
    JobEvent,
    JobFailed,
    JobFinished,
    JobHandle,
    JobProgressed,
    JobRunner,
    Lane,
)

LIMIT_S = 60.0


class Recorder:
    """Collects events and the threads that delivered them."""

    def __init__(self) -> None:
        self.events: list[JobEvent] = []
        self.threads: list[str] = []

    def __call__(self, event: JobEvent) -> None:
        self.events.append(event)
        self.threads.append(threading.current_thread().name)

    def closing_events(self, handle: JobHandle[object]) -> list[JobEvent]:
        return [event for event in self.events if event.handle is handle and not isinstance(event, JobProgressed)]


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def runner(recorder: Recorder) -> Iterator[JobRunner]:
    with JobRunner(recorder) as opened:
        yield opened


def test_a_job_that_returns_is_finished(runner: JobRunner, recorder: Recorder) -> None:
    handle = runner.submit(lambda context: 42, label="Answer")
    assert handle.result() == 42
    assert handle.done
    assert recorder.closing_events(handle) == [JobFinished(handle, 42)]
    assert "Answer" in repr(handle)


def test_a_job_that_raises_is_failed_and_raises_for_whoever_waits(runner: JobRunner, recorder: Recorder) -> None:
    def job(context: JobContext) -> None:
        raise UserError("The clip has no frames.")

    handle = runner.submit(job)
    with pytest.raises(UserError, match="no frames"):
        handle.result()
    (event,) = recorder.closing_events(handle)
    assert isinstance(event, JobFailed)
    assert str(event.error) == "The clip has no frames."


def test_a_jobs_own_timeout_error_is_not_taken_for_a_wait(runner: JobRunner) -> None:
    def job(context: JobContext) -> None:
        raise TimeoutError("the server did not answer")

    with pytest.raises(TimeoutError, match="did not answer"):
        runner.submit(job).result()


def test_a_lane_survives_a_job_that_asks_python_to_exit(runner: JobRunner, recorder: Recorder) -> None:
    def job(context: JobContext) -> None:
        raise SystemExit(3)

    failed = runner.submit(job)
    assert runner.submit(lambda context: "next").result() == "next"
    (event,) = recorder.closing_events(failed)
    assert isinstance(event, JobFailed)


def test_a_running_job_is_cancelled_at_its_checkpoint(runner: JobRunner, recorder: Recorder) -> None:
    running, go_on = threading.Event(), threading.Event()

    def job(context: JobContext) -> None:
        running.set()
        assert go_on.wait(LIMIT_S)
        context.checkpoint()

    handle = runner.submit(job)
    assert running.wait(LIMIT_S)
    handle.cancel()
    go_on.set()
    with pytest.raises(Cancelled):
        handle.result()
    assert recorder.closing_events(handle) == [JobCancelled(handle)]


def test_a_job_that_ends_before_its_next_checkpoint_is_finished(runner: JobRunner, recorder: Recorder) -> None:
    running, go_on = threading.Event(), threading.Event()

    def job(context: JobContext) -> str:
        running.set()
        assert go_on.wait(LIMIT_S)
        return "in time"

    handle = runner.submit(job)
    assert running.wait(LIMIT_S)
    handle.cancel()
    go_on.set()
    assert handle.result() == "in time"
    assert recorder.closing_events(handle) == [JobFinished(handle, "in time")]


def test_a_waiting_job_that_is_cancelled_never_starts(runner: JobRunner, recorder: Recorder) -> None:
    go_on = threading.Event()
    calls: list[str] = []
    first = runner.submit(lambda context: go_on.wait(LIMIT_S))
    waiting = runner.submit(lambda context: calls.append("started"))
    waiting.cancel()
    go_on.set()
    assert first.result()
    with pytest.raises(Cancelled):
        waiting.result()
    assert calls == []
    assert recorder.closing_events(waiting) == [JobCancelled(waiting)]


def test_jobs_of_a_lane_run_one_after_the_other_in_order(runner: JobRunner) -> None:
    order: list[int] = []
    handles = [runner.submit(lambda context, number=number: order.append(number)) for number in range(50)]
    for handle in handles:
        handle.result()
    assert order == list(range(50))
    assert [handle.number for handle in handles] == list(range(1, 51))


def test_lanes_do_not_wait_for_each_other(runner: JobRunner, recorder: Recorder) -> None:
    from_io = threading.Event()
    compute = runner.submit(lambda context: from_io.wait(LIMIT_S), lane=Lane.COMPUTE)
    io = runner.submit(lambda context: from_io.set(), lane=Lane.IO)
    io.result()
    assert compute.result()
    assert {name.rsplit("_", 1)[0] for name in recorder.threads} == {"lane-compute", "lane-io"}


def test_progress_is_an_event_of_its_job(runner: JobRunner, recorder: Recorder) -> None:
    def job(context: JobContext) -> None:
        context.progress(1, 2, "Reading")

    handle = runner.submit(job)
    handle.result()
    assert recorder.events == [JobProgressed(handle, Progress(1, 2, "Reading")), JobFinished(handle, None)]


def test_closing_cancels_what_runs_and_what_waits_and_ends_the_threads(recorder: Recorder) -> None:
    runner = JobRunner(recorder)
    running = threading.Event()

    def until_cancelled(context: JobContext) -> None:
        running.set()
        while True:
            context.checkpoint()

    handles = [runner.submit(until_cancelled), runner.submit(until_cancelled), runner.submit(lambda context: 1)]
    assert running.wait(LIMIT_S)
    runner.close()
    for handle in handles:
        assert recorder.closing_events(handle) == [JobCancelled(handle)]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lane-")]


def test_closing_without_cancelling_finishes_the_queue(recorder: Recorder) -> None:
    runner = JobRunner(recorder)
    handles = [runner.submit(lambda context, number=number: number) for number in range(5)]
    runner.close(cancel=False)
    assert [handle.result() for handle in handles] == list(range(5))


def test_a_closed_runner_refuses_jobs() -> None:
    runner = JobRunner()
    runner.close()
    runner.close()
    with pytest.raises(RuntimeError):
        runner.submit(lambda context: None)


def test_a_listener_that_raises_is_logged_and_the_job_counts(caplog: pytest.LogCaptureFixture) -> None:
    def listener(event: JobEvent) -> None:
        raise ValueError("listener broke")

    with JobRunner(listener) as runner:
        assert runner.submit(lambda context: 7).result() == 7
    assert "listener broke" in caplog.text


def test_an_export_waits_for_nothing_and_gives_way_to_the_rest() -> None:
    exported = threading.Event()
    with JobRunner() as runner:
        compute = runner.submit(lambda context: exported.wait(LIMIT_S), lane=Lane.COMPUTE)
        runner.submit(lambda context: exported.set(), lane=Lane.EXPORT)
        assert compute.result()
        if sys.platform == "linux":
            own = {
                lane: runner.submit(
                    lambda context: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()), lane=lane
                ).result()
                for lane in (Lane.COMPUTE, Lane.EXPORT)
            }
            usual = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
            assert own[Lane.COMPUTE] == usual and own[Lane.EXPORT] == min(usual + 5, 19)


class Held:
    """Something that a job works with, such as a clip."""


@pytest.mark.parametrize("error", [Cancelled, ValueError])
def test_what_a_job_worked_with_goes_when_it_is_stopped_or_fails(error: type[Exception]) -> None:
    """Its error knows the frames that it came through, and these know the job: nothing opened that circle."""
    told: list[str] = []

    def listen(event: JobEvent) -> None:
        if isinstance(event, JobFailed):
            told.extend(traceback.format_exception(event.error))

    def failing(held: Held, context: JobContext) -> None:
        context.progress(1, 2)
        try:
            raise KeyError("first")
        except KeyError:
            raise error(f"of {held}") from None

    def job_of(held: Held) -> Callable[[JobContext], None]:
        return lambda context: failing(held, context)

    held = Held()
    gone = weakref.ref(held)
    gc.collect()
    gc.disable()
    try:
        with JobRunner(listen) as runner:
            runner.submit(job_of(held))
            del held
            runner.submit(lambda _context: None).result()  # the lane has let go of the job before
            assert gone() is None
    finally:
        gc.enable()
    assert error is Cancelled or "failing" in "".join(told), "where it was raised can still be told"
