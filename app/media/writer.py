"""Write a cleaned clip: the pictures encoded, everything else carried, whole or not at all."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import av.error

from app.core.errors import UserError
from app.media.carry import CarriedStream
from app.media.export_plan import ExportPlan, plan_export
from app.media.file_sink import FileSink
from app.media.frame import VideoFrame
from app.media.info import MediaInfo
from app.media.sequence_writer import PictureSink, sequence_start
from app.media.settings import ExportSettings
from app.media.target import Target, is_disk_error, write_error

__all__ = ["ClipWriter", "ExportPlan", "ExportReport", "ExportSettings", "plan_export"]


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export did.

    Attributes:
        path: the file or folder that was written.
        frames: pictures written.
        codec, encoder, quality, pix_fmt: how the pictures were encoded.
        options: the encoder's options.
        lossless: whether decoding the result gives the frames that were handed in, to the bit.
        carried, encoded, dropped: the streams beside the pictures.
        timing: how the time stamps were kept, a sentence.
        sentences: everything a user should know, the plan's and what came up on the way.
    """

    path: Path
    frames: int
    codec: str
    encoder: str
    quality: str
    pix_fmt: str
    options: dict[str, str]
    lossless: bool
    carried: tuple[CarriedStream, ...]
    encoded: tuple[CarriedStream, ...]
    dropped: tuple[CarriedStream, ...]
    timing: str
    sentences: tuple[str, ...]

    def to_dict(self) -> dict[str, object]:
        """Plain values for a JSON report."""
        plain = asdict(self)
        plain["path"] = str(self.path)
        return plain


class ClipWriter:
    """Writes one clip; a context manager that leaves the whole result or nothing.

    Use::

        with ClipWriter(target, info, settings) as writer:
            for frame in frames:
                writer.write(frame)
            report = writer.finish()
    """

    def __init__(
        self, target: Path, source: MediaInfo, settings: ExportSettings, *, start: int = 0, stop: int | None = None
    ) -> None:
        """Make the plan and open the temporary file; nothing is encoded yet.

        Args:
            target: file, or folder of a picture sequence.
            source: the clip that the frames come from.
            settings: what the user asked for.
            start: first frame that will be written.
            stop: frame after the last one, None for the clip's end.

        Raises:
            UserError: the target or the codec cannot be had; one sentence says why.
        """
        self._info = source
        self._start = start
        self._stop = source.frame_count if stop is None else stop
        self._trimmed = start > 0 or self._stop < source.frame_count
        self.plan = plan_export(target, source, settings, trimmed=self._trimmed)
        self._settings = settings
        self._target = Target(target, (source.path,), folder=self.plan.container is None, overwrite=settings.overwrite)
        try:
            self._sink: FileSink | PictureSink = self._open_sink()
        except BaseException:
            self._target.discard()
            raise
        self._written = 0
        self._finished = False

    def _open_sink(self) -> FileSink | PictureSink:
        if self.plan.container is None:
            number = sequence_start(self._info, self._settings.start_number, self._start)
            return PictureSink(self._target.partial, self.plan.setup, self._info, number)
        part = (self._start, self._stop) if self._trimmed else None
        return FileSink(self._target.partial, self.plan, self._info, part)

    def write(self, frame: VideoFrame) -> None:
        """Encode the next frame; frames come in presentation order with the source's own time stamps.

        Raises:
            UserError: the disk is full, or the encoder refuses the pictures.
        """
        try:
            self._sink.write(frame)
        except (OSError, av.error.FFmpegError) as error:
            raise self._failed(error) from error
        self._written += 1

    def finish(self) -> ExportReport:
        """Flush everything, give the file its name and say what was done.

        Raises:
            UserError: nothing was written, the disk is full, or the target appeared meanwhile.
        """
        if self._written == 0:
            raise UserError(f"No frame was handed in for {self._target.path.name}; nothing was written.")
        try:
            timing, troubles = self._sink.finish()
        except (OSError, av.error.FFmpegError) as error:
            raise self._failed(error) from error
        self._target.commit()
        self._finished = True
        setup, carry = self.plan.setup, self.plan.carry
        return ExportReport(
            path=self._target.path,
            frames=self._written,
            codec=setup.codec.name,
            encoder=setup.encoder,
            quality=setup.quality,
            pix_fmt=setup.pixels.pix_fmt,
            options=dict(setup.options),
            lossless=setup.lossless,
            carried=carry.with_action("copy"),
            encoded=carry.with_action("encode"),
            dropped=carry.with_action("drop"),
            timing=timing,
            sentences=(*self.plan.sentences, *troubles),
        )

    def abort(self) -> None:
        """Stop and remove what was written; does nothing after ``finish``."""
        if self._finished:
            return
        self._finished = True
        self._sink.abort()
        self._target.discard()

    def __enter__(self) -> Self:
        """The writer itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove what was written unless ``finish`` was called."""
        self.abort()

    def _failed(self, error: OSError | av.error.FFmpegError) -> UserError:
        """The sentence for an error of the disk or of the encoder."""
        if isinstance(error, OSError) and (is_disk_error(error) or not isinstance(error, av.error.FFmpegError)):
            return write_error(self._target.path, error)
        return UserError(
            f"{self.plan.setup.codec.title} refused frame {self._start + self._written} of {self._target.path.name} "
            f"({error.strerror}); choose another --codec or --quality."
        )
