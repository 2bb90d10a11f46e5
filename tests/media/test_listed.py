"""Lists of clips: what they name."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.media.listed import with_listed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("one.mkv", "two.mkv", "s0.ts", "s1.ts", "init.mp4"):
        (tmp_path / name).write_bytes(b"pictures")
    return tmp_path


def test_a_clip_names_nothing(folder: Path) -> None:
    assert with_listed([folder / "one.mkv", folder, folder / "nowhere.mkv"]) == [
        *(folder / "one.mkv", folder, folder / "nowhere.mkv"),
    ]


def test_a_list_is_followed_by_its_clips_and_theirs(folder: Path) -> None:
    (folder / "inner.ffconcat").write_text("ffconcat version 1.0\nfile two.mkv\nfile inner.ffconcat\n")
    (folder / "outer.txt").write_text(
        "ffconcat version 1.0\n# file s0.ts\nfile 'one.mkv'\nduration 2\nfile gone.mkv\nfile inner.ffconcat\n"
    )
    found = with_listed([folder / "outer.txt"])
    assert [path.name for path in found] == ["outer.txt", "one.mkv", "inner.ffconcat", "two.mkv"]


def test_a_playlist_is_followed_by_its_parts(folder: Path) -> None:
    (folder / "clip.m3u8").write_text(
        '#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:2,\ns0.ts\n#EXTINF:2,\ns1.ts\nhttp://host/s2.ts\n'
        f"#EXTINF:2,\n{'x' * 5000}\n#EXT-X-ENDLIST\n"
    )
    assert [path.name for path in with_listed([folder / "clip.m3u8"])] == ["clip.m3u8", "init.mp4", "s0.ts", "s1.ts"]
