"""Finished tracks in the result cache: what was walked once from the same anchor is not walked again.

A single object's track is kept walk by walk: from each anchor, forward and backward. An anchor that comes in between
shortens its neighbours' walks, which are kept already; only its own are new.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.core.geometry import Rect
from app.core.masks import MaskBlob
from app.core.prompts import BoxPrompt, Prompt
from app.engine.loader import tracker_version, tracking_scale
from app.engine.results import Key, ResultCache, chain
from app.engine.track_others import NOBODY, Others, facts_of
from app.engine.track_settings import TrackSettings
from app.engine.track_ways import TrackedFrame, Way

FORMAT = 5


@dataclass(frozen=True, slots=True)
class KeptWalks:
    """A ``WalkKeeper`` in the result cache.

    Attributes:
        cache: where.
        identity: of the clip's content, see ``ClipReader.same``.
        scale: how much the tracker shrinks the clip's pictures.
        fields: whether the tracker sees the first field of interlaced frames.
        version: of the tracker and its settings.
        others: objects that are not tracked, whose pixels are theirs.
    """

    cache: ResultCache
    identity: str
    scale: float
    fields: bool
    version: str
    others: Others = NOBODY

    @classmethod
    def of(
        cls,
        cache: ResultCache,
        identity: str,
        size: tuple[int, int],
        object_px: int,
        *,
        fields: bool,
        settings: TrackSettings,
        others: Others = NOBODY,
    ) -> KeptWalks:
        """For a clip of ``size`` (width, height) and an object whose longer side is ``object_px``."""
        return cls(cache, identity, tracking_scale(*size, object_px), fields, tracker_version(settings), others)

    def get(self, way: Way, direction: int) -> Sequence[TrackedFrame] | None:
        """See ``WalkKeeper.get``."""
        kept = self.cache.get(self.key(way, direction))
        return None if kept is None else unpack_track(kept)

    def put(self, way: Way, direction: int, answers: Sequence[TrackedFrame]) -> None:
        """See ``WalkKeeper.put``; a cache that cannot be written keeps nothing."""
        _put(self.cache, self.key(way, direction), pack_track(answers))

    def key(self, way: Way, direction: int) -> Key:
        """Names a walk by everything that it depends on, but not by where it ends."""
        facts = (
            f"{FORMAT} {self.version}",
            self.identity,
            f"{self.scale} {self.fields} {[way.shot, *_reached(way, direction)]} {direction}",
            _fact(way.anchor),
            *_facts_of(self.others, _seen_from(way, direction)),
        )
        return Key("walk", chain(b"walk", *(fact.encode() for fact in facts)))


def _reached(way: Way, direction: int) -> list[tuple[int, int]]:
    """The other shots that a walk goes through."""
    return [shot for shot in way.beyond if direction * (shot[0] - way.shot[0]) > 0]


def _seen_from(way: Way, direction: int) -> range:
    """The frames in which others' masks count for a walk, however far it goes."""
    at, shots = way.anchor.frame, [way.shot, *way.beyond]
    first = min(shots)[0] if direction < 0 else at
    return range(first, max(shots)[1] if direction > 0 else at + 1)


def _facts_of(others: Others, frames: range) -> list[str]:
    """What others have there; nothing where they have nothing, as if there were none."""
    said = facts_of(others, frames)
    return [said] if said else []


def together_key(
    identity: str,
    objects: Mapping[int, Sequence[Prompt]],
    frames: tuple[int, int],
    *,
    fields: bool,
    settings: TrackSettings,
    others: Others = NOBODY,
) -> Key:
    """Names a track of several objects by everything it depends on.

    Args:
        identity: of the clip's content, see ``ClipReader.same``.
        objects: the prompts of each.
        frames: first frame and end (exclusive) wanted.
        fields: whether the tracker sees the first field of interlaced frames.
        settings: which tracker, and what happens when an object is lost.
        others: objects that are not tracked, whose pixels are theirs.
    """
    facts = [f"{FORMAT} {tracker_version(settings)}", identity, f"{frames} {fields} {settings.stop_when_lost}"]
    for prompts in objects.values():
        facts += [f"object {len(prompts)}", *map(_fact, prompts)]
    ends = [end for prompts in objects.values() for prompt in prompts for end in (prompt.frame, prompt.frame + 1)]
    facts += _facts_of(others, range(min(frames[0], *ends), max(frames[1], *ends)))
    return Key("track", chain(b"track", *(fact.encode() for fact in facts)))


def _fact(prompt: Prompt) -> str:
    if isinstance(prompt, BoxPrompt):
        return repr(prompt)
    return f"{prompt.frame} {prompt.mask.digest().hex()}"


def kept_or_tracked_together(
    cache: ResultCache | None,
    key: Key,
    objects: Sequence[int],
    track_anew: Callable[[], Mapping[int, list[TrackedFrame]]],
) -> dict[int, list[TrackedFrame]]:
    """The track of several objects from the cache, or else made and kept there.

    Args:
        cache: None to neither use nor keep one.
        key: the track's name.
        objects: their ids, in the order that the key knows them by.
        track_anew: tracks.

    Returns:
        One answer a frame, in order, by id.
    """
    kept = None if cache is None else cache.get(key)
    if kept is not None:
        answers = unpack_track(kept)
        each = len(answers) // len(objects)
        return {which: answers[number * each : (number + 1) * each] for number, which in enumerate(objects)}
    found = dict(track_anew())
    if cache is not None:
        _put(cache, key, pack_track([answer for which in objects for answer in found[which]]))
    return found


def _put(cache: ResultCache, key: Key, data: bytes) -> None:
    try:
        cache.put(key, data)
    except OSError:  # a full or read-only disk: the track is good all the same, and the removal will tell
        return


def pack_track(answers: Sequence[TrackedFrame]) -> bytes:
    """Answers as bytes: a JSON head, then the packed masks."""
    head = [
        {
            "index": answer.index,
            "presence": float(answer.presence),
            "cut": answer.cut,
            "size": [answer.mask.width, answer.mask.height],
            "bbox": [answer.mask.bbox.x, answer.mask.bbox.y, answer.mask.bbox.width, answer.mask.bbox.height],
            "bytes": answer.mask.size_bytes,
        }
        for answer in answers
    ]
    text = json.dumps(head).encode()
    return len(text).to_bytes(4, "little") + text + b"".join(answer.mask.packed for answer in answers)


def unpack_track(data: bytes) -> list[TrackedFrame]:
    """The answers that ``pack_track`` packed."""
    start = 4 + int.from_bytes(data[:4], "little")
    answers = []
    for entry in json.loads(data[4:start]):
        end = start + entry["bytes"]
        width, height = entry["size"]
        mask = MaskBlob.from_packed(width, height, Rect(*entry["bbox"]), data[start:end])
        answers.append(TrackedFrame(entry["index"], mask, entry["presence"], entry["cut"]))
        start = end
    return answers
