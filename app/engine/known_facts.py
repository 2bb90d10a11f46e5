"""What frames add to the names of results, remembered from plan to plan: a stroke changes a page of frames, not a film.

Names are hashes of what all frames of a walk add to them. Where a plan's masks of a page of frames are the very same
ones as another plan's, those facts are too, and are not hashed again.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from app.core.frame_map import PAGE_BITS, PAGE_FRAMES, FrameMap
from app.core.masks import MaskBlob
from app.engine.mask_tracks import MadeMasks
from app.engine.plan import RemovalPlan
from app.engine.restoration import RestorationPlan

Facts = tuple[bytes, ...]

_PLANS_KEPT = 4
"""So many plans' facts of a page are kept: those of ``final`` and ``live``, before an edit and after it."""
_LAST = PAGE_FRAMES - 1


@dataclass(frozen=True, slots=True)
class _Known:
    """The facts of a page.

    Attributes:
        sources: what they were made of; held, so that no other object takes its identity.
        facts: of its frames, in order.
    """

    sources: tuple[object, ...]
    facts: list[Facts]


class FactsMemory:
    """Facts of pages of frames, of several plans of one clip; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: dict[int, dict[Hashable, _Known]] = {}

    def of_page(self, plan: RemovalPlan, page: int) -> list[Facts]:
        """The facts of a page's frames, those outside the plan's range among them."""
        sources: list[object] = []
        name = _name_of(plan, page, sources)
        with self._lock:
            known = self._pages.setdefault(page, {})
            found = known.pop(name, None)
            if found is not None:
                known[name] = found  # the latest asked for goes last
        if found is None:
            start = page << PAGE_BITS
            found = _Known(tuple(sources), [plan.facts(index) for index in range(start, start + PAGE_FRAMES)])
            with self._lock:
                known[name] = found
                while len(known) > _PLANS_KEPT:
                    del known[next(iter(known))]
        return found.facts


class KnownFacts:
    """Facts of one plan's frames.

    Args:
        plan: the plan.
        memory: of plans of the same clip.
    """

    def __init__(self, plan: RemovalPlan, memory: FactsMemory) -> None:
        self._plan, self._memory = plan, memory
        self._page: tuple[int, list[Facts]] = (-1, [])

    def of(self, index: int) -> Facts:
        """All that a frame adds to the names of results, see ``RemovalPlan.facts``."""
        number, facts = self._page
        if number != index >> PAGE_BITS:
            number = index >> PAGE_BITS
            facts = self._memory.of_page(self._plan, number)
            self._page = number, facts
        return facts[index & _LAST]


def _name_of(plan: RemovalPlan, page: int, sources: list[object]) -> Hashable:
    """Tells apart what a page's facts depend on; what it names by identity is added to the sources."""
    start = page << PAGE_BITS
    frames = range(start, start + PAGE_FRAMES)
    if isinstance(plan, RestorationPlan):
        own = plan.restored
        masks = (own.visible, own.amodal, own.occluder)
        active = bytes(plan.is_active(index) for index in frames)
        drawn = own.drawn.pages.get(page, 0)
        made = plan.height, active, own.widths(plan.height), own.kind, drawn
        return (*made, *(_masks_name(each, page, sources) for each in masks))
    layers = tuple(
        (
            layer.holes,
            frozenset(index for index in layer.exact if index >> PAGE_BITS == page),
            _masks_name(layer.masks, page, sources),
            _identities((layer.soft.get(index) for index in frames), sources) if layer.soft else (),
        )
        for layer in plan.layers
    )
    references = [index for index in plan.references if index >> PAGE_BITS == page]
    return (
        plan.height,
        bytes(plan.is_active(index) for index in frames),
        layers,
        _masks_name(plan.kept, page, sources),
        tuple(references) and _identities((plan.references[index] for index in references), sources),
    )


def _masks_name(masks: Mapping[int, MaskBlob], page: int, sources: list[object]) -> Hashable:
    if isinstance(masks, MadeMasks):
        first, end = masks.frames
        start = page << PAGE_BITS
        within = min(max(first - start, 0), PAGE_FRAMES), min(max(end - start, 0), PAGE_FRAMES)
        return (masks.reach_px, within, *(_masks_name(track, page, sources) for track in masks.tracks))
    if isinstance(masks, FrameMap):
        return _identities([masks.page(page)], sources)
    start = page << PAGE_BITS
    return _identities((masks.get(index) for index in range(start, start + PAGE_FRAMES)), sources)


def _identities(parts: Iterable[object], sources: list[object]) -> Hashable:
    held = list(parts)
    sources.extend(part for part in held if part is not None)
    return tuple(0 if part is None else id(part) for part in held)
