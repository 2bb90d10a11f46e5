"""Project files: what is saved comes back exactly, damage is told apart from age, and a killed save loses nothing."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import textwrap
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from old_projects import as_version_2, write

from app.core.document import (
    Action,
    ClipIdentity,
    Document,
    DocumentObject,
    FrameMap,
    Marker,
    MaskOrigin,
    ObjectSettings,
    RenderSettings,
    Track,
)
from app.core.errors import UserError
from app.core.geometry import Rect
from app.core.masks import MaskBlob
from app.core.media_link import MediaMissing, content_fingerprint, find_media, relative_to_project
from app.core.pictures import ImageBlob
from app.core.project_file import KeptDocument, load_project, project_clip, save_project
from app.core.prompts import BoxPrompt, Click, Clicks, MaskPrompt
from app.core.shapes import Combine, Ease, Shape, ShapeKey, ShapeKind, Vertex
from app.core.soft_edge import SoftEdge

SIZE = (16, 12)
ROOT = Path(__file__).resolve().parents[2]

floats = st.floats(allow_nan=False, allow_infinity=False, width=64)
names = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
frames = st.integers(0, 500)


def mask(seed: int) -> MaskBlob:
    return MaskBlob.from_array(np.random.default_rng(seed).random(SIZE[::-1]) < (seed % 4) / 4)


def edge(seed: int) -> SoftEdge:
    matte = np.random.default_rng(seed).integers(1, 255, SIZE[::-1]).astype(np.uint8)
    made = SoftEdge.of(matte, np.zeros(SIZE[::-1], bool))
    assert made is not None
    return made


masks = st.integers(0, 30).map(mask)
clicks = st.builds(
    Clicks,
    st.lists(st.builds(Click, floats, floats, st.booleans(), st.integers(0, 3)), max_size=3).map(tuple),
    st.none() | st.builds(Rect, frames, frames, frames, frames),
    st.none() | masks,
    st.integers(0, 3),
)
vertices = st.builds(Vertex, floats, floats, floats, floats, floats, floats)
optional_span = st.none() | st.tuples(frames, frames)


@st.composite
def shapes(draw: Any) -> Shape:
    kind = draw(st.sampled_from(ShapeKind))
    count = 2 if kind is ShapeKind.BOX else draw(st.integers(3, 5))
    at = sorted(draw(st.sets(frames, min_size=1, max_size=3)))
    keys = tuple(
        ShapeKey(frame, tuple(draw(st.lists(vertices, min_size=count, max_size=count))), draw(st.sampled_from(Ease)))
        for frame in at
    )
    return Shape(draw(frames), kind, keys, draw(st.sampled_from(Combine)), draw(optional_span), draw(names))


objects = st.builds(
    DocumentObject,
    st.integers(1, 99),
    names,
    st.lists(
        st.builds(MaskPrompt, masks, frames, st.none() | clicks)
        | st.builds(BoxPrompt, st.builds(Rect, frames, frames, frames, frames), frames),
        max_size=3,
    ).map(tuple),
    st.dictionaries(frames, masks, max_size=5).map(Track),
    st.builds(
        ObjectSettings,
        st.integers(0, 9),
        st.booleans(),
        st.booleans(),
        st.sampled_from(Action),
        st.none() | st.integers(0, 99),
        st.none() | st.integers(0, 99),
        st.booleans(),
        st.none() | st.integers(0, 5),
    ),
    st.lists(shapes(), max_size=2).map(tuple),
    st.sampled_from(MaskOrigin),
    st.dictionaries(frames, st.integers(0, 9).map(edge), max_size=3).map(FrameMap),
)
pictures = st.integers(0, 3).map(
    lambda seed: ImageBlob.from_array(
        np.random.default_rng(seed).integers(0, 255, (12, 16, 3)).astype(np.uint8 if seed % 2 else np.uint16)
    )
)
documents = st.builds(
    Document,
    st.builds(
        ClipIdentity, names, st.integers(0, 2**60), st.just(SIZE[0]), st.just(SIZE[1]), st.integers(1, 900), names
    ),
    st.lists(objects, max_size=3).map(tuple),
    st.integers(1, 99),
    st.none() | st.tuples(frames, frames),
    st.lists(st.builds(Marker, frames, names, frames), max_size=3).map(tuple),
    st.builds(
        RenderSettings,
        names,
        names,
        frames,
        names,
        st.none() | frames,
        floats,
        floats,
    ),
    st.dictionaries(frames, pictures, max_size=2).map(FrameMap),
)


def simple(marks: int = 1) -> Document:
    thing = DocumentObject(1, "thing", track=Track({index: mask(index) for index in range(marks)}))
    return Document(ClipIdentity("/media/clip.mp4", 1000, *SIZE, 600, "abc"), (thing,), 2)


@given(document=documents)
def test_what_was_saved_comes_back_exactly(tmp_path_factory: pytest.TempPathFactory, document: Document) -> None:
    path = tmp_path_factory.getbasetemp() / "exact.cleanplate"
    save_project(path, document, {"playhead": 7, "zoom": 1.5})
    again = load_project(path)
    assert again.document == document and again.view == {"playhead": 7, "zoom": 1.5}
    assert project_clip(path) == document.clip


@given(document=documents, kept=st.lists(st.builds(KeptDocument, names, documents, st.booleans()), max_size=2))
def test_kept_results_come_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, document: Document, kept: list[KeptDocument]
) -> None:
    kept = [replace(each, document=replace(each.document, clip=document.clip)) for each in kept]
    path = tmp_path_factory.getbasetemp() / "kept.cleanplate"
    save_project(path, document, kept=kept)
    assert load_project(path).document == document and load_project(path).kept == tuple(kept)


@given(document=documents)
def test_a_project_of_version_2_opens(tmp_path_factory: pytest.TempPathFactory, document: Document) -> None:
    path, old = (tmp_path_factory.getbasetemp() / name for name in ("new.cleanplate", "old.cleanplate"))
    save_project(path, document, kept=[KeptDocument("one", document)])
    as_version_2(path, old)
    again = load_project(old)
    assert again.document == document and again.kept == (KeptDocument("one", document),)


def test_a_project_of_a_version_without_kept_results_opens(tmp_path: Path) -> None:
    path, old = tmp_path / "p.cleanplate", tmp_path / "old.cleanplate"
    save_project(path, simple(3))
    data = as_version_2(path, old)
    del data["kept"]
    with zipfile.ZipFile(path) as new:
        write(old, data, {"blobs.bin": new.read("blobs.bin")})
    assert load_project(old).document == simple(3) and load_project(old).kept == ()


def test_no_part_of_a_project_that_is_read_in_one_go_grows_with_its_frames(tmp_path: Path) -> None:
    sizes = []
    for marks in (300, 600):
        save_project(tmp_path / "p.cleanplate", simple(marks))
        with zipfile.ZipFile(tmp_path / "p.cleanplate") as archive:
            sizes.append(archive.getinfo("project.json").file_size)
    assert sizes[1] < sizes[0] + 20


def test_kept_results_share_masks_with_the_document(tmp_path: Path) -> None:
    alone, beside = tmp_path / "alone.cleanplate", tmp_path / "beside.cleanplate"
    save_project(alone, simple(30))
    save_project(beside, simple(30), kept=[KeptDocument("one", simple(29))])
    with zipfile.ZipFile(alone) as first, zipfile.ZipFile(beside) as second:
        assert first.read("blobs.bin") == second.read("blobs.bin")


def test_masks_are_compact_and_kept_once(tmp_path: Path) -> None:
    yy, xx = np.mgrid[0:1080, 0:1920]
    ball = MaskBlob.from_array((yy - 500) ** 2 + (xx - 800) ** 2 < 200**2)
    clip = ClipIdentity("clip.mp4", 1, 1920, 1080, 3000)
    thing = DocumentObject(1, "thing", track=Track(dict.fromkeys(range(3000), ball)))
    save_project(tmp_path / "p.cleanplate", Document(clip, (thing,), 2))
    assert (tmp_path / "p.cleanplate").stat().st_size < 60_000


def test_damage_is_said_and_never_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "p.cleanplate"
    save_project(path, simple(8))
    whole = path.read_bytes()
    chance = random.Random(5)
    refused = 0
    for _ in range(120):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged[: chance.choice([len(damaged), chance.randrange(len(damaged))])])
        try:
            load_project(path)
        except UserError as error:
            refused += "p.cleanplate" in str(error)
    assert refused > 80
    (tmp_path / "text.cleanplate").write_text("hello")
    with pytest.raises(UserError, match="damaged or no Cleanplate project"):
        load_project(tmp_path / "text.cleanplate")
    with pytest.raises(UserError, match="cannot be read"):
        load_project(tmp_path / "missing.cleanplate")
    (tmp_path / "folder.cleanplate").mkdir()
    with pytest.raises(UserError, match="not a file"):
        load_project(tmp_path / "folder.cleanplate")


def changed_head(path: Path, **changes: object) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    head = {**json.loads(parts["project.json"]), **changes}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {**parts, "project.json": json.dumps(head).encode()}.items():
            archive.writestr(name, data)


@pytest.mark.parametrize("wrong", [{"path": 5}, {"path": None}, {"rate": []}, {"fingerprint": {}}], ids=str)
def test_a_clip_that_is_named_by_no_text_is_damage(tmp_path: Path, wrong: dict[str, object]) -> None:
    path = tmp_path / "p.cleanplate"
    save_project(path, simple(2))
    with zipfile.ZipFile(path) as archive:
        document = json.loads(archive.read("project.json"))["document"]
    changed_head(path, document={**document, "clip": {**document["clip"], **wrong}})
    for read in (load_project, project_clip):
        with pytest.raises(UserError, match="damaged"):
            read(path)


def test_a_newer_programs_project_is_not_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "p.cleanplate"
    save_project(path, simple())
    changed_head(path, version=99)
    with pytest.raises(UserError, match="newer Cleanplate"):
        load_project(path)
    changed_head(path, version=1, format="other")
    with pytest.raises(UserError, match="no Cleanplate project"):
        load_project(path)


def test_a_project_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "p.cleanplate"
    save_project(path, simple(2))
    with pytest.raises(ValueError, match="JSON"):
        save_project(path, simple(3), {"zoom": float("nan")})
    assert load_project(path).document == simple(2)
    assert [entry.name for entry in tmp_path.iterdir()] == ["p.cleanplate"]
    with pytest.raises(UserError, match="choose another place"):
        save_project(tmp_path / "nowhere" / "p.cleanplate", simple())


def test_a_clip_near_the_project_is_found_after_both_moved(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "media").mkdir(parents=True)
    (old / "media" / "clip.mp4").write_bytes(b"pictures")
    document = replace(simple(), clip=replace(simple().clip, path=str(old / "media" / "clip.mp4"), fingerprint=""))
    clip = replace(document.clip, fingerprint=content_fingerprint(old / "media" / "clip.mp4"))
    save_project(old / "p.cleanplate", replace(document, clip=clip))
    assert load_project(old / "p.cleanplate").relative == "media/clip.mp4"
    old.rename(new)
    found = find_media(new / "p.cleanplate", clip, "media/clip.mp4")
    assert found.path == new / "media" / "clip.mp4" and found.same_content
    (new / "media" / "clip.mp4").write_bytes(b"other pictures")
    assert not find_media(new / "p.cleanplate", clip, "media/clip.mp4").same_content
    (new / "clip.mp4").write_bytes(b"pictures")
    assert find_media(new / "p.cleanplate", clip, "media/clip.mp4").path == new / "clip.mp4"
    for path in (new / "clip.mp4", new / "media" / "clip.mp4"):
        path.unlink()
    with pytest.raises(MediaMissing, match=r"clip\.mp4.*p\.cleanplate.*say where"):
        find_media(new / "p.cleanplate", clip, "media/clip.mp4")


def test_a_clip_beside_a_project_that_comes_from_windows_is_found_by_its_name(tmp_path: Path) -> None:
    clip = replace(simple().clip, path=r"D:\shoot\clip.mp4", fingerprint="")
    with pytest.raises(MediaMissing, match=r"The clip clip\.mp4 of"):
        find_media(tmp_path / "p.cleanplate", clip, None)
    (tmp_path / "clip.mp4").write_bytes(b"pictures")
    assert find_media(tmp_path / "p.cleanplate", clip, None).path == tmp_path / "clip.mp4"


def test_a_clip_far_away_has_no_relative_path(tmp_path: Path) -> None:
    project = tmp_path / "a" / "b" / "c" / "p.cleanplate"
    assert relative_to_project(str(tmp_path / "a" / "clip.mp4"), project) == "../../clip.mp4"
    assert relative_to_project(str(tmp_path / "clip.mp4"), project) is None


def test_a_killed_save_leaves_a_whole_project(tmp_path: Path) -> None:
    """Processes that save over and over are killed at random moments; the file is always one of theirs."""
    path = tmp_path / "p.cleanplate"
    code = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        sys.path[:0] = [sys.argv[1], sys.argv[2]]
        from app.core.project_file import save_project
        from test_project_file import simple
        print("ready", flush=True)
        count = 0
        while True:
            count += 1
            save_project(Path(sys.argv[3]), simple(1 + count % 40), {"count": count})
        """
    )
    chance = random.Random(1)
    save_project(path, simple(2), {"count": 1})
    for _ in range(4):
        with subprocess.Popen(
            [sys.executable, "-c", code, str(ROOT), str(Path(__file__).parent), str(path)], stdout=subprocess.PIPE
        ) as process:
            try:
                assert process.stdout is not None and process.stdout.readline().strip() == b"ready"
                deadline = time.monotonic() + chance.uniform(0.01, 0.2)
                while time.monotonic() < deadline:
                    check_whole(path)
            finally:
                process.kill()
        check_whole(path)


def test_what_a_killed_save_left_is_cleared_by_a_later_one(tmp_path: Path) -> None:
    path = tmp_path / "a[1].cleanplate"
    names = (".a[1].cleanplate.x.partial", ".a[1].cleanplate.y.partial", ".b")
    old, young, others = (tmp_path / name for name in names)
    for left in (old, young, others):
        left.touch()
    os.utime(old, (1.0, 1.0))
    save_project(path, simple())
    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted([young.name, others.name, path.name])


def check_whole(path: Path) -> None:
    saved = load_project(path)
    assert saved.document == simple(1 + int(saved.view["count"]) % 40)
