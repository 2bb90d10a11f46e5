"""Small pictures for the timeline, shrunk beside the window from the scrub proxy; nothing is decoded for them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

import cv2
import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from app.core.errors import Cancelled
from app.jobs.context import JobContext
from app.jobs.runner import JobHandle, Lane
from app.media.display import DisplayTransform
from app.media.frame import RgbView
from app.media.proxy import ScrubProxy
from app.ui.controller import Controller
from app.ui.timers import rest_timer

_KEPT = 400
_BATCH = 6
_LOOK_AGAIN_MS = 700

Thumb = tuple[int, int, QImage]
"""The frame that was wanted, the frame that it shows, the picture."""


class Filmstrip(QObject):
    """Keeps small pictures of frames.

    Args:
        controller: knows the clip.
        height_px: how high they are, in device pixels.

    Signals:
        changed: there are more or better pictures.
    """

    changed = Signal()

    def __init__(self, controller: Controller, height_px: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller, self._height = controller, height_px
        self._kept: OrderedDict[int, tuple[int, QPixmap]] = OrderedDict()
        self._wanted: list[int] = []
        self._job: JobHandle[list[Thumb]] | None = None
        self._was_complete = False
        self._again = rest_timer(self, _LOOK_AGAIN_MS, self._fetch)
        controller.clip_opened.connect(self._forget)
        controller.look_changed.connect(self._make_anew)
        controller.clip_closed.connect(self._forget)

    @property
    def width_px(self) -> int:
        """How wide a picture is, in device pixels; 0 without a clip."""
        info = self._controller.info
        return 0 if info is None else max(round(self._height * info.width / info.height), 1)

    def picture(self, frame: int) -> QPixmap | None:
        """The picture for a frame, or one of a frame near it; None while there is none."""
        found = self._kept.get(frame)
        if found is None:
            return None
        self._kept.move_to_end(frame)
        return found[1]

    def want(self, frames: Sequence[int]) -> None:
        """These frames are shown: their pictures are made if they are not there, in this order."""
        self._wanted = list(frames)
        self._fetch()

    def _forget(self) -> None:
        self._kept.clear()
        self._wanted = []
        self._job = None
        self._again.stop()
        self.changed.emit()

    def _make_anew(self) -> None:
        wanted = self._wanted
        self._forget()
        self.want(wanted)

    def _missing(self, every: int) -> list[int]:
        return [
            frame for frame in self._wanted if frame not in self._kept or abs(self._kept[frame][0] - frame) >= every
        ]

    def _fetch(self) -> None:
        clip = self._controller.clip
        if clip is None or self._job is not None:
            return
        missing = self._missing(clip.proxy.every)[:_BATCH]
        if not missing:
            return
        if clip.proxy.share == 0:
            self._again.start()
            return
        self._was_complete = clip.proxy.complete
        self._job = handle = self._controller.submit(
            _thumbs_of(clip.proxy, missing, self._height, clip.shown_through),
            Lane.DISPLAY,
            self.tr("drawing the filmstrip"),
            done=lambda thumbs: self._take(handle, thumbs),
            failed=lambda error: self._failed(handle, error),
        )

    def _take(self, handle: JobHandle[list[Thumb]], thumbs: list[Thumb]) -> None:
        clip = self._controller.clip
        if handle is not self._job or clip is None:
            return
        self._job = None
        better = False
        for frame, shows, image in thumbs:
            before = self._kept.get(frame)
            better = better or before is None or abs(shows - frame) < abs(before[0] - frame)
            self._kept[frame] = (shows, QPixmap.fromImage(image))
            self._kept.move_to_end(frame)
        while len(self._kept) > max(_KEPT, len(self._wanted)):
            self._kept.popitem(last=False)
        if better:
            self.changed.emit()
            self._fetch()
        elif not self._was_complete:
            self._again.start()  # the proxy had not come so far yet

    def _failed(self, handle: JobHandle[list[Thumb]], error: BaseException) -> None:
        if handle is self._job:
            self._job = None
            if not isinstance(error, Cancelled):
                self._controller.tell(error, self.tr("drawing the filmstrip"))


def _thumbs_of(
    proxy: ScrubProxy, frames: Sequence[int], height: int, look: DisplayTransform | None
) -> Callable[[JobContext], list[Thumb]]:
    def run(context: JobContext) -> list[Thumb]:
        found = []
        for frame in frames:
            context.checkpoint()
            picture = proxy.nearest(frame)
            if picture is not None:
                found.append((frame, picture.index, _shrunk(picture.rgb, height, look)))
        return found

    return run


def _shrunk(rgb: RgbView, height: int, look: DisplayTransform | None) -> QImage:
    """A picture of that height as the viewer would show it, toned down or through a LUT."""
    width = max(round(height * rgb.shape[1] / rgb.shape[0]), 1)
    small: RgbView = np.ascontiguousarray(cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    if look is not None:
        small = look.apply(small)
    return QImage(small.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
