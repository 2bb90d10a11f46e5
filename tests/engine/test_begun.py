"""What is looked up of a document's results, and what is not hashed again after an edit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from standin_engine import HEIGHT, WIDTH, StandInEngine, moving_mask

import app.engine.preview
from app.core.document import ClipIdentity, Document, DocumentObject, Track
from app.core.errors import Cancelled
from app.engine.begun import BegunRenders
from app.engine.known_facts import FactsMemory, KnownFacts
from app.engine.live_chain import note_start
from app.engine.mask_tracks import MaskMemory
from app.engine.plan import Mode, RemovalPlan
from app.engine.planning import PlannedClip, plan_of
from app.engine.preview import Rendering
from app.engine.result_view import FrameState
from app.engine.results import Key, ResultCache
from app.engine.shots import MOST_WALKS, note_walk
from app.jobs.context import CancelToken, JobContext

COUNT = 700
CLIP = PlannedClip(Path("clip"), "clip", WIDTH, HEIGHT)


def document() -> Document:
    masks = [moving_mask(index) for index in range(30)]
    objects = tuple(
        DocumentObject(number, f"thing {number}", track=Track({index: masks[index % 30] for index in range(COUNT)}))
        for number in (1, 2)
    )
    return Document(ClipIdentity("clip", 1, WIDTH, HEIGHT, COUNT), objects, 3)


def painted(before: Document, frame: int) -> Document:
    first, *others = before.objects
    changed = first.track.changed({frame: moving_mask(frame + 7)})
    return replace(before, objects=(replace(first, track=changed), *others))


class CountingCache(ResultCache):
    """Counts what it is asked for."""

    asked = 0

    def has(self, key: Key) -> bool:
        self.asked += key.kind == "patch"
        return super().has(key)


@pytest.fixture
def cache(tmp_path: Path) -> CountingCache:
    return CountingCache(tmp_path / "cache")


@pytest.fixture
def rendering(cache: CountingCache, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Rendering:
    monkeypatch.setattr(app.engine.preview, "load_engine", lambda name, **_: StandInEngine())
    return Rendering(None, cache, lambda: tmp_path)  # type: ignore[arg-type]


def test_nothing_is_looked_up_in_a_clip_that_was_never_rendered(rendering: Rendering, cache: CountingCache) -> None:
    states = rendering.view(document(), CLIP, 25.0).states()
    assert set(states) == {FrameState.MISSING} and cache.asked == 0


def test_what_was_begun_is_looked_up_as_far_as_it_went(rendering: Rendering, cache: CountingCache) -> None:
    view = rendering.view(document(), CLIP, 25.0)
    note_start(cache, "clip", 0, 40)
    view.states()
    assert cache.asked == 40
    note_walk(cache, "clip", (0, COUNT))
    cache.asked = 0
    view.states()
    assert cache.asked == COUNT + 40


def test_a_look_up_stops_between_frames(rendering: Rendering, cache: CountingCache) -> None:
    note_start(cache, "clip", 0, COUNT)
    view = rendering.view(document(), CLIP, 25.0)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        view.states(checkpoint=JobContext(token).checkpoint)
    assert cache.asked == 0


def test_a_document_looked_at_aside_makes_nothing_stale(rendering: Rendering) -> None:
    rendered = rendering.view(document(), CLIP, 25.0)
    rendered.note_rendered(5)
    for frame in range(10, 18):
        rendering.view(painted(document(), frame), CLIP, 25.0, aside=True)
    assert rendering.view(painted(document(), 3), CLIP, 25.0).states()[5] == FrameState.STALE
    aside = rendering.view(painted(document(), 4), CLIP, 25.0, aside=True)
    assert aside.states()[5] == FrameState.MISSING


def test_a_start_keeps_the_furthest_frame_that_it_came_to(cache: CountingCache) -> None:
    note_start(cache, "clip", 20, 300)
    note_start(cache, "clip", 0, 40)
    note_start(cache, "clip", 20, 100)
    begun = BegunRenders(cache, "clip")
    assert begun.starts == (20, 0)
    assert (begun.reach(20), begun.reach(0), begun.reach(7)) == (300, 40, 0)


def test_after_too_many_walks_any_may_have_been_begun(cache: CountingCache) -> None:
    begun = BegunRenders(cache, "clip")
    for first in range(MOST_WALKS):
        note_walk(cache, "clip", (first, first + 9))
    assert not begun.has_walk((3, 12))
    assert begun.read() and not begun.read()
    assert begun.has_walk((3, 12)) and begun.has_walk((9000, 9001))


def plans(mode: Mode) -> tuple[RemovalPlan, RemovalPlan]:
    memory = MaskMemory()
    before, after = (
        plan_of(each, CLIP, (0, COUNT), mode, memory=memory) for each in (document(), painted(document(), 300))
    )
    return before, after


@pytest.mark.parametrize("mode", list(Mode))
def test_known_facts_are_those_of_the_plan(mode: Mode) -> None:
    memory = FactsMemory()
    before, after = plans(mode)
    for plan in (before, after, before.from_frame(100), after.from_frame(290), before):
        known = KnownFacts(plan, memory)
        assert [known.of(index) for index in range(COUNT)] == [plan.facts(index) for index in range(COUNT)]


def test_an_edit_changes_the_facts_of_its_page_alone() -> None:
    base = document()
    memory, masks = FactsMemory(), MaskMemory()
    before, after = (plan_of(each, CLIP, (0, COUNT), Mode.FINAL, memory=masks) for each in (base, painted(base, 300)))
    pages = [(memory.of_page(before, page), memory.of_page(after, page)) for page in range(3)]
    assert [old is new for old, new in pages] == [True, False, True]
    assert pages[1][0] != pages[1][1]
