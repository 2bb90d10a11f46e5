"""Two objects that have the same pixels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import app.engine.shared_pixels
from app.core.document import ClipIdentity, Document, DocumentObject, Track
from app.core.errors import Cancelled
from app.core.masks import MaskBlob
from app.engine.shared_pixels import SharedPixels

COUNT = 30


def block(left: int, width: int = 20) -> MaskBlob:
    mask = np.zeros((48, 96), np.bool_)
    mask[10:30, left : left + width] = True
    return MaskBlob.from_array(mask)


def document(*lefts: list[int]) -> Document:
    objects = tuple(
        DocumentObject(number, f"thing {number}", track=Track({index: block(left) for index, left in enumerate(each)}))
        for number, each in enumerate(lefts, 1)
    )
    return Document(ClipIdentity("clip", 1, 96, 48, COUNT), objects, len(lefts) + 1)


def test_frames_in_which_one_object_lies_over_another_are_found() -> None:
    found = SharedPixels().frames(document([0] * COUNT, [60 - 2 * index for index in range(COUNT)]))
    assert found == frozenset(range(21, COUNT)), "from where more than a border is common"


def test_objects_that_touch_or_stand_alone_share_nothing() -> None:
    assert SharedPixels().frames(document([0] * COUNT, [20] * COUNT)) == frozenset()
    assert SharedPixels().frames(document([0] * COUNT)) == frozenset()
    assert SharedPixels().frames(document([0] * 5, [0] * COUNT)) == frozenset(range(5)), "where both have masks"


def test_only_frames_that_changed_are_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels, asked = SharedPixels(), []
    share = app.engine.shared_pixels._share

    def counted(one: MaskBlob, other: MaskBlob) -> bool:
        asked.append(one)
        return share(one, other)

    monkeypatch.setattr(app.engine.shared_pixels, "_share", counted)
    before = document([0] * COUNT, [40] * COUNT)
    assert pixels.frames(before) == frozenset() and len(asked) == COUNT
    first, second = before.objects
    after = replace(before, objects=(first, replace(second, track=second.track.changed({7: block(5)}))))
    assert pixels.frames(after) == frozenset({7}) and len(asked) == COUNT + 1


def test_it_can_be_cancelled() -> None:
    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        SharedPixels().frames(document([0] * COUNT, [40] * COUNT), stop)
