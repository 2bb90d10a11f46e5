"""Projects end to end: saved, opened again, relinked, and rendered from the command line with the window's bits."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from clips import Recipe, write_clip
from standin_engine import StandInEngine

import app.engine.preview
import app.workspace.exporting
from app.cli import main
from app.core.document import Action
from app.core.edits import AddObject, SetTrack
from app.core.errors import UserError
from app.core.masks import MaskBlob
from app.core.media_link import MediaDiffers, MediaMissing
from app.core.object_edits import ChangeObject, SetShapes, change_render, set_anchor, set_in_out
from app.core.project_file import load_project
from app.core.shapes import polygon_shape
from app.engine.result_view import FrameState
from app.jobs.context import JobContext
from app.media.images import write_image
from app.media.reader import open_clip
from app.workspace import Workspace

COUNT = 12


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    (tmp_path / "media").mkdir()
    return write_clip(Recipe("ffv1", "clip.mkv", times=range(COUNT)), tmp_path / "media")


@pytest.fixture
def edited(clip: Path) -> Iterator[Workspace]:
    with Workspace.open(clip) as workspace:
        object_id = workspace.add_object("walker")
        masks = {index: blob(10 + index) for index in range(COUNT)}
        workspace.perform(SetTrack.tracked(workspace.document, object_id, masks))
        workspace.perform(set_anchor(workspace.document, object_id, 5, blob(30)))
        workspace.perform(ChangeObject.of(workspace.document, object_id, grow_px=3, smoothing=0))
        workspace.perform(AddObject("lamp"))
        shape = polygon_shape(1, 0, [(60.5, 5), (80, 6.25), (70, 20)]).moved(4, 4, 9)
        workspace.perform(SetShapes.of(workspace.document, 2, [shape]))
        workspace.perform(set_in_out(workspace.document, (1, 11)), change_render(workspace.document, grain=0.5))
        yield workspace


def blob(x: int) -> MaskBlob:
    mask = np.zeros((64, 96), bool)
    mask[20:34, x : x + 12] = True
    return MaskBlob.from_array(mask)


def frames_of(path: Path) -> list[tuple[np.ndarray, ...]]:
    with open_clip(path) as clip:
        return [frame.planes for frame in clip.frames()]


def test_a_project_comes_back_with_its_results(
    edited: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = StandInEngine()
    monkeypatch.setattr(app.engine.preview, "load_engine", lambda name, **_: engine)
    edited.render(edited.results(), on_frame=lambda index, state: None)(JobContext())
    path = tmp_path / "p.cleanplate"
    assert edited.history.is_modified
    edited.save(path, {"playhead": 4})(JobContext())
    edited.saved(path)
    assert not edited.history.is_modified and edited.project_path == path
    with Workspace.open_project(path) as again:
        assert again.document == edited.document and again.saved_view == {"playhead": 4}
        assert not again.history.is_modified and again.history.undo_label is None
        assert set(again.results().states(1, 11)) == {FrameState.FINAL}


def test_the_command_line_renders_the_windows_bits(edited: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "p.cleanplate"
    edited.save(path)(JobContext())
    view = edited.results()
    edited.render(view, on_frame=lambda index, state: None)(JobContext())
    shown = [view.composite(frame) for frame in edited.reader.frames()]
    assert main(["render", str(path), str(tmp_path / "cached.mkv")]) == 0
    assert main(["render", str(path), str(tmp_path / "anew.mkv"), "--no-cache"]) == 0
    for target in ("cached.mkv", "anew.mkv"):
        written = frames_of(tmp_path / target)
        assert len(written) == COUNT
        for index, (ours, theirs) in enumerate(zip(shown, written, strict=True)):
            assert ours is not None
            assert all(np.array_equal(a, b) for a, b in zip(ours.planes, theirs, strict=True)), (target, index)


def test_the_command_line_writes_patches_and_mattes(edited: Workspace, tmp_path: Path) -> None:
    edited.save(tmp_path / "p.cleanplate")(JobContext())
    for output in ("patch", "matte"):
        target = tmp_path / f"{output}.mkv"
        assert main(["render", str(tmp_path / "p.cleanplate"), str(target), "--output", output, "--mode", "live"]) == 0
        with open_clip(target) as written:
            assert written.info.alpha == (output == "patch") and len(written) == COUNT


def test_a_moved_clip_is_found_or_asked_for(edited: Workspace, clip: Path, tmp_path: Path) -> None:
    project = tmp_path / "p.cleanplate"
    edited.save(project)(JobContext())
    edited.close()  # Windows moves no clip that is open
    (tmp_path / "away").mkdir()
    shutil.move(clip, tmp_path / "away" / "renamed.mkv")
    with pytest.raises(MediaMissing) as missing:
        Workspace.open_project(project)
    assert missing.value.wanted == edited.document.clip
    with Workspace.open_project(project, media=tmp_path / "away" / "renamed.mkv") as relinked:
        assert relinked.document.objects == edited.document.objects
        assert relinked.document.clip.path == str(tmp_path / "away" / "renamed.mkv")
        assert relinked.history.is_modified, "the file does not know yet"
        relinked.save(tmp_path / "again.cleanplate")(JobContext())
    with Workspace.open_project(tmp_path / "again.cleanplate") as known:
        assert known.info.path == tmp_path / "away" / "renamed.mkv" and not known.history.is_modified
    shutil.copytree(tmp_path / "away", tmp_path / "elsewhere" / "media")
    (tmp_path / "elsewhere" / "media" / "renamed.mkv").rename(tmp_path / "elsewhere" / "media" / "clip.mkv")
    shutil.copy(project, tmp_path / "elsewhere" / "p.cleanplate")
    with Workspace.open_project(tmp_path / "elsewhere" / "p.cleanplate") as moved:
        assert moved.info.path == tmp_path / "elsewhere" / "media" / "clip.mkv"
        assert not moved.history.is_modified, "found by itself, and so it will be again"


def test_a_clip_with_other_content_is_not_taken_silently(edited: Workspace, clip: Path, tmp_path: Path) -> None:
    project = tmp_path / "p.cleanplate"
    edited.save(project)(JobContext())
    (tmp_path / "other").mkdir()
    other = write_clip(Recipe("ffv1", "clip.mkv", times=range(0, 2 * COUNT, 2)), tmp_path / "other")
    with pytest.raises(MediaDiffers, match="another version"):
        Workspace.open_project(project, media=other)
    with pytest.raises(UserError, match=r"no clip at .*nowhere"):
        Workspace.open_project(project, media=tmp_path / "nowhere.mkv")
    with Workspace.open_project(project, media=other, accept_different=True) as taken:
        assert len(taken.document.objects) == 2 and taken.history.is_modified
    shorter = write_clip(Recipe("ffv1", "short.mkv", times=range(5)), tmp_path / "other")
    with pytest.raises(UserError, match=r"5 frames of 96x64.*12 of 96x64"):
        Workspace.open_project(project, media=shorter, accept_different=True)


def test_a_picture_sequence_keeps_its_rate(tmp_path: Path) -> None:
    (tmp_path / "shot").mkdir()
    for index in range(3):
        write_image(tmp_path / "shot" / f"{index:04d}.png", np.full((16, 16, 3), 40 * index, np.uint8))
    with Workspace.open(tmp_path / "shot", rate=Fraction(30000, 1001)) as workspace:
        workspace.save(tmp_path / "p.cleanplate")(JobContext())
    with Workspace.open_project(tmp_path / "p.cleanplate") as again:
        assert again.info.rate == Fraction(30000, 1001)


def test_render_says_what_is_wrong(edited: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", str(tmp_path / "no.cleanplate"), str(tmp_path / "out.mkv")]) == 2
    assert "no.cleanplate" in capsys.readouterr().err
    for target in edited.document.objects:
        edited.perform(ChangeObject.of(edited.document, target.id, action=Action.RESTORE))
    edited.save(tmp_path / "p.cleanplate")(JobContext())
    assert main(["render", str(tmp_path / "p.cleanplate"), str(tmp_path / "out.mkv")]) == 2
    assert "nothing to restore" in capsys.readouterr().err
    assert not (tmp_path / "out.mkv").exists()


def test_saving_takes_the_document_of_the_moment(edited: Workspace, tmp_path: Path) -> None:
    before = edited.document
    job = edited.save(tmp_path / "p.cleanplate")
    edited.perform(AddObject("later"))
    edited.saved(job(JobContext()), before)
    assert load_project(tmp_path / "p.cleanplate").document == before
    assert edited.history.is_modified
