"""Image sequences: find the images that belong together, and read them as a clip."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from app.core.errors import UserError
from app.media.clip_reader import ClipReader
from app.media.convert import rgb_view
from app.media.frame import Family, VideoFrame
from app.media.images import decode_image, image_color, is_image_name, list_images, natural_key
from app.media.info import MediaInfo, SequenceInfo
from app.media.opening import check_file
from app.media.orientation import display_layout, to_display
from app.media.planes import layout_of, planes_of
from app.media.probe import format_notes, orientation_of
from app.media.same_file import SameFiles

_DEFAULT_RATE = Fraction(25)
_NUMBER = re.compile(r"(\d+)(?!.*\d)")  # the last run of digits in a name
_FIELD = re.compile(r"%0?\d*d|#+")


@dataclass(frozen=True, slots=True)
class ImageSequence:
    """Images that are a clip: ``files`` in order of their numbers, described by ``place``."""

    files: tuple[Path, ...]
    place: SequenceInfo


def find_sequence(path: Path) -> ImageSequence | None:
    """The sequence that a path means, or None if the path is not about images.

    Args:
        path: a folder with one sequence in it, an image of a sequence, a single image, or a pattern with one ``%d``
            field (``shot_%04d.png``) or a run of ``#``.

    Raises:
        UserError: if there is no image, a number is missing, or a folder holds several sequences.
    """
    if path.is_dir():
        return _in_folder(path)
    if not is_image_name(path):
        return None
    if path.exists():
        return _around(path)
    if _FIELD.search(path.name):
        return _of_pattern(path)
    return None


def _in_folder(folder: Path) -> ImageSequence:
    images = list_images(folder)
    groups: dict[tuple[str, str], list[Path]] = {}
    for image in images:
        groups.setdefault(_name_parts(image), []).append(image)
    if len(groups) > 1:
        names = ", ".join(sorted(group[0].name for group in groups.values())[:3])
        raise UserError(f"The folder {folder} holds {len(groups)} image sequences ({names}); name one of its images.")
    return _sequence(images)


def _around(path: Path) -> ImageSequence:
    check_file(path)
    images = list_images(path.parent)
    # Windows and Macs open it by a name in capitals as well, which is not the one in the folder.
    named = next((each for each in images if each == path), None)
    own = named or next((each for each in images if each.samefile(path)), path)
    return _sequence([each for each in images if _name_parts(each) == _name_parts(own)])


def _of_pattern(path: Path) -> ImageSequence:
    if not path.parent.is_dir():
        raise UserError(f"The folder {path.parent} does not exist.")
    fields = list(_FIELD.finditer(path.name))
    if len(fields) > 1:
        raise UserError(f"{path.name} has more than one number field; write one, such as shot_%04d.png.")
    before, after = path.name[: fields[0].start()], path.name[fields[0].end() :]
    images = [
        each
        for each in path.parent.iterdir()
        if each.name.startswith(before) and each.name.endswith(after) and each.name[len(before) : -len(after)].isdigit()
    ]
    if not images:
        raise UserError(f"No image in {path.parent} has a name like {path.name}.")
    return _sequence(sorted(images, key=lambda each: natural_key(each.name)))


def _name_parts(path: Path) -> tuple[str, str]:
    """A name without its number: images of a sequence agree in this."""
    number = _NUMBER.search(path.stem)
    if number is None:
        return path.name, ""
    return path.stem[: number.start()], path.stem[number.end() :] + path.suffix


def _sequence(images: list[Path]) -> ImageSequence:
    folder = images[0].parent
    matches = [_NUMBER.search(image.stem) for image in images]
    if len(images) == 1 and matches[0] is None:
        return ImageSequence(tuple(images), SequenceInfo(folder, images[0].name.replace("%", "%%"), 0))
    digits = [match.group() for match in matches if match is not None]
    before, after = _name_parts(images[0])
    zeros = [each for each in digits if each.startswith("0")]
    same_width = len({len(each) for each in digits}) == 1
    width = min(len(each) for each in zeros) if zeros else len(digits[0]) if same_width else 1
    field = f"%0{width}d" if width > 1 else "%d"
    by_number = {int(each): image for each, image in zip(digits, images, strict=True)}
    numbers = sorted(by_number)
    for number in range(numbers[0], numbers[-1] + 1):
        name = f"{before}{field % number}{after}"
        if number not in by_number:
            raise UserError(
                f"{name} is missing from the image sequence in {folder} ({numbers[0]} to {numbers[-1]}); add it, or "
                "move the images after the gap to a folder of their own."
            )
        if by_number[number].name != name:
            raise UserError(f"{by_number[number].name} in {folder} is not numbered like the rest ({name} is expected).")
    pattern = f"{before.replace('%', '%%')}{field}{after.replace('%', '%%')}"
    return ImageSequence(tuple(by_number[number] for number in numbers), SequenceInfo(folder, pattern, numbers[0]))


class SequenceReader(ClipReader):
    """Frames of an image sequence; frame ``i`` is shown at tick ``i`` of a time base of one frame."""

    def __init__(self, path: Path, sequence: ImageSequence, threads: int | None, rate: Fraction | None) -> None:
        """Read the first image's facts.

        Args:
            path: what the user named.
            sequence: the images.
            threads: images decoded ahead at a time; None chooses.
            rate: frames a second; 25 if not given.

        Raises:
            UserError: if the first image does not decode.
        """
        self._files = sequence.files
        self.same = SameFiles(self._files)
        self._threads = threads or min(4, os.cpu_count() or 1)
        count = len(self._files)
        self.timestamps = np.arange(count, dtype=np.int64)
        self.durations = np.ones(count, np.int64)
        self.info = _sequence_info(path, sequence, rate or _DEFAULT_RATE)

    def frame(self, index: int) -> VideoFrame:
        """See ``ClipReader.frame``."""
        return self._read(self._checked_index(index))

    def frames(self, start: int = 0, stop: int | None = None) -> Generator[VideoFrame]:
        """See ``ClipReader.frames``; the next few images are decoded ahead in threads."""
        start, stop = self._checked_range(start, stop)
        return self._walk(start, stop)

    def close(self) -> None:
        """Nothing stays open between frames."""

    def _walk(self, start: int, stop: int) -> Generator[VideoFrame]:
        ahead: deque[Future[VideoFrame]] = deque()
        with ThreadPoolExecutor(self._threads, thread_name_prefix="images") as pool:
            coming = iter(range(start, stop))
            try:
                for index in coming:
                    ahead.append(pool.submit(self._read, index))
                    if len(ahead) > self._threads:
                        yield ahead.popleft().result()
                while ahead:
                    yield ahead.popleft().result()
            finally:
                for future in ahead:
                    future.cancel()

    def _read(self, index: int) -> VideoFrame:
        info = self.info
        path = self._files[index]
        self.same.check(path)
        picture = _like_the_first(decode_image(path)[0], info, path)
        _, planes = planes_of(picture)
        return VideoFrame(
            index=index,
            pts=index,
            duration=1,
            layout=info.layout,
            planes=to_display(planes, info.orientation),
            color=info.display_color,
            to_rgb=rgb_view,
        )


def _like_the_first(picture: av.VideoFrame, info: MediaInfo, path: Path) -> av.VideoFrame:
    """Check an image against the clip; grey among RGB, or no alpha among alpha, is converted without loss."""
    if (picture.width, picture.height) != (info.stored_width, info.stored_height):
        raise UserError(
            f"{path} is {picture.width}x{picture.height}, but the sequence starts with "
            f"{info.stored_width}x{info.stored_height}."
        )
    if picture.format.name == info.pix_fmt:
        return picture
    own, wanted = layout_of(picture.format.name), info.stored_layout
    same_family = own.family is wanted.family or (own.family is Family.GRAY and wanted.family is Family.RGB)
    if (
        Family.YUV in (own.family, wanted.family)
        or not same_family
        or own.bits > wanted.bits
        or own.alpha > wanted.alpha
    ):
        raise UserError(
            f"{path} has the pixel format {picture.format.name}, but the sequence starts with {info.pix_fmt}; "
            "save all images alike."
        )
    return picture.reformat(format=info.pix_fmt)


def _sequence_info(path: Path, sequence: ImageSequence, rate: Fraction) -> MediaInfo:
    first, decoder = decode_image(sequence.files[0])
    orientation, notes = orientation_of(first)
    stored = layout_of(first.format.name)
    sideways = orientation.turns_sideways
    ratio = decoder.sample_aspect_ratio
    return MediaInfo(
        path=path,
        container="images",
        stream_index=0,
        codec=decoder.name,
        profile=None,
        pix_fmt=first.format.name,
        layout=display_layout(stored, orientation),
        stored_layout=stored,
        width=first.height if sideways else first.width,
        height=first.width if sideways else first.height,
        stored_width=first.width,
        stored_height=first.height,
        orientation=orientation,
        sample_aspect_ratio=ratio or Fraction(1),
        has_aspect_ratio=bool(ratio),
        time_base=1 / rate,
        average_rate=rate,
        base_rate=rate,
        guessed_rate=rate,
        frame_count=len(sequence.files),
        start_time=0,
        duration_s=float(len(sequence.files) / rate),
        variable_rate=False,
        color=image_color(first, decoder),
        field_order="progressive",
        sequence=sequence.place,
        notes=notes + format_notes(first.format.name),
    )
