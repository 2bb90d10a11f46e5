"""An open clip as the window uses it: the workspace, when each frame is shown, and frames for the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app import environment
from app.core.errors import UserError
from app.core.project_copies import ProjectCopy
from app.core.project_file import SUFFIX, SavedProject, load_project
from app.core.sessions import ProjectLock, Recovery, Sessions
from app.media.audio import AudioReader, open_audio
from app.media.cache import PlaneCache
from app.media.clip_reader import ClipReader
from app.media.decoder_memory import LARGE_PIXELS, frame_bytes, frames_held
from app.media.display import DisplayTransform, tone_mapping
from app.media.frame import VideoFrame
from app.media.hardware import ScreenReader, screen_reader
from app.media.info import MediaInfo
from app.media.proxy import ScrubProxy
from app.media.scrub import Passed, ScrubReader
from app.media.small import small_view, whole_factor
from app.media.small_steps import SmallSteps
from app.ui.sound import load_sound
from app.workspace import Workspace

# Of the memory for pictures, less what decoders hold; the rest is for what the screen shows.
_DECODED_SHARE, _PROXY_SHARE, SHOWN_SHARE = 0.4, 0.15, 0.45
_DECODERS = 3
"""Decoders at work while a clip is scrubbed: the playhead's, the one that looks behind it, the proxy's."""
_FRAMES_SHARE = 1 / 3
"""Of the memory for what is decoded, where frames are so large that small pictures of them are kept beside them."""
_LIBRARIES_BYTES = 240 << 20
"""Of the engine's libraries, which are loaded beside the clip: the limit is to hold with them."""
_SHOWN_BYTES_A_PIXEL = 7
"""Of the picture that is being made at full size: RGB, and the screen's four bytes."""


@dataclass(frozen=True)
class OpenClip:
    """An open clip.

    Attributes:
        workspace: its objects and what is done with them.
        times_s: when each frame begins, in seconds from the first.
        end_s: when the last one ends.
        scrub: decodes frames for the screen.
        proxy: small pictures for dragging; grows while it is built.
        sound: decodes what is heard; None without sound.
        transform: turns pictures into what the screen shows, HDR for example; None where nothing needs to be done.
        lock: says that its project is open here; None without a project.
        lut: what the user wants to look through in place of ``transform``.
        screen: decodes for the screen on a graphics card; None where software does.
        picture_bytes: memory that its pictures may take, less what decoders hold.
        steps: keeps pictures for stepping back where frames are too large to be kept; None where they are not.
    """

    workspace: Workspace
    times_s: Sequence[float]
    end_s: float
    scrub: ScrubReader
    proxy: ScrubProxy
    sound: AudioReader | None = None
    transform: DisplayTransform | None = None
    lock: ProjectLock | None = None
    lut: DisplayTransform | None = None
    screen: ScreenReader | None = None
    picture_bytes: int = environment.DEFAULT_PICTURES_MB << 20
    steps: SmallSteps | None = None

    @property
    def shown_through(self) -> DisplayTransform | None:
        """What pictures go through on their way to the screen."""
        return self.transform if self.lut is None else self.lut

    @property
    def name(self) -> str:
        """What the user calls it."""
        return self.workspace.info.path.name

    def frame(self, index: int, passed: Passed | None = None) -> VideoFrame:
        """One frame, decoded if it was not shown lately. Never on the GUI thread."""
        return self.scrub.frame(index, passed)

    def leads_by(self, index: int, later: int) -> bool:
        """Whether a decoder that goes on to a later frame comes by this one."""
        return self.workspace.reader.decoding_start(later) <= index <= later

    def has_frame(self, index: int) -> bool:
        """Whether a frame need not be decoded."""
        return self.scrub.cached(index) is not None

    def is_near(self, index: int) -> bool:
        """Whether a frame will be there soon, without a seek."""
        return self.scrub.is_near(index) or (self.steps is not None and self.steps.has(index))

    def is_far(self, index: int) -> bool:
        """Whether a frame will be there only after a second or more: a seek among large frames."""
        return self.steps is not None and not self.is_near(index)

    def view(self, index: int, size: tuple[int, int], passed: Passed | None = None) -> NDArray[np.uint8]:
        """A frame's RGB picture, no smaller than the screen shows it. Never on the GUI thread."""
        info = self.workspace.info
        factor = whole_factor(info.width, info.height, size)
        kept = self.scrub.cached(index)
        if kept is None and factor > 1 and self.steps is not None:
            return self.steps.view(index, factor, passed)
        frame = self.frame(index, passed) if kept is None else kept
        return small_view(frame, factor) if factor > 1 else frame.rgb

    def rough(self, index: int) -> NDArray[np.uint8] | None:
        """A small ``(h, w, 3)`` RGB picture of the frame or one near it, None while there is none."""
        nearest = self.proxy.nearest(index)
        return None if nearest is None else nearest.rgb

    def for_screen(self, view: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """An ``(H, W, 3)`` RGB picture as the screen shows it; never written anywhere."""
        return view if self.shown_through is None else self.shown_through.apply(view)

    def rough_exactly(self, index: int) -> NDArray[np.uint8] | None:
        """A small picture of just this frame, None while there is none."""
        nearest = self.proxy.nearest(index)
        return nearest.rgb if nearest is not None and nearest.index == index else None

    def close(self) -> None:
        """Closes the file. No job may use the clip any more."""
        if self.steps is not None:
            self.steps.close()
        self.scrub.close()
        self.scrub.forget()
        if self.screen is not None:
            self.screen.close()
        self.workspace.close()
        if self.lock is not None:
            self.lock.release()


def is_project(path: Path) -> bool:
    """Whether a file is a project by its name."""
    return path.suffix.lower() == SUFFIX


def opened(path: Path) -> OpenClip:
    """Opens a clip; call it in a job.

    Raises:
        UserError: it cannot be read.
    """
    return _as_shown(Workspace.open(path))


def opened_project(path: Path, *, media: Path | None = None, accept_different: bool = False) -> OpenClip:
    """Opens a project; call it in a job.

    Args:
        path: the project file.
        media: where its clip is now.
        accept_different: whether another version of the clip will do.

    Raises:
        MediaMissing, MediaDiffers, MediaUnfit: ask the user, and call again.
        UserError: it cannot be read, or another Cleanplate has it open.
    """
    lock = project_lock(path)
    try:
        return _as_shown(Workspace.open_project(path, media=media, accept_different=accept_different), lock)
    except BaseException:
        lock.release()
        raise


def recovered(sessions: Sessions, recovery: Recovery, media: Path | None = None) -> OpenClip:
    """Opens what a crashed session left; call it in a job.

    Args:
        sessions: where it lies.
        recovery: what is recovered.
        media: where its clip is now; None for where it was.

    Raises:
        MediaMissing, MediaUnfit: ask the user, and call again.
        UserError: it cannot be read, or another Cleanplate took it meanwhile.
    """
    saved = sessions.recover(recovery)
    if saved is None:
        raise UserError("Another Cleanplate has recovered that session meanwhile.")
    path = recovery.project or recovery.autosave
    workspace = Workspace.of_project(saved, path, media=media, accept_different=True)
    workspace.project_path = recovery.project
    workspace.history.mark_unsaved()
    return _as_shown(workspace)


def opened_version(copy: ProjectCopy, project: Path) -> OpenClip:
    """Opens an earlier version of a project, as a change of it that is not saved yet; call it in a job.

    Raises:
        UserError: it cannot be read, or its clip is not there.
    """
    workspace = Workspace.of_project(load_project(copy.path), project, accept_different=True)
    workspace.project_path = project
    workspace.history.mark_unsaved()
    return _as_shown(workspace)


def opened_again(clip: OpenClip, saved: SavedProject, media: Path) -> OpenClip:
    """Opens the clip of what is open once more, because its file is another one now; call it in a job.

    Args:
        clip: what is open; it stays open.
        saved: its document, and what the window keeps beside it.
        media: the file.

    Raises:
        MediaUnfit: its frames cannot be those of the document.
        UserError: it cannot be read.
    """
    before = clip.workspace
    workspace = Workspace.of_project(saved, before.project_path or media, media=media, accept_different=True)
    workspace.project_path, workspace.on_disk = before.project_path, before.on_disk
    if before.project_path is not None or before.history.is_modified:
        workspace.history.mark_unsaved()
    return _as_shown(workspace, None if clip.lock is None else clip.lock.again())


def project_lock(path: Path) -> ProjectLock:
    """Takes a project for this window; call it in a job.

    Raises:
        UserError: another Cleanplate has it open.
    """
    lock = ProjectLock.try_open(path, environment.data_dir() / "locks")
    if lock is None:
        raise UserError(f"{path.name} is open in another Cleanplate: close it there, or save a copy there.")
    return lock


def _as_shown(workspace: Workspace, lock: ProjectLock | None = None) -> OpenClip:
    reader = workspace.reader
    if reader.info.width * reader.info.height > LARGE_PIXELS:
        environment.give_back_large_blocks()
    base = reader.info.time_base
    starts = [float((int(tick) - int(reader.timestamps[0])) * base) for tick in reader.timestamps]
    screen = screen_reader(reader) if environment.hardware_decoding() else None
    shown = reader if screen is None else screen
    memory = _left_by_decoders(environment.picture_memory_bytes(), reader.info)
    sound = open_audio(reader.info)
    if sound is not None:
        load_sound()
    scrub, steps = _scrubbing(shown, int(_DECODED_SHARE * memory))
    last = float(int(reader.durations[-1]) * base) or float(1 / reader.info.rate)
    return OpenClip(
        workspace,
        starts,
        starts[-1] + last,
        scrub,
        ScrubProxy(
            shown,
            identity=reader.same.content,
            folder=environment.cache_dir() / "proxies",
            max_bytes=int(_PROXY_SHARE * memory),
        ),
        sound,
        tone_mapping(reader.info.display_color),
        lock,
        screen=screen,
        picture_bytes=memory,
        steps=steps,
    )


def _scrubbing(reader: ClipReader, capacity_bytes: int) -> tuple[ScrubReader, SmallSteps | None]:
    """Who decodes for the screen; where frames are too large to keep a stretch, most of the memory is for pictures."""
    cache = PlaneCache(capacity_bytes)
    scrub = ScrubReader(reader, cache)
    if scrub.keeps_stretches:
        return scrub, None
    cache.resize(int(_FRAMES_SHARE * capacity_bytes))
    scrub = ScrubReader(reader, cache)
    return scrub, SmallSteps(reader, scrub, capacity_bytes - cache.capacity_bytes)


def _left_by_decoders(memory: int, info: MediaInfo) -> int:
    """What is left of the memory for kept pictures; a quarter at least, however large the frames are."""
    taken = _DECODERS * frames_held(info) * frame_bytes(info) + _SHOWN_BYTES_A_PIXEL * info.width * info.height
    return max(memory - taken - _LIBRARIES_BYTES, memory // 4)
