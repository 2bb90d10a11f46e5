"""How objects are tracked: with which tracker, and what happens when one is lost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.core.errors import UserError

TRACKERS = ("auto", "flow", "network", "box")
LOOK_AGAIN = 8
"""Every so many frames MobileSAM looks again at a tracked mask; on 5 clips of the tuning half J was 0.752, 0.719 with
every 12th, and 0.662 without."""
_MODEL_COUNTS = {0: "MIL, which needs none", 1: "ViT", 2: "Nano (backbone, then head)"}


@dataclass(frozen=True, slots=True)
class TrackSettings:
    """What the user chose.

    Attributes:
        tracker: ``flow`` (no weights), ``network`` (with the mask network), ``box`` (OpenCV's trackers of boxes: the
            masks are boxes), or ``auto`` for the best that is here.
        models: for ``box``: no file for MIL, one for ViT, two for Nano (backbone and head).
        stop_when_lost: whether tracking ends in the first frame in which the object is not found; else it is looked for
            in the frames after it.
        segmenter: what finds the object in a box and looks again at tracked masks: a name that ``load_segmenter``
            takes, ``auto`` for MobileSAM where its weights are here, ``none`` for nothing.
        weights: a folder of weights to take instead of those that ship, unchecked: for trying out a training's result.
        look_again: every so many frames the segmenter looks again, and where the tracker is unsure; 0 for never, None
            for every ``LOOK_AGAIN`` where that is MobileSAM and its weights are here.
    """

    tracker: str = "auto"
    models: tuple[Path, ...] = ()
    stop_when_lost: bool = False
    segmenter: str = "auto"
    look_again: int | None = None
    weights: Path | None = None

    def check(self) -> None:
        """Refuses what does not go together.

        Raises:
            UserError: no such tracker, or files that it cannot use.
        """
        if self.tracker not in TRACKERS:
            raise UserError(f"There is no tracker {self.tracker!r}: choose one of {', '.join(TRACKERS)}.")
        if self.look_again is not None and self.look_again < 0:
            raise UserError(f"The segmenter cannot look again every {self.look_again} frames: give 0 or more.")
        if self.look_again and self.segmenter == "grabcut":
            raise UserError(
                "GrabCut knows no more than the tracker and cannot look again at its masks: leave --look-again out, or "
                "name another --segmenter."
            )
        if self.look_again and self.tracker == "box":
            raise UserError("--tracker box gives boxes, at which no segmenter looks again: leave --look-again out.")
        if self.models and self.tracker != "box":
            raise UserError(f"--tracker-model is for --tracker box; {self.tracker} takes no files.")
        if len(self.models) not in _MODEL_COUNTS:
            known = "; ".join(f"{count} for {name}" for count, name in _MODEL_COUNTS.items())
            raise UserError(f"--tracker-model was given {len(self.models)} times: give {known}.")
        for model in self.models:
            if not model.is_file():
                raise UserError(f"The tracker's model {model} is not there: name an ONNX file.")


AS_USUAL = TrackSettings()
