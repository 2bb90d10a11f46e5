"""The cleaned clip of a workspace: what a removal asks for, whether it can be had, and the job that writes it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from app import environment
from app.core.document import Document
from app.core.errors import UserError
from app.engine.export import RemovalJob, run_removal
from app.engine.holes import Hole, HoleSettings, HoleShape, united
from app.engine.loader import load_engine, load_restorer
from app.engine.outputs import check_output, output_info
from app.engine.plan import Mode, RemovalPlan
from app.engine.planning import plan_of
from app.engine.protocols import Engine
from app.engine.report import RemovalReport, check_report
from app.engine.request import Removal, notes_for_report, run_up_frames, settings_for_report
from app.engine.restoration import RestorationPlan
from app.engine.restoration_planning import occluders_of, restoration_plans, restored_objects
from app.engine.storage import result_cache, scratch_folder
from app.jobs.context import JobContext
from app.media.images import write_image
from app.media.reader import open_clip
from app.media.size_estimate import OnRough, WritingEstimate, estimated_writing
from app.media.target import Target, check_target
from app.media.writer import ExportPlan, plan_export
from app.workspace.clip import OpenClip
from app.workspace.pictures import read_references

RemovalRun = Callable[[JobContext], RemovalReport]


class Exporting:
    """Exports of one clip.

    Args:
        clip: the clip.
    """

    def __init__(self, clip: OpenClip) -> None:
        self._clip = clip

    def removal(self, document: Document, target: Path, changes: dict[str, Any]) -> Removal:
        """See ``Workspace.removal``."""
        render = document.render
        mode = Mode(render.mode)
        if changes.get("mode") is not None:
            mode = changes["mode"]
        asked = Removal(
            target,
            engine=render.engine,
            mode=mode,
            delay=render.delay if mode is Mode.LIVE else 0,
            holes=HoleSettings(shape=HoleShape(render.hole)),
            frames=document.in_out,
        )
        return replace(asked, **changes)

    def check(self, removal: Removal) -> None:
        """See ``Workspace.check_removal``."""
        if removal.trim and removal.frames is None:
            raise UserError("--trim writes only the range, so it needs one: add --range A:B.")
        if removal.delay and removal.mode is Mode.FINAL:
            raise UserError(
                "--delay is the look-ahead of --mode live; final sees the whole shot anyway, so leave it out."
            )
        self._engine(removal, pictures_per_frame=1)
        plan = self.plan(removal)
        sources = (self._clip.info.path, *removal.read_from)
        Target(removal.target, sources, folder=plan.container is None, overwrite=removal.media.overwrite).discard()
        if removal.report is not None:
            check_report(removal.report, (*sources, removal.target), overwrite=removal.media.overwrite)

    def check_target(self, removal: Removal, plan: ExportPlan) -> None:
        """See ``Workspace.check_target``."""
        check_target(removal.target, (self._clip.info.path,), folder=plan.container is None, overwrite=True)

    def plan(self, removal: Removal) -> ExportPlan:
        """See ``Workspace.export_plan``."""
        clip = self._clip
        trimmed = removal.trim and clip.range(removal.frames) != (0, clip.frame_count)
        plan = plan_export(removal.target, output_info(clip.info, removal.output), removal.media, trimmed=trimmed)
        check_output(plan, removal.output)
        return plan

    def writing(self, removal: Removal, on_rough: OnRough) -> Callable[[JobContext], WritingEstimate]:
        """See ``Workspace.writing_of``."""
        clip = self._clip
        frames = clip.range(removal.frames) if removal.trim else (0, clip.frame_count)
        return lambda context: estimated_writing(
            clip.reader,
            removal.target,
            removal.media,
            frames,
            scratch=scratch_folder(),
            checkpoint=context.checkpoint,
            on_rough=on_rough,
        )

    def remove(self, removal: Removal, document: Document) -> RemovalRun:
        """See ``Workspace.remove``."""
        self.check(removal)
        plan, restorations = self._plans(removal, document)
        engine = self._engine(removal, plan.pictures_per_frame)
        report = self._report(removal, plan, engine)
        _tell_restorations(report, document, restorations)

        def run(context: JobContext) -> RemovalReport:
            # Asking for the device imports torch, which takes seconds: not before the job.
            report.settings = {
                **report.settings,
                "device": engine.device if plan.has_masks else restorations[0][1].device,
            }
            job = RemovalJob(
                plan=plan,
                engine=engine,
                target=removal.target,
                media=removal.media,
                trim=removal.trim,
                cache=result_cache() if removal.use_cache else None,
                scratch=scratch_folder(),
                check=removal.report is not None,
                output=removal.output,
                restorations=restorations,
            )
            wanted = removal.report
            try:
                done = run_removal(job, self._clip.reader, context, report)
            except BaseException:
                if wanted is not None and (report.failure or report.media):
                    with contextlib.suppress(UserError):  # what stopped the removal is what has to be told
                        report.write(wanted)
                raise
            if wanted is not None:
                report.write(wanted)  # the clip has its name by now, and keeps it whatever becomes of its report
            return done

        return run

    def show(self, removal: Removal, document: Document, folder: Path) -> Callable[[JobContext], tuple[Path, ...]]:
        """See ``Workspace.show``."""
        plan, restorations = self._plans(removal, document)
        plans = (plan, *(each for each, _ in restorations))
        reader = self._clip.reader

        def hole(index: int, cuts: Collection[int] = ()) -> Hole:
            return united([each.written_hole(index, cuts) for each in plans])

        def run(context: JobContext) -> tuple[Path, ...]:
            from app.engine.demo import Shown, contact_sheet, write_matte, write_side_by_side

            matte, pair, sheet = folder / "matte.mp4", folder / "before_after.mp4", folder / "contact_sheet.png"
            with open_clip(removal.target) as result:
                shown = Shown(reader, result, plan.cleaned_frames[0] if removal.trim else 0, hole)
                write_matte(shown, matte, context)
                write_side_by_side(shown, pair, context)
                write_image(sheet, contact_sheet(shown))
            return matte, pair, sheet

        return run

    def _report(self, removal: Removal, plan: RemovalPlan, engine: Engine) -> RemovalReport:
        info = self._clip.info
        report = RemovalReport(
            source=str(info.path),
            target=str(removal.target),
            settings=settings_for_report(removal, plan),
            versions={**environment.versions(), "engine": f"{engine.name} {engine.version}"},
            doubts=removal.facts.doubts,
        )
        report.notes += [f"About the source: {note}." for note in info.notes]
        if plan.has_masks:
            report.notes += engine.remarks
        report.notes += notes_for_report(removal, plan)
        if removal.device == "cuda" and engine.name == "propagate" and plan.has_masks:
            report.notes.append(f"The engine {engine.name} uses no GPU: it ran on the CPU.")
        return report

    def _engine(self, removal: Removal, pictures_per_frame: int) -> Engine:
        return load_engine(
            removal.engine,
            delay=removal.delay * pictures_per_frame,
            frame_rate=self._clip.rate * pictures_per_frame,
            device=removal.device,
            candidates=removal.candidates,
        )

    def _plans(
        self, removal: Removal, document: Document
    ) -> tuple[RemovalPlan, tuple[tuple[RestorationPlan, Engine], ...]]:
        """What is removed, and what is restored by whom.

        Raises:
            UserError: nothing of both is to be done, or weights are damaged.
        """
        plan = self._removal_plan(removal, document)
        clip = self._clip
        found = restoration_plans(
            document, clip.planned(), plan.cleaned_frames, removal.mode, run_up=run_up_frames(clip.rate)
        )
        restorations = tuple((each, load_restorer(each.restored.kind, device=removal.device)) for each in found)
        if not plan.has_masks and not restorations:
            first, end = plan.cleaned_frames
            name = clip.info.path.name
            if restored_objects(document):
                raise UserError(
                    f"There is nothing to restore in frames {first} to {end - 1} of {name}: no whole shape reaches "
                    "behind what hides the object there."
                )
            raise UserError(
                f"There is nothing to remove in frames {first} to {end - 1} of {name}: the masks are empty there."
            )
        return plan, restorations

    def _removal_plan(self, removal: Removal, document: Document) -> RemovalPlan:
        clip = self._clip
        first, end = clip.range(removal.frames)
        references = {frame: path for frame, path in removal.references.items() if first <= frame < end}
        return plan_of(
            document,
            clip.planned(),
            (first, end),
            removal.mode,
            asked=removal.holes,
            references=read_references(clip, references),
            run_up=run_up_frames(clip.rate),
        )


def _tell_restorations(
    report: RemovalReport, document: Document, restorations: Sequence[tuple[RestorationPlan, Engine]]
) -> None:
    """Notes in a report what is restored, by whom, and what stands in for missing networks."""
    if not restorations:
        return
    report.settings = {
        **report.settings,
        "restored": [
            {
                "object": document.object(plan.restored.id).name,
                "class": plan.restored.kind or None,
                "occluders": [
                    {"name": other.name, "action": other.settings.action.value}
                    for other in occluders_of(document, document.object(plan.restored.id))
                ],
                "cover_px": plan.restored.widths(plan.height)[0],
                "feather_px": plan.restored.widths(plan.height)[1],
            }
            for plan, _ in restorations
        ],
    }
    engine = restorations[0][1]
    report.versions = {**report.versions, "restorer": f"{engine.name} {engine.version}"}
    for sentence in (each for _, restorer in restorations for each in restorer.remarks):
        if sentence not in report.notes:
            report.notes.append(sentence)
