"""Read, fill, composite, write: one clip through the bounded pipeline, with its report.

Decoding, the engine and compositing have a thread each; encoding runs in the caller's. Between them wait a few frames,
so memory does not grow with the length of the clip.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from app.core.errors import UserError
from app.engine.final_removal import FinalRemoval
from app.engine.holes import Hole, united
from app.engine.live_chain import note_start
from app.engine.live_removal import LiveRemoval
from app.engine.outputs import Output, output_frame, output_info
from app.engine.plan import Mode, RemovalPlan
from app.engine.protocols import Engine
from app.engine.removal import EngineFailure, Filled, Walk, as_written, laid_over
from app.engine.report import FrameRecord, RemovalReport, compare_outside, record_of
from app.engine.restoration import RestorationPlan
from app.engine.results import ResultCache
from app.engine.timing import Clock
from app.jobs.context import JobContext
from app.jobs.pipeline import Pipeline
from app.media.clip_reader import ClipReader
from app.media.frame import VideoFrame
from app.media.reader import open_clip
from app.media.settings import ExportSettings
from app.media.writer import ClipWriter, ExportReport

WRITING, CHECKING = "Writing", "Checking"


@dataclass(frozen=True, slots=True)
class RemovalJob:
    """One removal from a clip to a file.

    Attributes:
        plan: what to remove.
        engine: who fills.
        target: the file or folder to write.
        media: how to encode.
        trim: whether only the plan's range is written, and not the whole clip.
        cache: finished results; None to neither read nor keep any.
        scratch: existing folder for temporary data.
        check: whether the written file is decoded again and compared outside the holes.
        output: what is written of it.
        restorations: what is painted over it, from bottom to top, and by whom.
    """

    plan: RemovalPlan
    engine: Engine
    target: Path
    media: ExportSettings
    trim: bool
    cache: ResultCache | None
    scratch: Path
    check: bool = False
    output: Output = Output.RESULT
    restorations: tuple[tuple[RestorationPlan, Engine], ...] = ()

    def written_hole(self, index: int, cuts: Collection[int]) -> Hole:
        """What changes in a frame as it is written."""
        plans = (self.plan, *(plan for plan, _ in self.restorations))
        return united([plan.written_hole(index, cuts) for plan in plans])

    def written_range(self, frame_count: int) -> tuple[int, int]:
        """First frame and end (exclusive) of what is written."""
        return self.plan.cleaned_frames if self.trim else (0, frame_count)


def run_removal(job: RemovalJob, reader: ClipReader, context: JobContext, report: RemovalReport) -> RemovalReport:
    """Removes, writes, and fills in the report as it goes.

    Args:
        job: what to do.
        reader: the plan's source, open.
        context: cancels between frames and is told the progress.
        report: begun by the caller; what is known when something fails stays in it.

    Raises:
        UserError: the clip cannot be read or the target not be written.
        EngineFailure: the engine failed on a frame; the target was not written, what is finished is kept.
        Cancelled: as EngineFailure.
    """
    started = time.monotonic()
    first, end = job.written_range(len(reader))
    clock = Clock()
    run = _Run(job, reader, context, report, clock)
    try:
        with ClipWriter(job.target, output_info(reader.info, job.output), job.media, start=first, stop=end) as writer:
            written = run.write(writer)
        _add_media(report, written)
        if job.check and job.output is Output.RESULT:
            with clock.measuring("check"):
                report.outside = compare_outside(run.pairs(written), fields=job.plan.fields)
    except EngineFailure as failure:
        report.failure = str(failure)
        report.frames.append(FrameRecord(failure.frame, job.written_hole(failure.frame, ()).area_px, 0, 0, failed=True))
        raise
    finally:
        report.timings_s.update(clock.seconds, total=time.monotonic() - started)
    return report


class _Run:
    """The stages of one removal."""

    def __init__(
        self, job: RemovalJob, reader: ClipReader, context: JobContext, report: RemovalReport, clock: Clock
    ) -> None:
        self._job, self._reader, self._context = job, reader, context
        self._report, self._clock = report, clock
        self._range = job.written_range(len(reader))
        self._cache = job.cache
        self._walks: list[LiveRemoval] | list[FinalRemoval] = []

    def write(self, writer: ClipWriter) -> ExportReport:
        """Runs the pipeline into a writer and finishes the file."""
        pipeline = self._filled_live() if self._job.plan.mode is Mode.LIVE else self._filled_final()
        composed = pipeline.then(self._compose, name="composite")
        total = self._range[1] - self._range[0]

        def encode(frames: Iterator[VideoFrame]) -> int:
            count = 0
            for frame in frames:
                if not self._range[0] <= frame.index < self._range[1]:
                    continue  # seen by the engine only
                with self._clock.measuring("encode"):
                    writer.write(frame)
                count += 1
                self._context.progress(count, total, WRITING)
            return count

        self._report.frame_count = composed.run(encode)
        self._report.cuts = next((walk.cuts for walk in self._walks if walk.cuts), [])
        self._report.note_short_memory()
        with self._clock.measuring("encode"):
            return writer.finish()

    def pairs(self, written: ExportReport) -> Iterator[tuple[VideoFrame, VideoFrame, Hole]]:
        """Source frames beside those of the written clip, decoded again, with their holes."""
        first, end = self._range
        cuts = self._report.cuts

        with open_clip(written.path) as result, closing(self._reader.frames(first, end)) as sources:
            if len(result) != end - first:
                raise UserError(
                    f"{written.path} holds {len(result)} frames where {end - first} were written; it cannot be checked."
                )
            with closing(result.frames(0, len(result))) as checked:
                for count, (source, other) in enumerate(zip(sources, checked, strict=True), 1):
                    self._context.checkpoint()
                    self._context.progress(count, end - first, CHECKING)
                    yield source, other, self._job.written_hole(source.index, cuts)

    def _filled_live(self) -> Pipeline[Filled]:
        job = self._job
        walks = []
        for plan, engine in ((job.plan, job.engine), *job.restorations):
            start = plan.live_start(plan.cleaned_frames[0])
            if job.cache is not None:
                with suppress(OSError):  # what cannot be kept is told of where frames are
                    note_start(job.cache, plan.identity, start, plan.cleaned_frames[1])
            walks.append(LiveRemoval(plan.from_frame(start), engine, job.cache))
        self._walks = walks
        removal, restorations = walks[0], walks[1:]
        decoded = self._decoded(lambda: (min(walk.first for walk in walks), max(walk.decode_until for walk in walks)))
        prepared = (removal.prepare(frame) for frame in decoded)
        timed = self._clock.paced(prepared, "decode")
        filled = Pipeline(timed, self._context).then(self._clock.stage(removal.run, "engine"), name="fill")
        return self._restored(filled, [walk.run_frames for walk in restorations])

    def _filled_final(self) -> Pipeline[Filled]:
        job = self._job
        walks = [
            FinalRemoval(
                plan,
                engine,
                job.cache,
                open_frames=self._reader.frames,
                scratch=job.scratch,
                context=self._context,
            )
            for plan, engine in ((job.plan, job.engine), *job.restorations)
        ]
        self._walks = walks
        decoded = self._decoded(lambda: (min(walk.first_frame() for walk in walks), job.plan.cleaned_frames[1]))
        timed = self._clock.paced(decoded, "decode")
        filled = Pipeline(timed, self._context).then(self._clock.stage(walks[0].run, "engine"), name="fill")
        return self._restored(filled, [walk.run for walk in walks[1:]])

    def _restored(self, filled: Pipeline[Filled], runs: Sequence[Walk]) -> Pipeline[Filled]:
        """The same frames with restored objects over them."""
        for number, run in enumerate(runs):
            filled = filled.then(self._clock.stage(laid_over(run), "restore"), name=f"restore {number}")
        return filled

    def _decoded(self, seen: Callable[[], tuple[int, int]]) -> Generator[VideoFrame]:
        """What is written, and what the engine has to see for it: ``seen`` gives that, once it is asked for."""
        first, end = self._range
        if (first, end) != (0, len(self._reader)):
            begin, stop = seen()
            first, end = min(first, begin), max(end, stop)
        with closing(self._reader.frames(first, end)) as frames:
            yield from frames

    def _compose(self, frames: Iterator[Filled]) -> Iterator[VideoFrame]:
        """Blends the fills in, notes what they are, and keeps them."""
        for filled in frames:
            with self._clock.measuring("composite"):
                written = as_written(filled, self._job.plan)
                if not written.whole_hole.empty:
                    self._report.frames.append(record_of(written))
                frame = output_frame(written, self._job.plan.seam, self._job.output)
                self._keep(filled)
            yield frame

    def _keep(self, filled: Filled) -> None:
        """Puts results into the cache; a full or read-only disk ends the keeping, not the job."""
        if self._cache is None:
            return
        try:
            for layer in filled.layers:
                for key, value in layer.keep:
                    self._cache.keep(key, value)
                if layer.drop is not None:
                    self._cache.drop(layer.drop)
        except OSError as error:
            reason = error.strerror or error
            self._report.notes.append(f"Finished frames could not be kept in {self._cache.folder}: {reason}.")
            self._cache = None


def _add_media(report: RemovalReport, written: ExportReport) -> None:
    """Copies what the writer says into the report."""
    report.lossless = written.lossless
    report.media = {
        "codec": written.codec,
        "encoder": written.encoder,
        "quality": written.quality,
        "pix_fmt": written.pix_fmt,
        "options": dict(written.options),
        "timing": written.timing,
        "carried": [asdict(stream) for stream in written.carried],
        "encoded": [asdict(stream) for stream in written.encoded],
        "dropped": [asdict(stream) for stream in written.dropped],
        "sentences": list(written.sentences),
    }
