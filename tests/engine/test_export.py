"""From a file to a cleaned file: the bits outside the hole, progress, stopping, failing, the report."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from clips import Recipe, write_clip
from standin_engine import StandInEngine

from app.core.errors import Cancelled, UserError
from app.core.masks import MaskBlob
from app.engine.compositing import touched_samples
from app.engine.export import RemovalJob, run_removal
from app.engine.fields import parities
from app.engine.holes import HoleSettings
from app.engine.plan import HoleLayer, Mode, RemovalPlan
from app.engine.removal import EngineFailure
from app.engine.report import RemovalReport
from app.engine.results import ResultCache
from app.jobs.context import CancelToken, JobContext, Progress
from app.media.reader import open_clip
from app.media.settings import ExportSettings

FRAMES = 8


def mask_for(index: int, width: int, height: int) -> MaskBlob:
    mask = np.zeros((height, width), bool)
    mask[15:34, 20 + index : 43 + index] = True
    return MaskBlob.from_array(mask)


def plan_for(path: Path, mode: Mode = Mode.FINAL, frames: tuple[int, int] | None = None) -> RemovalPlan:
    with open_clip(path) as reader:
        info, content = reader.info, reader.same.content
    first, end = frames or (0, info.frame_count)
    return RemovalPlan(
        source=path,
        identity=content,
        width=info.width,
        height=info.height,
        frames=(first, end),
        layers=(
            HoleLayer(
                {index: mask_for(index, info.width, info.height) for index in range(first, end)},
                HoleSettings(dilate_px=3, feather_px=2, after=0 if mode is Mode.LIVE else 1),
            ),
        ),
        mode=mode,
        fields=info.interlaced,
    )


def job_for(plan: RemovalPlan, target: Path, folder: Path, **changes: object) -> RemovalJob:
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    job = RemovalJob(
        plan=plan,
        engine=StandInEngine(),
        target=target,
        media=ExportSettings(codec="ffv1"),
        trim=False,
        cache=None,
        scratch=scratch,
    )
    return replace(job, **changes)  # type: ignore[arg-type]


def run(job: RemovalJob, context: JobContext | None = None) -> RemovalReport:
    report = RemovalReport(str(job.plan.source), str(job.target), {}, {})
    with open_clip(job.plan.source) as reader:
        return run_removal(job, reader, context or JobContext(), report)


def small(name: str, pix_fmt: str, **changes: object) -> Recipe:
    return replace(Recipe("ffv1", name, pix_fmt, times=range(FRAMES)), **changes)  # type: ignore[arg-type]


LOSSLESS = [
    small("yuv420.mkv", "yuv420p"),
    small("yuv420_odd.mkv", "yuv420p", size=(97, 65)),
    small("yuv420_10.mkv", "yuv420p10le"),
    small("yuv422.mkv", "yuv422p"),
    small("yuv422_10.mkv", "yuv422p10le"),
    small("yuv444.mkv", "yuv444p"),
    small("yuv444_10.mkv", "yuv444p10le"),
    small("rgb.mkv", "bgr0"),
    small("rgb_10.mkv", "gbrp10le"),
    small("alpha.mkv", "yuva420p"),
    small("alpha_rgb.mkv", "bgra"),
    small("gray16.mkv", "gray16le"),
    small("full_range.mkv", "yuv420p", full_range=True),
    small("full_range.mov", "yuvj420p", codec="mjpeg", full_range=True),
    small("rotated.mov", "yuv420p", codec="libx264", rotation=90),
]


@pytest.mark.parametrize("mode", [Mode.LIVE, Mode.FINAL], ids=lambda mode: mode.value)
@pytest.mark.parametrize("recipe", LOSSLESS, ids=lambda recipe: recipe.name)
def test_pixels_outside_the_hole_are_unchanged_to_the_bit(tmp_path: Path, recipe: Recipe, mode: Mode) -> None:
    source, target = write_clip(recipe, tmp_path), tmp_path / "out.mkv"
    plan = plan_for(source, mode)
    report = run(job_for(plan, target, tmp_path, check=True))
    with open_clip(source) as before, open_clip(target) as after:
        assert len(after) == FRAMES
        pairs = list(zip(before.frames(), after.frames(), strict=True))
    changed = 0
    for old, new in pairs:
        assert old.layout == new.layout
        region = plan.hole(old.index).full_region()
        for a, b, shifts in zip(old.planes, new.planes, old.layout.plane_shifts, strict=True):
            outside = ~touched_samples(region, *shifts)
            assert np.array_equal(a[outside], b[outside])
            changed += int((a != b).sum())
    assert changed > 0
    assert report.lossless and report.outside is not None and report.outside.identical


@pytest.mark.parametrize("fields", ["tff", "bff"])
def test_interlaced_clips_keep_their_fields_and_flags(tmp_path: Path, fields: str) -> None:
    source = write_clip(Recipe("ffv1", "fields.mkv", fields=fields, times=range(FRAMES)), tmp_path)
    target = tmp_path / "out.mkv"
    plan = plan_for(source, Mode.LIVE)
    assert plan.fields
    report = run(job_for(plan, target, tmp_path, check=True))
    assert report.outside is not None and report.outside.identical
    with open_clip(source) as before, open_clip(target) as after:
        assert after.info.field_order == before.info.field_order
        for old, new in zip(before.frames(), after.frames(), strict=True):
            assert new.interlaced and new.top_field_first == old.top_field_first
            hole = plan.hole(old.index)
            opaque = hole.full_alpha() == 255
            for order, parity in enumerate(parities(old)):
                luma, inside = new.planes[0][parity::2], opaque[parity::2]
                assert (luma[inside] == 2 * old.index + order).all()
                outside = ~touched_samples(hole.full_region()[parity::2], 1, 1)
                assert np.array_equal(new.planes[1][parity::2][outside], old.planes[1][parity::2][outside])


def test_a_lossy_target_reports_its_distance_outside_the_hole(tmp_path: Path) -> None:
    source, target = write_clip(small("in.mkv", "yuv420p"), tmp_path), tmp_path / "out.mp4"
    report = run(job_for(plan_for(source), target, tmp_path, media=ExportSettings(codec="h264"), check=True))
    assert report.outside is not None and not report.outside.identical
    assert report.outside.psnr_db is not None and 25 < report.outside.psnr_db < 70


def test_a_range_leaves_other_frames_untouched(tmp_path: Path) -> None:
    source, target = write_clip(small("in.mkv", "yuv420p"), tmp_path), tmp_path / "out.mkv"
    report = run(job_for(plan_for(source, frames=(3, 6)), target, tmp_path))
    assert [record.frame for record in report.frames] == [3, 4, 5]
    with open_clip(source) as before, open_clip(target) as after:
        same = [
            all(np.array_equal(a, b) for a, b in zip(old.planes, new.planes, strict=True))
            for old, new in zip(before.frames(), after.frames(), strict=True)
        ]
    assert same == [True] * 3 + [False] * 3 + [True] * 2


def test_trim_writes_the_range_only(tmp_path: Path) -> None:
    source, target = write_clip(small("in.mkv", "yuv420p"), tmp_path), tmp_path / "out.mkv"
    report = run(job_for(plan_for(source, frames=(3, 6)), target, tmp_path, trim=True, check=True))
    assert report.frame_count == 3 and report.outside is not None and report.outside.identical
    with open_clip(target) as after:
        assert len(after) == 3


@pytest.mark.parametrize("mode", [Mode.LIVE, Mode.FINAL], ids=lambda mode: mode.value)
def test_frames_that_are_only_looked_at_are_not_written(tmp_path: Path, mode: Mode) -> None:
    source = write_clip(small("in.mkv", "yuv420p"), tmp_path)
    plan = replace(plan_for(source, mode), cleaned=(3, 6))
    report = run(job_for(plan, tmp_path / "part.mkv", tmp_path, trim=True, check=True))
    assert [record.frame for record in report.frames] == [3, 4, 5] and report.frame_count == 3
    assert report.outside is not None and report.outside.identical
    run(job_for(plan, tmp_path / "whole.mkv", tmp_path))
    with (
        open_clip(source) as before,
        open_clip(tmp_path / "part.mkv") as part,
        open_clip(tmp_path / "whole.mkv") as out,
    ):
        assert (len(part), len(out)) == (3, FRAMES)
        for index in range(FRAMES):
            unchanged = np.array_equal(before.frame(index).planes[0], out.frame(index).planes[0])
            assert unchanged == (not 3 <= index < 6)
        assert np.array_equal(part.frame(0).planes[0], out.frame(3).planes[0])


def test_timestamps_are_the_sources(tmp_path: Path) -> None:
    times = [0, 40, 120, 133, 180, 260, 261, 400]
    recipe = small("vfr.mkv", "yuv420p", times=times, time_base=Fraction(1, 1000))
    source, target = write_clip(recipe, tmp_path), tmp_path / "out.mkv"
    run(job_for(plan_for(source), target, tmp_path))
    with open_clip(target) as after:
        assert [frame.pts * after.info.time_base * 1000 for frame in after.frames()] == times


@pytest.mark.parametrize("mode", [Mode.LIVE, Mode.FINAL], ids=lambda mode: mode.value)
def test_the_same_job_again_computes_nothing_and_writes_the_same(tmp_path: Path, mode: Mode) -> None:
    source = write_clip(small("in.mkv", "yuv420p"), tmp_path)
    plan, cache, engine = plan_for(source, mode), ResultCache(tmp_path / "cache"), StandInEngine()
    run(job_for(plan, tmp_path / "one.mkv", tmp_path, cache=cache))
    report = run(job_for(plan, tmp_path / "two.mkv", tmp_path, cache=cache, engine=engine))
    assert engine.stepped == [] and engine.shots == []
    assert all(record.cached for record in report.frames) and len(report.frames) == FRAMES
    with open_clip(tmp_path / "one.mkv") as one, open_clip(tmp_path / "two.mkv") as two:
        for a, b in zip(one.frames(), two.frames(), strict=True):
            assert all(np.array_equal(x, y) for x, y in zip(a.planes, b.planes, strict=True))


@pytest.mark.parametrize("mode", [Mode.LIVE, Mode.FINAL], ids=lambda mode: mode.value)
def test_stopping_leaves_no_file_and_keeps_what_is_finished(tmp_path: Path, mode: Mode) -> None:
    source, target = write_clip(small("in.mkv", "yuv420p"), tmp_path), tmp_path / "out.mkv"
    cache, token = ResultCache(tmp_path / "cache"), CancelToken()

    def stop_at_four(progress: Progress) -> None:
        if progress.text == "Writing" and progress.done == 4:
            token.cancel()

    with pytest.raises(Cancelled):
        run(job_for(plan_for(source, mode), target, tmp_path, cache=cache), JobContext(token, stop_at_four))
    assert not target.exists() and not list(tmp_path.glob(".out*"))
    assert len(list((tmp_path / "cache").rglob("*.patch"))) >= 4
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.parametrize("mode", [Mode.LIVE, Mode.FINAL], ids=lambda mode: mode.value)
def test_a_failing_engine_leaves_no_file_and_is_in_the_report(tmp_path: Path, mode: Mode) -> None:
    source, target = write_clip(small("in.mkv", "yuv420p"), tmp_path), tmp_path / "out.mkv"
    job = job_for(plan_for(source, mode), target, tmp_path, engine=StandInEngine(fails_at=5))
    report = RemovalReport(str(source), str(target), {}, {})
    with open_clip(source) as reader, pytest.raises(EngineFailure, match="frame 5"):
        run_removal(job, reader, JobContext(), report)
    assert not target.exists() and not list(tmp_path.glob(".out*"))
    assert report.failure is not None and [r.frame for r in report.frames if r.failed] == [5]


def test_a_cache_that_cannot_be_written_does_not_stop_the_job(tmp_path: Path) -> None:
    source, target = write_clip(small("in.mkv", "yuv420p"), tmp_path), tmp_path / "out.mkv"
    (tmp_path / "cache").write_text("in the way")
    report = run(job_for(plan_for(source), target, tmp_path, cache=ResultCache(tmp_path / "cache")))
    assert target.exists() and len(report.notes) == 1 and "could not be kept" in report.notes[0]


def test_an_existing_target_is_not_replaced(tmp_path: Path) -> None:
    source, target = write_clip(small("in.mkv", "yuv420p"), tmp_path), tmp_path / "out.mkv"
    target.write_bytes(b"precious")
    with pytest.raises(UserError, match="exists already"):
        run(job_for(plan_for(source), target, tmp_path))
    assert target.read_bytes() == b"precious"


def test_the_report_counts_the_hole_frame_by_frame(tmp_path: Path) -> None:
    source, target = write_clip(small("in.mkv", "yuv420p"), tmp_path), tmp_path / "out.mkv"
    plan = plan_for(source)
    report = run(job_for(plan, target, tmp_path))
    report.write(tmp_path / "report.json")
    data = json.loads((tmp_path / "report.json").read_text())
    areas = [plan.hole(index).area_px for index in range(FRAMES)]
    assert [frame["hole_px"] for frame in data["frames"]] == areas
    assert [frame["seen_px"] for frame in data["frames"]] == areas
    assert data["totals"]["hole_px"] == sum(areas) and data["totals"]["seen_share"] == 1.0
    assert data["media"]["codec"] == "ffv1" and data["lossless"] is True
    assert {"decode", "engine", "composite", "encode", "total"} <= set(data["timings_s"])


def test_progress_counts_every_written_frame(tmp_path: Path) -> None:
    source, target = write_clip(small("in.mkv", "yuv420p"), tmp_path), tmp_path / "out.mkv"
    seen: list[Progress] = []
    run(job_for(plan_for(source), target, tmp_path), JobContext(on_progress=seen.append))
    assert [p.done for p in seen if p.text == "Writing"] == list(range(1, FRAMES + 1))
    assert {p.total for p in seen if p.text == "Writing"} == {FRAMES}
