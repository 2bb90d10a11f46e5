"""What a removal did, frame by frame, as data that turns into JSON."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np

from app.core.errors import UserError
from app.core.renaming import rename_over
from app.engine.compositing import touched_samples
from app.engine.holes import BoolMask, Hole
from app.engine.loader import SHORT_OF_MEMORY
from app.engine.removal import Filled
from app.media.color import is_full_range, matrix_of
from app.media.convert import view_from_planes
from app.media.frame import Plane, RgbView, VideoFrame
from app.media.listed import with_listed


@dataclass(frozen=True, slots=True)
class FrameRecord:
    """What happened to one frame that has a hole.

    Attributes:
        frame: its index.
        hole_px: pixels of the hole, feather included.
        seen_px: of these, how many show background that was really observed in some frame.
        guessed_px: how many were guessed.
        failed: whether the engine failed on the frame.
        cached: whether the fill was kept from an earlier run.
        notes: the engine's short facts.
    """

    frame: int
    hole_px: int
    seen_px: int
    guessed_px: int
    failed: bool = False
    cached: bool = False
    notes: tuple[str, ...] = ()


def record_of(filled: Filled) -> FrameRecord:
    """The record of a filled frame; of an interlaced one each field counts its own rows.

    What a restored object covers of a fill is counted as the object's.
    """
    seen = guessed = 0
    covered: BoolMask | None = None
    for layer in reversed(filled.layers):
        if layer.hole.empty:
            continue
        own = _shares(layer, covered)
        seen, guessed = seen + own[0], guessed + own[1]
        region = layer.hole.full_region()
        covered = region if covered is None else covered | region
    notes = tuple(dict.fromkeys(note for layer in filled.layers for fill in layer.fills for note in fill.notes))
    cached = all(layer.cached for layer in filled.layers if not layer.hole.empty) and covered is not None
    return FrameRecord(filled.frame.index, filled.whole_hole.area_px, seen, guessed, cached=cached, notes=notes)


def _shares(filled: Filled, covered: BoolMask | None) -> tuple[int, int]:
    """Pixels of one layer's hole that were seen, and guessed, without what other layers cover ``(H, W)``."""
    hole = filled.hole
    region = hole.region if covered is None else hole.region & ~covered[hole.rect.slices()]
    seen, guessed = 0, 0
    parities = (0, 1) if filled.frame.top_field_first else (1, 0)
    for order, fill in enumerate(filled.fills):
        rows = slice(None) if len(filled.fills) == 1 else slice((parities[order] - hole.rect.y) % 2, None, 2)
        top, left = hole.rect.y - fill.top, hole.rect.x - fill.left
        window = slice(top, top + hole.rect.height), slice(left, left + hole.rect.width)
        seen += int(np.count_nonzero((fill.seen[window] & region)[rows]))
        guessed += int(np.count_nonzero((fill.guessed[window] & region)[rows]))
    return seen, guessed


@dataclass(frozen=True, slots=True)
class OutsideHole:
    """How the written file compares with the source outside the holes, found by decoding it again.

    Attributes:
        samples: samples compared.
        changed_samples: how many differ.
        psnr_db: peak signal-to-noise ratio over all planes, None if nothing differs.
        compared_in: "planes", or "rgb" where the target's pixel format is another.
    """

    samples: int
    changed_samples: int
    psnr_db: float | None
    compared_in: str

    @property
    def identical(self) -> bool:
        """Equal to the bit."""
        return self.changed_samples == 0


class OutsideComparison:
    """Adds up the difference outside the holes over the frames of two clips."""

    def __init__(self, *, fields: bool = False) -> None:
        """Start with nothing compared.

        Args:
            fields: whether frames were filled field by field.
        """
        self._fields = fields
        self._samples = 0
        self._changed = 0
        self._relative_error = 0.0
        self._compared_in = "planes"

    def add(self, source: VideoFrame, written: VideoFrame, hole: Hole) -> None:
        """Compares one frame of the source with the same frame of the written clip."""
        region = hole.full_region()
        same_range = is_full_range(source.color, source.layout) == is_full_range(written.color, written.layout)
        if source.layout == written.layout and same_range:
            pairs = zip(source.planes, written.planes, source.layout.plane_shifts, strict=True)
            for before, after, shifts in pairs:
                inside = touched_samples(region, *shifts, by_field=self._fields)
                self._add(before, after, inside, (1 << source.layout.bits) - 1)
        else:
            self._compared_in = "rgb"
            for before, after, rows in zip(*map(self._views, (source, written)), self._rows(), strict=True):
                self._add(before, after, region[rows], 255)

    def _rows(self) -> tuple[slice, ...]:
        return (slice(0, None, 2), slice(1, None, 2)) if self._fields else (slice(None),)

    def _views(self, frame: VideoFrame) -> list[RgbView]:
        """The frame's picture, or one of each field: the chroma of two moments must not mix."""
        if not self._fields:
            return [frame.rgb]
        color = replace(frame.color, matrix=matrix_of(frame.color, frame.width, frame.height))
        return [view_from_planes(_field_planes(frame, rows), frame.layout, color) for rows in self._rows()]

    def _add(self, before: Plane, after: Plane, inside: BoolMask, peak: int) -> None:
        difference = cv2.absdiff(before, after)
        difference[inside] = 0
        flat = difference.reshape(difference.shape[0], -1)
        self._samples += difference.size - int(np.count_nonzero(inside)) * (difference.size // inside.size)
        self._changed += cv2.countNonZero(flat)
        self._relative_error += cv2.norm(flat, cv2.NORM_L2SQR) / peak**2

    def result(self) -> OutsideHole:
        """The comparison of all frames so far."""
        psnr = None
        if self._relative_error > 0:
            psnr = -10.0 * math.log10(self._relative_error / max(self._samples, 1))
        return OutsideHole(self._samples, self._changed, psnr, self._compared_in)


def _field_planes(frame: VideoFrame, rows: slice) -> list[Plane]:
    """One field's rows of each plane; its last luma rows may have to share a chroma row."""
    planes = [plane[rows] for plane in frame.planes]
    for number in range(1, len(planes)):
        wanted, _ = frame.layout.plane_size(number, frame.width, planes[0].shape[0])
        at = np.minimum(np.arange(wanted), planes[number].shape[0] - 1)
        planes[number] = planes[number][at]
    return planes


@dataclass(slots=True)
class RemovalReport:
    """Everything ``--report`` holds.

    Attributes:
        source, target: paths as given.
        settings: what was asked for.
        versions: program, engine and libraries.
        frames: one record per frame with a hole, in order.
        frame_count: frames in the written range.
        cuts: frames that were found to start a new shot.
        timings_s: seconds by what they were spent on.
        outside: comparison outside the holes, None where it was not made.
        lossless: whether the written format keeps every sample.
        media: what the writer carried, made again, or dropped.
        notes: sentences about the run as a whole.
        failure: the sentence that says what went wrong, if something did.
        doubts: by frame, why its mask may be wrong.
    """

    source: str
    target: str
    settings: Mapping[str, object]
    versions: Mapping[str, str]
    frames: list[FrameRecord] = field(default_factory=list)
    frame_count: int = 0
    cuts: list[int] = field(default_factory=list)
    timings_s: dict[str, float] = field(default_factory=dict)
    outside: OutsideHole | None = None
    lossless: bool | None = None
    media: Mapping[str, object] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    failure: str | None = None
    doubts: Mapping[int, str] = field(default_factory=dict)

    def totals(self) -> dict[str, int | float]:
        """Sums over all frames, and the shares of the hole that was seen and guessed."""
        hole = sum(record.hole_px for record in self.frames)
        seen = sum(record.seen_px for record in self.frames)
        guessed = sum(record.guessed_px for record in self.frames)
        return {
            "frames_with_hole": len(self.frames),
            "frames_failed": sum(record.failed for record in self.frames),
            "frames_from_cache": sum(record.cached for record in self.frames),
            "hole_px": hole,
            "seen_px": seen,
            "guessed_px": guessed,
            "seen_share": round(seen / hole, 4) if hole else 0.0,
            "guessed_share": round(guessed / hole, 4) if hole else 0.0,
        }

    def note_short_memory(self) -> None:
        """Adds a sentence on the frames for which a graphics card's memory did not suffice."""
        for note in SHORT_OF_MEMORY:
            count = sum(note in record.notes for record in self.frames)
            if count:
                self.notes.append(f"{note[0].upper()}{note[1:]} in {count} of {len(self.frames)} frames.")

    def to_dict(self) -> dict[str, object]:
        """Plain data for JSON."""
        outside = None
        if self.outside is not None:
            outside = {**asdict(self.outside), "identical": self.outside.identical}
        return {
            "source": self.source,
            "target": self.target,
            "settings": dict(self.settings),
            "versions": dict(self.versions),
            "failure": self.failure,
            "notes": self.notes,
            "frame_count": self.frame_count,
            "totals": self.totals(),
            "cuts": self.cuts,
            "outside_hole": outside,
            "lossless": self.lossless,
            "media": dict(self.media),
            "timings_s": {name: round(value, 3) for name, value in self.timings_s.items()},
            "frames": [{**asdict(record), "mask_doubt": self.doubts.get(record.frame)} for record in self.frames],
        }

    def write(self, path: Path) -> None:
        """Writes the report beside its place and renames it.

        Raises:
            UserError: it cannot be written there.
        """
        partial = path.with_name(f".{path.name}.partial")
        try:
            partial.write_text(json.dumps(self.to_dict(), indent=1), encoding="utf-8")
            rename_over(partial, path)
        except OSError as error:
            raise UserError(f"The report {path} cannot be written: {error.strerror or error}.") from error
        finally:
            partial.unlink(missing_ok=True)


def compare_outside(
    pairs: Iterable[tuple[VideoFrame, VideoFrame, Hole]],
    *,
    fields: bool = False,
) -> OutsideHole:
    """Compares the frames of two clips outside the holes.

    Args:
        pairs: source frame, written frame, and the hole of each.
        fields: whether frames were filled field by field.
    """
    comparison = OutsideComparison(fields=fields)
    for source, written, hole in pairs:
        comparison.add(source, written, hole)
    return comparison.result()


def check_report(path: Path, precious: Sequence[Path], *, overwrite: bool) -> None:
    """Refuses a place for a report that cannot be written or would replace something else.

    Args:
        path: the file.
        precious: the clip, its result, and what else the removal is made from: files, folders of pictures, and lists of
            clips, whose clips count as well.
        overwrite: whether another file is replaced.

    Raises:
        UserError: with the reason.
    """
    place = path.resolve()
    taken = path.exists() and path.suffix.lower() != ".json"
    if any(place == other.resolve() or (taken and place.parent == other.resolve()) for other in with_listed(precious)):
        raise UserError(
            f"The report would replace {path}, which is the clip, its result, or what is read for it: give it another "
            "name."
        )
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
