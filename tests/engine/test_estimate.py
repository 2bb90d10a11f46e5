"""Estimates: what stays hidden is known before the render, and the time comes from what renders took."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import cv2
import numpy as np
import pytest

from app.core.edits import SetTrack
from app.core.errors import Cancelled, UserError
from app.core.masks import MaskBlob
from app.engine.estimate import Estimate, RenderSpeed, together
from app.engine.plan import Mode
from app.engine.result_view import FrameState
from app.jobs.context import CancelToken, JobContext
from app.media.images import write_image
from app.workspace import Workspace

WIDTH, HEIGHT, COUNT = 320, 180, 24


@pytest.fixture(scope="module")
def still_scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A textured still scene in which nothing moves: what an object hides is only what the masks say."""
    folder = tmp_path_factory.mktemp("shots") / "still"
    folder.mkdir()
    random = np.random.default_rng(2)
    scene = cv2.GaussianBlur(random.integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8), (0, 0), 2)
    for index in range(COUNT):
        write_image(folder / f"{index:03d}.png", scene)
    return folder


@pytest.fixture
def workspace(still_scene: Path) -> Iterator[Workspace]:
    with Workspace.open(still_scene) as opened:
        opened.add_object()
        yield opened


def marked(workspace: Workspace, step_px: int) -> None:
    """A box that moves by so many pixels a frame."""
    masks = {}
    for index in range(COUNT):
        mask = np.zeros((HEIGHT, WIDTH), bool)
        left = 20 + index * step_px
        mask[60:120, left : left + 40] = True
        masks[index] = MaskBlob.from_array(mask)
    workspace.perform(SetTrack.imported(workspace.document, 1, masks))


def test_what_an_object_uncovers_is_not_counted_as_never_shown(workspace: Workspace) -> None:
    marked(workspace, 0)
    standing = workspace.estimate(workspace.results())(JobContext())
    marked(workspace, 8)
    moving = workspace.estimate(workspace.results())(JobContext())
    assert standing.never_shown_share is not None and standing.never_shown_share > 0.95
    assert moving.never_shown_share is not None and moving.never_shown_share < 0.1
    assert standing.frames == moving.frames == COUNT and standing.seconds > 0


def test_the_time_is_that_of_the_last_render_and_of_what_is_left(workspace: Workspace) -> None:
    marked(workspace, 8)
    view = workspace.results()
    outcome = workspace.render(view, on_frame=lambda index, state: None)(JobContext())
    assert workspace.estimate(view)(JobContext()).seconds == 0
    marked(workspace, 7)
    again = workspace.estimate(workspace.results())(JobContext())
    assert again.seconds == pytest.approx(outcome.seconds) and again.frames == COUNT
    assert FrameState.STALE in set(workspace.results().states())


def test_pictures_at_hand_are_not_decoded(workspace: Workspace) -> None:
    marked(workspace, 8)
    small = np.zeros((90, 160, 3), np.uint8)
    asked: list[int] = []

    def picture(index: int) -> np.ndarray:
        asked.append(index)
        return small

    workspace.estimate(workspace.results(), picture)(JobContext())
    assert asked == list(range(COUNT))


def test_an_estimate_stops_at_once_and_needs_a_mask(workspace: Workspace) -> None:
    with pytest.raises(UserError, match="mark something"):
        workspace.estimate(workspace.results())(JobContext())
    marked(workspace, 8)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        workspace.estimate(workspace.results())(JobContext(token))


def test_a_live_export_is_estimated_by_a_few_frames_and_then_by_what_they_took(workspace: Workspace) -> None:
    marked(workspace, 2)
    removal = workspace.removal(Path("out.mkv"), mode=Mode.LIVE)
    seconds = workspace.render_seconds(removal)(JobContext())
    assert seconds > 0
    view = workspace.results()
    speed = RenderSpeed(view.cache, view.live, view.live_engine)
    each = speed.seconds_a_frame()
    assert each is not None and seconds == pytest.approx(each * COUNT)
    workspace.live(view, 0, on_frame=lambda _index, _state: None)(JobContext())
    assert workspace.render_seconds(removal)(JobContext()) == 0


def test_a_final_export_takes_what_its_render_takes(workspace: Workspace) -> None:
    marked(workspace, 2)
    view = workspace.results()
    RenderSpeed(view.cache, view.final, view.final_engine).note(COUNT, COUNT * 0.5)
    removal = workspace.removal(Path("out.mkv"), mode=Mode.FINAL)
    assert workspace.render_seconds(removal)(JobContext()) == pytest.approx(
        workspace.estimate(view)(JobContext()).seconds
    )


def test_how_long_an_export_takes_is_told_without_a_look_at_what_is_never_shown(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    marked(workspace, 2)
    view = workspace.results()
    RenderSpeed(view.cache, view.final, view.final_engine).note(COUNT, COUNT * 0.5)
    removal = workspace.removal(Path("out.mkv"), mode=Mode.FINAL)

    def read(*_: object) -> NoReturn:
        raise AssertionError("a frame was decoded")

    monkeypatch.setattr(workspace.reader, "frames", read)
    assert workspace.render_seconds(removal)(JobContext()) == pytest.approx(COUNT * 0.5)


def test_parts_together_take_all_their_time_and_tell_only_shares_that_somebody_looked_for() -> None:
    removed, restored = Estimate(2.0, 10, 0.25), Estimate(1.0, 12, None)
    assert together([removed, restored]) == Estimate(3.0, 12, 0.25)
    assert together([restored]).never_shown_share is None
