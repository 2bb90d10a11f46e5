"""Metadata, chapters and timecode: made again for the target, never copied as streams."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from app.media.codecs import Container

if TYPE_CHECKING:
    from av.container.core import Chapter  # the compiled module does not have the name

_WRITTEN_BY_MUXERS = frozenset(
    {"major_brand", "minor_version", "compatible_brands", "encoder", "duration", "vendor_id", "rotate", "timecode"}
)
_STATISTICS = re.compile(r"^(BPS|NUMBER_OF_(FRAMES|BYTES)|DURATION|_STATISTICS_.*|SOURCE_ID)(-\w+)?$", re.IGNORECASE)
_ITUNES_KEYS = frozenset(
    {
        *("title", "artist", "album_artist", "composer", "album", "date", "encoding_tool", "comment", "genre"),
        *("copyright", "grouping", "lyrics", "description", "synopsis", "show", "episode_id", "network", "keywords"),
        *("episode_sort", "season_number", "media_type", "hd_video", "gapless_playback", "compilation"),
        *("creation_time",),
        *("track", "disc", "location", "location-eng"),
    }
)
_QUICKTIME_SPELLING = {
    "fre": "fra", "deu": "ger", "nld": "dut", "swe": "sve", "ell": "gre", "isl": "ice", "zho": "chi", "fas": "per",
    "sqi": "alb", "rum": "ron", "cze": "ces", "slo": "slk", "mkd": "mac", "hye": "arm", "kat": "geo", "bod": "tib",
    "mya": "bur", "msa": "may", "cym": "wel", "eus": "baq",
}  # fmt: skip
_QUICKTIME_LANGUAGES = frozenset(
    {
        "eng", "fra", "ger", "ita", "dut", "sve", "spa", "dan", "por", "nor", "heb", "jpn", "ara", "fin", "gre",
        "ice", "mlt", "tur", "chi", "urd", "hin", "tha", "kor", "lit", "pol", "hun", "est", "lav", "per", "rus",
        "alb", "ron", "ces", "slk", "slv", "yid", "mac", "bul", "ukr", "bel", "uzb", "kaz", "aze", "arm", "geo",
        "mol", "kir", "tgk", "tuk", "mon", "pus", "kur", "kas", "snd", "tib", "nep", "san", "mar", "ben", "asm",
        "guj", "ori", "mal", "kan", "tam", "tel", "sin", "bur", "khm", "lao", "vie", "ind", "tgl", "may", "amh",
        "tir", "orm", "som", "swa", "run", "nya", "mlg", "epo", "wel", "baq", "cat", "lat", "que", "grn", "aym",
        "tat", "uig", "dzo", "jav",
    }
)  # fmt: skip
"""Those seen to come back from a MOV."""


def clip_tags(metadata: Mapping[str, str], target: Container) -> dict[str, str]:
    """The container's tags that travel (what muxers write themselves stays behind)."""
    kept = {key: value for key, value in metadata.items() if key.lower() not in _WRITTEN_BY_MUXERS}
    return {} if target.format == "mpegts" else kept


def needs_free_tags(tags: Mapping[str, str], target: Container) -> bool:
    """Whether MP4's fixed set of tags would lose some of these (QuickTime's free keys hold all)."""
    return target.format in ("mp4", "mov") and any(key.lower() not in _ITUNES_KEYS for key in tags)


def language_for(language: str, target: Container) -> str | None:
    """How the target spells a language (ISO 639-2), None where it cannot say it.

    QuickTime knows a fixed list, for which FFmpeg wants its own mixture of the two ISO spellings.
    """
    if target.format != "mov":
        return language
    spelled = _QUICKTIME_SPELLING.get(language, language)
    return spelled if spelled in _QUICKTIME_LANGUAGES else None


def stream_tags(metadata: Mapping[str, str], target: Container) -> dict[str, str]:
    """A stream's tags that travel; MP4 calls a title ``name`` on reading and ``title`` on writing."""
    kept = {
        key: value
        for key, value in metadata.items()
        if key.lower() not in _WRITTEN_BY_MUXERS and not _STATISTICS.match(key) and key != "name"
    }
    if target.format not in ("mp4", "mov"):
        kept = {key: value for key, value in kept.items() if key.lower() != "handler_name"}
    title = stream_title(metadata)
    if title:
        kept["title"] = title
    language = language_for(kept.pop("language", ""), target)
    if language:
        kept["language"] = language
    return kept


def stream_title(metadata: Mapping[str, str]) -> str | None:
    """A stream's title under either of its names."""
    return metadata.get("title") or metadata.get("name")


def chapters_travel(target: Container) -> bool:
    """Whether the container has chapters."""
    return target.format != "mpegts"


def moved_chapters(
    chapters: list[Chapter], origin: Fraction, first: Fraction | None = None, last: Fraction | None = None
) -> list[Chapter]:
    """Chapters on the output's clock, cut to the part that is written.

    Args:
        chapters: as the source has them.
        origin: source time, in seconds, that becomes zero.
        first: source time in seconds where the written part starts, None for the clip's start.
        last: where it ends, None for the clip's end.
    """
    moved: list[Chapter] = []
    for chapter in chapters:
        base = chapter["time_base"] or Fraction(1, 1000)
        start, end = chapter["start"] * base, chapter["end"] * base
        start = start if first is None else max(start, first)
        end = end if last is None else min(end, last)
        if end <= start and (first is not None or last is not None):
            continue
        unit = Fraction(1, 1_000_000_000)
        moved.append(
            {
                "id": chapter["id"],
                "start": round(max(start - origin, Fraction(0)) / unit),
                "end": round((end - origin) / unit),
                "time_base": unit,
                "metadata": dict(chapter["metadata"]),
            }
        )
    return moved


def timecode_after(timecode: str, frames: int, rate: Fraction) -> str:
    """The timecode ``frames`` later.

    Args:
        timecode: ``HH:MM:SS:FF``; a ``;`` or ``.`` before the frames means drop-frame counting.
        frames: how many frames to move on.
        rate: frames a second of the clip; the count runs at its nearest whole number.

    Returns:
        The later timecode, or ``timecode`` itself if it is not in that form.
    """
    found = re.fullmatch(r"(\d{1,2}):(\d{2}):(\d{2})([:;.])(\d{2,3})", timecode.strip())
    if found is None:
        return timecode
    hours, minutes, seconds, frame = (int(found[i]) for i in (1, 2, 3, 5))
    nominal = max(round(rate), 1)
    dropped = nominal // 15 if found[4] != ":" and nominal % 30 == 0 else 0
    total_minutes = hours * 60 + minutes
    count = (total_minutes * 60 + seconds) * nominal + frame - dropped * (total_minutes - total_minutes // 10)
    count += frames
    if dropped:
        per_minute, per_ten = 60 * nominal - dropped, 600 * nominal - 9 * dropped
        tens, rest = divmod(count, per_ten)
        skipped_minutes = max((rest - dropped) // per_minute, 0) if rest >= dropped else 0
        count += dropped * (9 * tens + skipped_minutes)
    seconds_total, frame = divmod(count, nominal)
    hours, minutes, seconds = seconds_total // 3600 % 24, seconds_total // 60 % 60, seconds_total % 60
    return f"{hours:02}:{minutes:02}:{seconds:02}{found[4]}{frame:02}"
