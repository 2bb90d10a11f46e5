"""The click tool in the real window: clicks, boxes, previews, candidates, refining; the whole job with one click."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from gestures import CTRL, NONE, RIGHT, SHIFT, click, drag, press, steps
from moving_square import BLOB, FRAMES, object_corner, scene_frame
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from standin_segmenter import StandInSegmenter, loads

from app.core.errors import Cancelled
from app.core.masks import MaskBlob
from app.core.prompts import Clicks, MaskPrompt
from app.engine import segmenting
from app.engine.result_view import FrameState
from app.media.reader import open_clip
from app.media.settings import ExportSettings
from app.ui.main_window import MainWindow
from app.ui.models_dialog import ModelsDialog
from app.ui.tools.click import ClickTool

Until = Callable[[Callable[[], bool]], None]


def unlike_the_wall(view: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where a picture of the scene shows the square: its channels do not go together as the wall's do."""
    red, green, blue = (view[..., channel].astype(np.float32) for channel in range(3))
    return np.asarray(np.abs(green - 0.9 * red) + np.abs(blue - 0.7 * red - 20) > 45)


@pytest.fixture
def segmenter(monkeypatch: pytest.MonkeyPatch) -> StandInSegmenter:
    made = StandInSegmenter(marks=unlike_the_wall)
    monkeypatch.setattr(segmenting, "load_segmenter", loads(made))
    return made


def middle(frame: int = 0) -> tuple[float, float]:
    left, top = object_corner(frame)
    return left + BLOB / 2, top + BLOB / 2


def hover(window: MainWindow, place: tuple[float, float], held: Qt.KeyboardModifier) -> None:
    """Moves the pointer, with a key held."""
    at = QPointF(window.viewer.place_of(*place))
    nothing = Qt.MouseButton.NoButton
    moved = QMouseEvent(QEvent.Type.MouseMove, at, window.viewer.mapToGlobal(at), nothing, nothing, held)
    QApplication.sendEvent(window.viewer, moved)


def take_click_tool(window: MainWindow) -> ClickTool:
    press(window, Qt.Key.Key_G)
    return window.click_tool


def mask_of(window: MainWindow, frame: int = 0) -> MaskBlob | None:
    objects = window.controller.document.objects
    return objects[-1].track.get(frame) if objects else None


def clicks_of(window: MainWindow) -> Clicks | None:
    (prompt,) = window.controller.document.objects[-1].prompts
    assert isinstance(prompt, MaskPrompt)
    return prompt.clicks


def is_the_square(mask: MaskBlob | None, frame: int = 0) -> bool:
    if mask is None:
        return False
    left, top = object_corner(frame)
    true = np.zeros((mask.height, mask.width), np.bool_)
    true[top : top + BLOB, left : left + BLOB] = True
    found = mask.to_array()
    return float((found & true).sum() / (found | true).sum()) > 0.85


def test_one_click_makes_an_object_with_its_mask_in_one_step(
    opened: MainWindow, segmenter: StandInSegmenter, until: Until
) -> None:
    take_click_tool(opened)
    click(opened, middle())
    until(lambda: bool(opened.controller.document.objects))
    assert is_the_square(mask_of(opened)) and steps(opened) == ("Click on object",)
    said = clicks_of(opened)
    assert said is not None and len(said.points) == 1 and said.points[0].include
    assert said.points[0].x == pytest.approx(middle()[0], abs=1)
    press(opened, Qt.Key.Key_Z, CTRL)
    assert opened.controller.document.objects == ()
    press(opened, Qt.Key.Key_Z, CTRL | SHIFT)
    assert is_the_square(mask_of(opened))


def test_a_click_draws_nothing_before_its_mask_and_what_can_be_done_is_worked_out_once(
    opened: MainWindow, segmenter: StandInSegmenter, until: Until
) -> None:
    take_click_tool(opened)
    until(lambda: opened.clicking.is_ready(0))
    told: list[object] = []
    redrawn: list[int] = []
    told_of: list[bool] = []
    opened.controller.state_changed.connect(told.append)
    opened.editing.repaint.connect(lambda: redrawn.append(len(opened.controller.document.objects)))
    opened.controller.selection_changed.connect(lambda: told_of.append(bool(told)))
    click(opened, middle())
    until(lambda: bool(opened.controller.document.objects))
    assert len(told) == 1 and told_of == [False], "once, with the new object selected already"
    assert opened.controller.selected_object == opened.controller.document.objects[-1].id
    assert not any(redrawn), "the picture with the mask comes by itself"
    until(lambda: opened.viewer.shown is not None and bool(opened.viewer.shown.outlines))


@pytest.mark.parametrize(("held", "button"), [(NONE, RIGHT), (CTRL, Qt.MouseButton.LeftButton)])
def test_the_right_button_and_ctrl_say_what_is_not_the_object(
    opened: MainWindow,
    segmenter: StandInSegmenter,
    until: Until,
    held: Qt.KeyboardModifier,
    button: Qt.MouseButton,
) -> None:
    take_click_tool(opened)
    click(opened, (200.0, 20.0), held, button)
    assert opened.controller.document.objects == ()  # said in the status bar: click the object first
    click(opened, middle())
    until(lambda: len(steps(opened)) == 1)
    click(opened, (200.0, 20.0), held, button)
    until(lambda: len(steps(opened)) == 2)
    said = clicks_of(opened)
    assert said is not None and [point.include for point in said.points] == [True, False]
    assert steps(opened)[1] == "Click beside object" and is_the_square(mask_of(opened))


def test_clicks_that_come_quickly_are_each_answered_and_each_a_step(
    opened: MainWindow, segmenter: StandInSegmenter, until: Until
) -> None:
    go_on = threading.Event()
    segmenter.while_looking = lambda _checkpoint: go_on.wait(60)
    tool = take_click_tool(opened)
    click(opened, middle())
    click(opened, (middle()[0] + 5, middle()[1]))
    click(opened, (200.0, 20.0), button=RIGHT)
    assert len(tool._waiting) == 3
    opened.viewer.grab()  # the signs of what waits are drawn
    go_on.set()
    until(lambda: len(steps(opened)) == 3)
    assert steps(opened) == ("Click on object", "Click on object", "Click beside object")
    assert len(opened.controller.document.objects) == 1 and not tool._waiting


def test_a_drag_marks_with_a_box(opened: MainWindow, segmenter: StandInSegmenter, until: Until) -> None:
    take_click_tool(opened)
    left, top = object_corner(0)
    drag(opened, [(left - 6, top - 6), (left + 20, top + 9), (left + BLOB + 6, top + BLOB + 6)])
    until(lambda: len(steps(opened)) == 1)
    said = clicks_of(opened)
    assert said is not None and said.box is not None and not said.points and is_the_square(mask_of(opened))
    assert segmenter.prompts[-1].box is not None
    opened.viewer.grab()


def test_shift_shows_what_a_click_would_give_and_changes_nothing(
    opened: MainWindow, segmenter: StandInSegmenter, until: Until
) -> None:
    tool = take_click_tool(opened)
    until(lambda: opened.clicking.is_ready(0))
    hover(opened, middle(), SHIFT)
    until(lambda: tool._preview is not None)
    assert is_the_square(tool._preview) and steps(opened) == ()
    opened.viewer.grab()
    hover(opened, (5.0, 5.0), NONE)
    assert tool._preview is None and opened.controller.document.objects == ()


def test_the_other_answers_are_taken_in_turn_and_each_is_a_step(
    opened: MainWindow, segmenter: StandInSegmenter, until: Until
) -> None:
    segmenter.candidates = 2
    take_click_tool(opened)
    press(opened, Qt.Key.Key_G, SHIFT)
    assert steps(opened) == ()
    click(opened, middle())
    until(lambda: len(steps(opened)) == 1)
    first, asked = mask_of(opened), len(segmenter.prompts)
    press(opened, Qt.Key.Key_G, SHIFT)
    until(lambda: len(steps(opened)) == 2)
    second = mask_of(opened)
    assert second != first and steps(opened)[-1] == "Take next answer" and len(segmenter.prompts) == asked
    said = clicks_of(opened)
    assert said is not None and said.last_taken == 1
    press(opened, Qt.Key.Key_G, SHIFT)
    until(lambda: len(steps(opened)) == 3)
    assert mask_of(opened) == first
    said = clicks_of(opened)
    assert said is not None and said.last_taken == 0
    press(opened, Qt.Key.Key_Z, CTRL)
    assert mask_of(opened) == second


def test_where_there_is_no_other_answer_it_says_so(
    opened: MainWindow, segmenter: StandInSegmenter, until: Until
) -> None:
    take_click_tool(opened)
    click(opened, middle())
    until(lambda: len(steps(opened)) == 1)
    said: list[str] = []
    opened.controller.said.connect(said.append)
    press(opened, Qt.Key.Key_G, SHIFT)
    until(lambda: any("no other answer" in each for each in said))
    assert len(steps(opened)) == 1


def test_a_brushed_mask_is_refined_and_a_click_goes_out_from_it(
    opened: MainWindow, segmenter: StandInSegmenter, until: Until
) -> None:
    press(opened, Qt.Key.Key_P)
    x, y = middle()
    drag(opened, [(x - 8, y - 8), (x + 8, y - 8), (x + 8, y + 8), (x - 8, y + 8), (x, y)])
    brushed = mask_of(opened)
    assert brushed is not None and not is_the_square(brushed)
    press(opened, Qt.Key.Key_X, SHIFT)
    until(lambda: len(steps(opened)) == 2)
    said = clicks_of(opened)
    assert steps(opened)[-1] == "Refine mask" and said == Clicks(rough=brushed)
    assert segmenter.prompts[-1].low_res is not None and segmenter.prompts[-1].box is not None
    press(opened, Qt.Key.Key_Z, CTRL)
    take_click_tool(opened)
    click(opened, (200.0, 20.0), button=RIGHT)
    until(lambda: len(steps(opened)) == 2)
    said = clicks_of(opened)
    assert said is not None and said.rough == brushed and not said.points[0].include


def test_painting_in_a_clicked_mask_forgets_the_clicks(
    opened: MainWindow, segmenter: StandInSegmenter, until: Until
) -> None:
    tool = take_click_tool(opened)
    click(opened, middle())
    until(lambda: len(steps(opened)) == 1)
    assert tool._said() is not None
    press(opened, Qt.Key.Key_P)
    drag(opened, [(150.0, 100.0), (160.0, 100.0)])
    assert tool._said() is None and clicks_of(opened) is None
    press(opened, Qt.Key.Key_Z, CTRL)
    assert tool._said() == clicks_of(opened) is not None


def test_a_locked_object_is_not_clicked(opened: MainWindow, segmenter: StandInSegmenter, until: Until) -> None:
    take_click_tool(opened)
    click(opened, middle())
    until(lambda: len(steps(opened)) == 1)
    from app.core.object_edits import ChangeObject

    opened.controller.perform(ChangeObject.of(opened.controller.document, 1, locked=True))
    click(opened, (middle()[0] + 4, middle()[1]))
    press(opened, Qt.Key.Key_X, SHIFT)
    assert len(steps(opened)) == 2 and not opened.click_tool._waiting


def test_the_frame_on_screen_is_looked_at_ahead_while_the_tool_is_in_the_hand_and_nothing_plays(
    opened: MainWindow, segmenter: StandInSegmenter, until: Until
) -> None:
    assert segmenter.looked == 0
    take_click_tool(opened)
    until(lambda: opened.clicking.is_ready(0))
    until(lambda: opened.options.click.answers.text() == "stand-in · test")
    assert segmenter.looked == 1
    opened.controller.transport.go_to(7)
    until(lambda: opened.clicking.is_ready(7))
    assert not opened.clicking.is_ready(3)


def test_playing_stops_the_look_ahead(opened: MainWindow, segmenter: StandInSegmenter, until: Until) -> None:
    stopped, began = threading.Event(), threading.Event()

    def look(checkpoint: Callable[[], object]) -> None:
        began.set()
        while True:
            try:
                checkpoint()
            except BaseException:
                stopped.set()
                raise
            threading.Event().wait(0.01)

    segmenter.while_looking = look
    take_click_tool(opened)
    until(began.is_set)
    opened.controller.transport.play()
    until(stopped.is_set)
    assert not opened.clicking.is_ready(0) and segmenter.looked == 0
    opened.controller.transport.pause()
    opened.clicking.set_active(False)


def test_without_weights_grabcut_answers_and_the_window_says_what_is_missing(opened: MainWindow, until: Until) -> None:
    said: list[str] = []
    opened.controller.said.connect(said.append)
    take_click_tool(opened)
    click(opened, middle())
    until(lambda: bool(opened.controller.document.objects) or any("Nothing was found" in each for each in said))
    shown = opened.options.click.answers
    assert "GrabCut" in shown.text() and "MobileSAM are not here" in opened.clicking.missing
    assert shown.toolTip() == opened.clicking.missing
    notice = opened.notices.notice
    assert notice is not None and notice.sentence == opened.clicking.missing
    opened.notices.drop()
    opened.clicking.told()
    assert opened.notices.notice is None, "it is said once"


def test_what_is_missing_is_fetched_from_where_it_is_said(
    opened: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []
    monkeypatch.setattr(opened.model_fetching, "fetch", fetched.append)
    take_click_tool(opened)
    until(lambda: "GrabCut" in opened.options.click.answers.text())
    assert opened.notices.notice is None, "nobody has clicked yet"
    click(opened, middle())
    until(lambda: opened.notices.notice is not None)
    (fetch,) = opened.notices.choices
    fetch.click()
    assert fetched == ["mobile-sam"] and opened.notices.notice is None
    (dialog,) = opened.findChildren(ModelsDialog)
    assert dialog.isVisible()
    dialog.close()


def test_fetched_weights_take_back_the_word_that_they_are_missing(opened: MainWindow, until: Until) -> None:
    take_click_tool(opened)
    click(opened, middle())
    until(lambda: opened.notices.notice is not None)
    opened.model_fetching.arrived.emit("mobile-sam")
    assert opened.notices.notice is None


def test_escape_gives_up_what_waits_for_an_answer(
    opened: MainWindow, segmenter: StandInSegmenter, until: Until
) -> None:
    go_on = threading.Event()
    segmenter.while_looking = lambda _checkpoint: go_on.wait(60)
    tool = take_click_tool(opened)
    click(opened, middle())
    assert tool.cancel() and not tool.cancel()
    go_on.set()
    until(lambda: opened.clicking.is_ready(0))
    click(opened, middle())
    until(lambda: len(steps(opened)) == 1)
    assert clicks_of(opened) is not None and len(clicks_of(opened).points) == 1  # type: ignore[union-attr]


@pytest.mark.parametrize("meanwhile", [Qt.Key.Key_N, Qt.Key.Key_Right], ids=["another object", "another frame"])
def test_a_click_that_comes_to_nothing_since_something_else_was_done_is_owned_up_to(
    meanwhile: Qt.Key, opened: MainWindow, segmenter: StandInSegmenter, until: Until
) -> None:
    said: list[str] = []
    opened.controller.said.connect(said.append)
    go_on = threading.Event()
    segmenter.while_looking = lambda _checkpoint: go_on.wait(60)
    tool = take_click_tool(opened)
    click(opened, middle())
    press(opened, meanwhile)
    go_on.set()
    until(lambda: tool._asked is None)
    assert not tool._waiting, "its sign would stay on the picture"
    assert "The frame or the masks changed before the click was answered: click again." in said
    assert not any(each.track for each in opened.controller.document.objects)


def test_a_click_whose_look_gave_way_to_another_does_not_keep_the_next_from_being_answered(
    opened: MainWindow, segmenter: StandInSegmenter, until: Until
) -> None:
    tool = take_click_tool(opened)
    click(opened, middle())
    until(lambda: len(steps(opened)) == 1)
    go_on = threading.Event()
    segmenter.while_looking = lambda _checkpoint: go_on.wait(60)
    opened.clicking.renew()
    click(opened, (middle()[0] + 5, middle()[1]))
    opened.editing.look(lambda _view: None, lambda _found: None, "looking")
    go_on.set()
    until(lambda: tool._asked is None)
    click(opened, (middle()[0] + 5, middle()[1]))
    until(lambda: len(steps(opened)) == 2)


def test_a_clip_is_closed_with_the_tool_in_the_hand_and_an_answer_on_its_way(
    opened: MainWindow, segmenter: StandInSegmenter, until: Until
) -> None:
    began, go_on = threading.Event(), threading.Event()
    segmenter.while_looking = lambda _checkpoint: (began.set(), go_on.wait(60))
    take_click_tool(opened)
    hover(opened, middle(), SHIFT)
    until(began.is_set)
    click(opened, middle())
    shown = opened.viewer.shown
    opened.controller.close_clip()
    opened.viewer.grab()
    go_on.set()
    assert shown is not None and opened.controller.workspace is None
    opened.viewer.grab()


def test_a_window_that_closes_does_not_wait_for_a_large_network(
    opened: MainWindow, segmenter: StandInSegmenter, until: Until
) -> None:
    began, stopped = threading.Event(), threading.Event()

    def look(checkpoint: Callable[[], object]) -> None:
        began.set()
        for _ in range(2000):
            try:
                checkpoint()
            except Cancelled:
                stopped.set()
                raise
            threading.Event().wait(0.01)

    segmenter.while_looking = look
    take_click_tool(opened)
    opened.clicking.set_active(False)  # nothing but the click looks
    click(opened, middle())
    until(began.is_set)
    opened.close()
    assert stopped.is_set() and segmenter.looked == 0


def test_a_segmenter_that_fails_is_told_and_the_next_click_works(
    opened: MainWindow, segmenter: StandInSegmenter, until: Until
) -> None:
    from app.core.errors import UserError

    def fail(_checkpoint: object) -> None:
        raise UserError("The model failed; take another one.")

    segmenter.while_looking = fail
    tool = take_click_tool(opened)
    click(opened, middle())
    until(lambda: opened.notices.notice is not None)
    assert opened.notices.sentence.text() == "The model failed; take another one."
    assert tool._asked is None and opened.controller.document.objects == ()
    click(opened, middle())
    until(lambda: tool._asked is None)
    assert len(opened.notices.waiting) == 1, "the same is not said twice"
    (models,) = opened.notices.choices
    models.click()
    (dialog,) = opened.findChildren(ModelsDialog)
    assert dialog.isVisible()
    dialog.close()
    segmenter.while_looking = None
    click(opened, middle())
    until(lambda: bool(opened.controller.document.objects))


def test_the_whole_job_with_one_click(
    opened: MainWindow, segmenter: StandInSegmenter, tmp_path: Path, until: Until
) -> None:
    take_click_tool(opened)
    click(opened, middle())
    until(lambda: len(steps(opened)) == 1)
    press(opened, Qt.Key.Key_T)
    until(lambda: len(opened.controller.document.objects[0].track) == FRAMES and not opened.tracking.running)
    assert sum(is_the_square(mask_of(opened, frame), frame) for frame in range(FRAMES)) >= FRAMES - 2
    opened.actions_table.action("remove.render").trigger()
    until(lambda: not opened.controller.state.rendering and not opened.rendering.busy)
    assert (opened.rendering.states == FrameState.FINAL).all()
    workspace, target = opened.controller.workspace, tmp_path / "clean.mkv"
    assert workspace is not None
    ended: list[object] = []
    opened.exporting.finished.connect(lambda path, _report: ended.append(path))
    opened.exporting.run(workspace.removal(target, media=ExportSettings(codec="ffv1")))
    until(lambda: ended == [target])
    with open_clip(target) as result:
        wanted = scene_frame(18, with_object=False).astype(np.float32)
        left, top = object_corner(18)
        part = (slice(top, top + BLOB), slice(left, left + BLOB))
        assert np.abs(result.frame(18).rgb[part].astype(np.float32) - wanted[part]).mean() < 12
