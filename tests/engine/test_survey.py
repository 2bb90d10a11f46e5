"""The survey finds what is worth a look, and leads from one place to the next."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from clips import Recipe, write_clip

from app.core.edits import SetTrack
from app.core.errors import Cancelled
from app.core.masks import MaskBlob
from app.engine.seam_quality import FrameQuality
from app.engine.survey import Problem, Trouble, next_problem, problems
from app.jobs.context import CancelToken, JobContext
from app.workspace import Workspace

COUNT = 12
GOOD = FrameQuality(1.0, 0.0, 0.05, 0.2)


def box(left: int, top: int = 20) -> MaskBlob:
    mask = np.zeros((64, 96), bool)
    mask[top : top + 20, left : left + 14] = True
    return MaskBlob.from_array(mask)


def test_a_jumping_mask_and_guesses_are_found(tmp_path: Path) -> None:
    with Workspace.open(write_clip(Recipe("ffv1", "clip.mkv", times=range(COUNT)), tmp_path)) as workspace:
        workspace.add_object()
        masks = {index: box(20 + index) for index in range(COUNT)}
        masks[7] = MaskBlob.from_array(box(27).to_array() | box(60, 5).to_array())
        workspace.perform(SetTrack.imported(workspace.document, 1, masks))
        view = workspace.results()
        assert workspace.survey(view, on_quality=lambda frame, quality: None)(JobContext()) == {}
        workspace.live(view, 0, on_frame=lambda index, state: None)(JobContext())
        told: list[int] = []
        found = workspace.survey(view, on_quality=lambda frame, quality: told.append(frame))(JobContext())
        assert sorted(found) == told == list(range(COUNT))
        jumps = [problem.frame for problem in problems(found) if Trouble.MASK in problem.troubles]
        assert 7 in jumps and 3 not in jumps
        token = CancelToken()
        token.cancel()
        with pytest.raises(Cancelled):
            workspace.survey(view, on_quality=lambda frame, quality: None)(JobContext(token))


def test_each_trouble_has_its_sign() -> None:
    qualities = {
        1: GOOD,
        2: FrameQuality(0.5, 0.5, 0.0, 0.0),
        3: FrameQuality(1.0, 0.0, 0.5, 0.0),
        4: FrameQuality(1.0, 0.0, 0.0, 9.0),
        5: FrameQuality(0.2, 0.8, 0.9, 9.0),
    }
    assert problems(qualities, frozenset({9})) == [
        Problem(2, (Trouble.GUESSED,)),
        Problem(3, (Trouble.MASK,)),
        Problem(4, (Trouble.SEAM,)),
        Problem(5, (Trouble.MASK, Trouble.GUESSED, Trouble.SEAM)),
        Problem(9, (Trouble.FAILED,)),
    ]


def test_a_key_leads_to_the_next_place_and_not_through_every_frame_of_it() -> None:
    found = [Problem(frame, (Trouble.SEAM,)) for frame in (10, 11, 12, 30, 31)]
    found.insert(3, Problem(13, (Trouble.MASK,)))
    places = []
    frame = 0
    while (problem := next_problem(found, frame)) is not None:
        places.append(problem.frame)
        frame = problem.frame
    assert places == [10, 13, 30]
    back = next_problem(found, 30, forward=False)
    assert back is not None and back.frame == 13
    assert next_problem(found, 10, forward=False) is None and next_problem([], 5) is None
