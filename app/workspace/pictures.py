"""Single frames of a workspace: out as files, and retouched ones back in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from app.core.document import Document
from app.core.errors import UserError
from app.core.object_edits import SetReference
from app.core.pictures import ImageBlob, Picture
from app.engine.result_view import ResultView
from app.engine.stills import Still, still_image
from app.jobs.context import JobContext
from app.media.convert import deep_view
from app.media.images import Image, read_image, write_image
from app.workspace.clip import OpenClip


def read_references(clip: OpenClip, paths: Mapping[int, Path]) -> dict[int, Image]:
    """See ``Workspace.references``."""
    found = {}
    for frame, path in paths.items():
        if frame >= clip.frame_count:
            raise UserError(
                f"The reference {path.name} is for frame {frame}, but the clip's last frame is {clip.frame_count - 1}."
            )
        image = read_image(path)
        if image.ndim == 2:
            image = image[..., None].repeat(3, axis=2)
        height, width = image.shape[:2]
        if (width, height) != clip.size:
            raise UserError(
                f"The reference {path.name} is {width}x{height}, but the clip is {clip.info.width}x"
                f"{clip.info.height}: give a picture of the same size."
            )
        found[frame] = image
    return found


def importing_reference(
    clip: OpenClip, document: Document, index: int, path: Path
) -> Callable[[JobContext], SetReference]:
    """See ``Workspace.import_reference``."""

    def run(_: JobContext) -> SetReference:
        picture = read_references(clip, {index: path})[index]
        return SetReference.of(document, index, ImageBlob.from_array(picture[..., :3]))

    return run


def reference_picture(clip: OpenClip, view: ResultView, index: int) -> Callable[[JobContext], Picture]:
    """See ``Workspace.reference_picture``."""

    def run(_: JobContext) -> Picture:
        source = clip.reader.frame(index)
        shown = view.composite(source) or view.outdated(source)
        return deep_view(source if shown is None else shown)

    return run


def exporting_reference(clip: OpenClip, view: ResultView, index: int, path: Path) -> Callable[[JobContext], Path]:
    """See ``Workspace.export_reference``."""
    look = reference_picture(clip, view, index)

    def run(context: JobContext) -> Path:
        write_image(path, look(context))
        return path

    return run


def exporting_still(
    clip: OpenClip, view: ResultView, index: int, path: Path, still: Still
) -> Callable[[JobContext], Path]:
    """See ``Workspace.export_still``."""

    def run(_: JobContext) -> Path:
        write_image(path, still_image(view, clip.reader.frame(index), still))
        return path

    return run
