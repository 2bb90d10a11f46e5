"""One open clip: every user operation is a method here, and the command line and the window both drive it.

What is quick happens at once; what takes time comes back as a job, a function of a ``JobContext`` that captured its
inputs when it was made.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

from app import environment
from app.core.errors import UserError
from app.core.masks import MaskBlob, box_mask
from app.core.prompts import BoxPrompt, box_at, fitted
from app.engine.export import RemovalJob, run_removal
from app.engine.holes import HoleSettings
from app.engine.loader import load_engine
from app.engine.plan import Mode, RemovalPlan
from app.engine.report import RemovalReport
from app.engine.results import ResultCache, source_identity
from app.jobs.context import JobContext
from app.media.clip_reader import ClipReader
from app.media.images import Image, read_image, write_image
from app.media.info import MediaInfo
from app.media.reader import open_clip
from app.media.settings import ExportSettings
from app.media.target import Target
from app.media.writer import plan_export

# The soft border of a hole that the user drew himself: 2 px at 480 rows.
EXACT_BORDER_SHARE = 0.004
OLD_SCRATCH_S = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Removal:
    """What a user asks of a removal, beside the masks.

    Attributes:
        target: file or folder to write.
        engine: the engine's name.
        mode: how it walks.
        delay: frames of look-ahead in ``live``.
        holes: how masks become holes.
        frames: first frame and end (exclusive, None for the clip's) of what is cleaned; None for all.
        trim: whether only those frames are written.
        media: codec and quality.
        references: pictures of frames retouched by hand.
        report: where the JSON report goes.
        use_cache: whether finished frames are taken from, and kept in, the result cache.
        device: ``auto``, ``cpu`` or ``cuda``, for engines with networks.
    """

    target: Path
    engine: str = "propagate"
    mode: Mode = Mode.FINAL
    delay: int = 0
    holes: HoleSettings = field(default_factory=HoleSettings)
    frames: tuple[int, int | None] | None = None
    trim: bool = False
    media: ExportSettings = field(default_factory=ExportSettings)
    references: Mapping[int, Path] = field(default_factory=dict)
    report: Path | None = None
    use_cache: bool = True
    device: str = "auto"


@dataclass(frozen=True, slots=True)
class ObjectMasks:
    """Where the object is.

    Attributes:
        masks: by frame.
        origin: how they were made, for the report.
        drawn: whether a user or another program drew them, so that they are taken at their word.
        exact: whether they already have the margin that a hole needs (a box that is not tracked).
    """

    masks: Mapping[int, MaskBlob]
    origin: str
    drawn: bool = False
    exact: bool = False


RemovalRun = Callable[[JobContext], RemovalReport]


class Workspace:
    """One open clip. A context manager: leaving it closes the clip.

    Args:
        reader: the clip, now owned by the workspace.
    """

    def __init__(self, reader: ClipReader) -> None:
        self._reader = reader

    @classmethod
    def open(cls, path: Path, *, rate: Fraction | None = None) -> Self:
        """Opens a clip.

        Args:
            path: a video file, or a folder or pattern of numbered images.
            rate: frames a second of an image sequence.

        Raises:
            UserError: if it cannot be read.
        """
        return cls(open_clip(path, rate=rate))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the clip."""
        self._reader.close()

    @property
    def info(self) -> MediaInfo:
        """What the clip is."""
        return self._reader.info

    @property
    def frame_count(self) -> int:
        """Number of frames."""
        return len(self._reader)

    def frame_range(self, asked: tuple[int, int | None] | None) -> tuple[int, int]:
        """A range of this clip, from what the user gave.

        Raises:
            UserError: it reaches beyond the clip.
        """
        first, end = asked if asked is not None else (0, None)
        end = self.frame_count if end is None else end
        if first >= self.frame_count or end > self.frame_count:
            raise UserError(
                f"The range {first}:{end} reaches beyond {self.info.path.name}, which has {self.frame_count} frames: "
                f"give at most 0:{self.frame_count}."
            )
        return first, end

    def boxes(self, prompts: Sequence[BoxPrompt]) -> list[BoxPrompt]:
        """The boxes, clipped to the picture.

        Raises:
            UserError: one lies outside the picture or the clip.
        """
        return [fitted(prompt, self.info.width, self.info.height, self.frame_count) for prompt in prompts]

    def still_boxes(self, prompts: Sequence[BoxPrompt], frames: tuple[int, int]) -> ObjectMasks:
        """Boxes that are not tracked: a logo, a time code; between several the box moves in straight lines.

        Raises:
            UserError: one lies outside the picture or the clip.
        """
        boxes = self.boxes(prompts)
        size = (self.info.width, self.info.height)
        packed: dict[object, MaskBlob] = {}
        masks = {}
        for index in range(*frames):
            rect = box_at(boxes, index)
            if rect not in packed:
                packed[rect] = MaskBlob.from_array(box_mask(rect, *size))
            masks[index] = packed[rect]
        return ObjectMasks(masks, "boxes", drawn=True, exact=True)

    def check_removal(self, removal: Removal) -> None:
        """Refuses a removal that cannot be done, before anything takes time.

        Raises:
            UserError: range, engine, codec, target or report.
        """
        first, end = self.frame_range(removal.frames)
        if removal.trim and removal.frames is None:
            raise UserError("--trim writes only the range, so it needs one: add --range A:B.")
        if removal.delay and removal.mode is Mode.FINAL:
            raise UserError(
                "--delay is the look-ahead of --mode live; final sees the whole shot anyway, so leave it out."
            )
        load_engine(removal.engine, delay=removal.delay, frame_rate=float(self.info.rate))
        trimmed = removal.trim and (first, end) != (0, self.frame_count)
        plan = plan_export(removal.target, self.info, removal.media, trimmed=trimmed)
        sources = (self.info.path,)
        Target(removal.target, sources, folder=plan.container is None, overwrite=removal.media.overwrite).discard()
        if removal.report is not None:
            check_report(removal.report, (*sources, removal.target), overwrite=removal.media.overwrite)

    def references(self, paths: Mapping[int, Path]) -> dict[int, Image]:
        """Reads pictures of frames that were retouched by hand.

        Raises:
            UserError: one is no picture, of another size, or of a frame that does not exist.
        """
        found = {}
        for frame, path in paths.items():
            if frame >= self.frame_count:
                raise UserError(
                    f"The reference {path.name} is for frame {frame}, but the clip has {self.frame_count} frames, the "
                    f"last is {self.frame_count - 1}."
                )
            image = read_image(path)
            if image.ndim == 2:
                image = image[..., None].repeat(3, axis=2)
            height, width = image.shape[:2]
            if (width, height) != (self.info.width, self.info.height):
                raise UserError(
                    f"The reference {path.name} is {width}x{height}, but the clip is {self.info.width}x"
                    f"{self.info.height}: give a picture of the same size."
                )
            found[frame] = image
        return found

    def remove(self, masks: ObjectMasks, removal: Removal) -> RemovalRun:
        """A job that removes what the masks cover and writes the target.

        Raises:
            UserError: as ``check_removal`` and ``references``.
        """
        self.check_removal(removal)
        plan = self._plan(masks, removal)
        rate = float(self.info.rate) * plan.pictures_per_frame
        engine = load_engine(removal.engine, delay=removal.delay * plan.pictures_per_frame, frame_rate=rate)
        report = RemovalReport(
            source=str(self.info.path),
            target=str(removal.target),
            settings=_settings_for_report(removal, plan, masks),
            versions={**environment.versions(), "engine": f"{engine.name} {engine.version}"},
        )

        if removal.device == "cuda":
            report.notes.append(f"The engine {engine.name} uses no GPU: it ran on the CPU.")

        def run(context: JobContext) -> RemovalReport:
            scratch = environment.cache_dir() / "work"
            scratch.mkdir(parents=True, exist_ok=True)
            clear_old_scratch(scratch)
            job = RemovalJob(
                plan=plan,
                engine=engine,
                target=removal.target,
                media=removal.media,
                trim=removal.trim,
                cache=ResultCache(environment.cache_dir() / "results") if removal.use_cache else None,
                scratch=scratch,
                check=removal.report is not None,
            )
            try:
                return run_removal(job, self._reader, context, report)
            finally:
                if removal.report is not None and (report.failure or report.media):
                    report.write(removal.report)

        return run

    def show(self, masks: ObjectMasks, removal: Removal, folder: Path) -> Callable[[JobContext], tuple[Path, ...]]:
        """A job that shows a finished removal: a matte clip, a before/after clip and a contact sheet in a folder."""
        plan = self._plan(masks, removal)
        reader = self._reader

        def run(context: JobContext) -> tuple[Path, ...]:
            from app.engine.demo import Shown, contact_sheet, write_matte, write_side_by_side

            matte, pair, sheet = folder / "matte.mp4", folder / "before_after.mp4", folder / "contact_sheet.png"
            with open_clip(removal.target) as result:
                shown = Shown(reader, result, plan.frames[0] if removal.trim else 0, plan.hole)
                write_matte(shown, matte, context)
                write_side_by_side(shown, pair, context)
                write_image(sheet, contact_sheet(shown))
            return matte, pair, sheet

        return run

    def _plan(self, masks: ObjectMasks, removal: Removal) -> RemovalPlan:
        info = self.info
        first, end = self.frame_range(removal.frames)
        inside = {index: mask for index, mask in masks.masks.items() if first <= index < end}
        if all(mask.is_empty for mask in inside.values()):
            raise UserError(
                f"There is nothing to remove in frames {first} to {end - 1} of {info.path.name}: "
                "the masks are empty there."
            )
        return RemovalPlan(
            source=info.path,
            identity=source_identity(info.path),
            width=info.width,
            height=info.height,
            frames=(first, end),
            masks=inside,
            holes=_holes_for(removal, masks, info.height),
            mode=removal.mode,
            # A frame turned on its side has its fields in columns: it is treated as one picture.
            fields=info.interlaced and not info.orientation.turns_sideways,
            references={
                frame: image for frame, image in self.references(removal.references).items() if first <= frame < end
            },
        )


def check_report(path: Path, precious: Sequence[Path], *, overwrite: bool) -> None:
    """Refuses a place for a report that cannot be written or would replace something else.

    Raises:
        UserError: with the reason.
    """
    if any(path.resolve() == other.resolve() for other in precious):
        raise UserError(f"The report would replace {path}, which is the clip or its result: give it another name.")
    if path.is_dir():
        raise UserError(f"The report {path} is a folder: give a file name, for example report.json.")
    if not path.parent.is_dir():
        raise UserError(f"The report cannot be written: the folder {path.parent} does not exist; make it first.")
    if path.exists() and path.suffix.lower() != ".json" and not overwrite:
        raise UserError(f"{path} exists already and is no .json file; add --overwrite to replace it.")
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise UserError(f"The report cannot be written into {path.parent}: {error.strerror or error}.") from error


def clear_old_scratch(folder: Path) -> None:
    """Removes temporary data that crashed runs left behind more than a week ago."""
    oldest = time.time() - OLD_SCRATCH_S
    for entry in folder.iterdir():
        if entry.is_dir() and entry.stat().st_mtime < oldest:
            shutil.rmtree(entry, ignore_errors=True)


def _holes_for(removal: Removal, masks: ObjectMasks, height: int) -> HoleSettings:
    """Hole settings with what the mode and the masks imply.

    A causal engine gets holes without a look at later masks; drawn masks are taken at their word; exact ones grow by
    their soft border only.
    """
    holes = replace(removal.holes, after=0 if removal.mode is Mode.LIVE else removal.holes.after, tidy=not masks.drawn)
    if masks.exact and holes.dilate_px is None:
        border = round(height * EXACT_BORDER_SHARE) if holes.feather_px is None else holes.feather_px
        holes = replace(holes, dilate_px=0, feather_px=border)
    return holes


def _settings_for_report(removal: Removal, plan: RemovalPlan, masks: ObjectMasks) -> dict[str, object]:
    reach, feather = plan.holes.widths(plan.height)
    return {
        "engine": removal.engine,
        "mode": removal.mode.value,
        "delay_frames": removal.delay,
        "hole": plan.holes.shape.value,
        "dilate_px": reach,
        "feather_px": feather,
        "frames": list(plan.frames),
        "trim": removal.trim,
        "interlaced": plan.fields,
        "masks": masks.origin,
        "references": sorted(plan.references),
        "codec": removal.media.codec,
        "quality": removal.media.quality,
        "cache": removal.use_cache,
        "device": "cpu",
    }
