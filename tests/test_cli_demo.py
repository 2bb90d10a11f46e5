"""The demo: the walker is found from one box, also from a sloppy one, and the results are where it says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app import environment
from app.cli.demonstrating import demo
from app.core.errors import UserError
from app.core.masks import MaskBlob, shrink
from app.core.prompts import BoxPrompt, parse_box
from app.jobs.context import JobContext
from app.media.reader import open_clip
from app.workspace import Workspace

DESCRIPTION = json.loads(environment.resource("demo/walker.json").read_text(encoding="utf-8"))
PROMPT = parse_box(DESCRIPTION["box"])
RANGE = (PROMPT.frame, PROMPT.frame + 14)


def tracked(moved_by: tuple[int, int], grown_by: int = 0, frames: tuple[int, int] = RANGE) -> dict[int, MaskBlob]:
    box, more = PROMPT.rect, 2 * grown_by
    left, top = box.x + moved_by[0] - grown_by, box.y + moved_by[1] - grown_by
    moved = type(box)(left, top, box.width + more, box.height + more)
    with Workspace.open(environment.resource(f"demo/{DESCRIPTION['clip']}")) as workspace:
        object_id = workspace.add_object()
        workspace.perform(workspace.box(object_id, BoxPrompt(moved, PROMPT.frame)))
        return dict(workspace.track(object_id, frames)(JobContext()).edit.after)


@pytest.fixture(scope="module")
def straight() -> dict[int, MaskBlob]:
    return tracked((0, 0))


@pytest.mark.parametrize(
    ("moved_by", "grown_by"),
    [((5, 0), 0), ((-5, 0), 0), ((0, 5), 0), ((0, -5), 0), ((0, 0), 5), ((0, 0), -5)],
    ids=["right", "left", "down", "up", "larger", "smaller"],
)
def test_a_box_5_px_off_still_covers_the_walker(
    straight: dict[int, MaskBlob], moved_by: tuple[int, int], grown_by: int
) -> None:
    other = tracked(moved_by, grown_by)
    assert list(other) == list(straight) == list(range(*RANGE))
    for index, mask in straight.items():
        ours, theirs = mask.to_array(), other[index].to_array()
        assert ours.sum() > 4000
        assert (ours & theirs).sum() / ours.sum() > 0.93, index
        assert (ours & theirs).sum() / (ours | theirs).sum() > 0.85, index


def test_the_masks_do_not_depend_on_the_range(straight: dict[int, MaskBlob]) -> None:
    assert tracked((0, 0), frames=(36, 39)) == {index: straight[index] for index in range(36, 39)}


def test_the_result_stays_clean_when_the_box_is_moved_by_5_px(tmp_path: Path) -> None:
    first, last = PROMPT.frame, PROMPT.frame + 39
    cleaned = []
    for number, (x, y) in enumerate([(0, 0), (5, -5)]):
        box = f"{PROMPT.rect.x + x},{PROMPT.rect.y + y},{PROMPT.rect.width},{PROMPT.rect.height}@{first}"
        folder = demo(tmp_path / str(number), frames=(first, last + 1), box=box)
        with open_clip(folder / "cleaned.mp4") as after, open_clip(folder / "matte.mp4") as matte:
            cleaned.append(after.frame(last - first).rgb.astype(int))
            hole = matte.frame(last - first).rgb[..., 0] > 250
    core = shrink(hole, 10)
    with open_clip(environment.resource(f"demo/{DESCRIPTION['clip']}")) as clip:
        before = clip.frame(last).rgb.astype(int)
    assert core.sum() > 2000
    for moved in cleaned:
        assert np.abs(moved - before).mean(axis=2)[core].mean() > 20  # she is gone
    assert np.abs(cleaned[1] - cleaned[0]).mean(axis=2)[core].mean() < 4  # and the same background is there


def test_the_demo_writes_everything_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = demo(tmp_path / "new" / "demo", frames=(RANGE[0], RANGE[0] + 4))
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["before_after.mp4", "cleaned.mp4", "contact_sheet.png", "matte.mp4", "report.json"]
    said = capsys.readouterr().out
    assert all(str(folder / name) in said for name in names)
    clip = environment.resource(f"demo/{DESCRIPTION['clip']}")
    with (
        open_clip(clip) as before,
        open_clip(folder / "cleaned.mp4") as after,
        open_clip(folder / "matte.mp4") as matte,
    ):
        assert len(after) == 4 and (after.info.width, after.info.height) == (before.info.width, before.info.height)
        hole = matte.frame(2).rgb[..., 0] > 200
        difference = np.abs(after.frame(2).rgb.astype(int) - before.frame(RANGE[0] + 2).rgb).mean(axis=2)
        # She is gone: inside the hole hardly anything is as it was, outside the codec alone is at work.
        assert difference[hole].mean() > 20 and difference[~hole].mean() < 4


def test_the_demo_takes_another_segmenter(tmp_path: Path) -> None:
    part = RANGE[0], RANGE[0] + 2
    folder = demo(tmp_path / "demo", frames=part, segmenter="grabcut")
    with open_clip(folder / "matte.mp4") as matte:
        assert (matte.frame(1).rgb[..., 0] > 250).sum() > 8000
    with pytest.raises(UserError, match="no segmenter 'sheep'"):
        demo(tmp_path / "demo", frames=part, segmenter="sheep")
