"""Finished tracks in the result cache: the same clip with the same prompts is not tracked again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

from app.core.geometry import Rect
from app.core.masks import MaskBlob
from app.core.prompts import BoxPrompt, Prompt
from app.engine.loader import tracker_version
from app.engine.results import Key, ResultCache, chain
from app.engine.tracking import TrackedFrame

FORMAT = 2


def track_key(identity: str, prompts: Sequence[Prompt], frames: tuple[int, int], *, fields: bool) -> Key:
    """Names a track by everything it depends on.

    Args:
        identity: of the clip's content, see ``source_identity``.
        prompts: that tracking goes out from, in order (of two at one frame the later counts).
        frames: first frame and end (exclusive) wanted.
        fields: whether the tracker sees the first field of interlaced frames.
    """
    facts = (f"{FORMAT} {tracker_version()}", identity, f"{frames} {fields}", *map(_fact, prompts))
    return Key("track", chain(b"track", *(fact.encode() for fact in facts)))


def _fact(prompt: Prompt) -> str:
    if isinstance(prompt, BoxPrompt):
        return repr(prompt)
    return f"{prompt.frame} {prompt.mask.digest().hex()}"


def kept_or_tracked(
    cache: ResultCache | None,
    key: Key,
    track_anew: Callable[[], Iterable[TrackedFrame]],
    on_answer: Callable[[TrackedFrame], None],
) -> list[TrackedFrame]:
    """A track from the cache, or else made and kept there.

    Args:
        cache: None to neither use nor keep one.
        key: the track's name.
        track_anew: tracks, and tells ``on_answer`` itself.
        on_answer: told every answer of a kept track.

    Returns:
        One answer a frame, in order.
    """
    kept = None if cache is None else cache.get(key)
    if kept is not None:
        answers = unpack_track(kept)
        for answer in answers:
            on_answer(answer)
        return answers
    answers = list(track_anew())
    if cache is not None:
        try:
            cache.put(key, pack_track(answers))
        except OSError:  # a full or read-only disk: the track is good all the same, and the removal will tell
            return answers
    return answers


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
