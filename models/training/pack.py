"""Packs what must travel to a machine without a network: clips and stills, third-party weights, unfinished runs.

Run as::

    python -m models.training.pack --data DIR --out out/carry --run out/vornet --run out/inpainting

Clips of the validation half stay behind. If the whole is too large, stills are left out, evenly, then clips that no
training is watched on. The few small Python packages that a machine with torch and OpenCV may lack come along as
wheels.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from models.registry import LPIPS_ALEXNET, VGG16
from models.training.data.banks import PICTURE_SUFFIXES
from models.training.data.footage import FootageError, list_footage
from models.training.data.split import is_training_clip, read_split
from models.training.masks.windows import WATCHED
from models.training.running.checkpoint import INDEX
from models.training.running.configuration import TrainingError
from models.weights import WeightsError, find_weights

LIMIT_MIB = 48
"""64 travel; the tracked files, 14.4 today, are among them."""
LIST = "parcels.txt"
PACKAGES = ("rich", "markdown-it-py", "mdurl", "pygments", "platformdirs", "pypatchmatch")
"""What ``models`` needs beside torch, numpy, OpenCV and safetensors, with what those need."""
WHEELS_BYTES = 3 << 20
GOLDEN = 0.6180339887498949
"""Its multiples, modulo one, spread evenly however many are taken."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One file and where it goes in the packed folder.

    Attributes:
        source: the file.
        target: its place in the packed folder.
        still: what may be left behind first, a still with the mask that belongs to it, by name; empty for all else.
        clip: what may be left behind then, a clip with its masks.
    """

    source: Path
    target: str
    still: str = ""
    clip: str = ""


def collect(data: Path, weights: Path | None, runs: Sequence[Path], start: Sequence[Path] = ()) -> list[Parcel]:
    """All that a training needs.

    Args:
        data: folder of clips, masks and stills.
        weights: folder of third-party weights; None for the user's.
        runs: folders of trainings to go on with.
        start: files of weights to begin with.

    Raises:
        FootageError: the folder holds no clips.
        WeightsError: third-party weights, or some to begin with, are missing.
        TrainingError: a run has no checkpoint.
    """
    parcels = []
    watched = read_split("tuning").clips | frozenset(WATCHED)
    for clip in list_footage(data).values():
        if is_training_clip(clip.name):
            name = "" if clip.name in watched else clip.name
            files = (clip.file, *clip.masks)
            parcels += [Parcel(file, f"data/{file.relative_to(data)}", clip=name) for file in files]
    for file in sorted(data.glob("stills/**/*")):
        if file.is_file() and file.suffix.lower() in PICTURE_SUFFIXES:
            set_name = file.relative_to(data).parts[1]
            parcels.append(Parcel(file, f"data/{file.relative_to(data)}", still=f"{set_name}/{file.stem}"))
    for entry in (LPIPS_ALEXNET, VGG16):
        parcels.append(Parcel(find_weights(entry, weights), f"weights/{entry.file}"))
    for file in start:
        if not file.is_file():
            raise WeightsError(f"There are no weights at {file}: --start names a file that a training left.")
        parcels.append(Parcel(file, f"start/{file.name}"))
    for run in runs:
        if not (run / INDEX).is_file():
            raise TrainingError(f"{run} holds no checkpoint; train there first or leave it out.")
        names = [INDEX, "log.jsonl", *json.loads((run / INDEX).read_bytes())["parts"]]
        # VOIN's joint training begins with the weights that its stages left.
        names += [file.name for file in sorted(run.glob("voin-*.safetensors"))]
        parcels += [Parcel(run / name, f"runs/{run.name}/{name}") for name in names]
    return parcels


def fitted(parcels: Sequence[Parcel], limit_bytes: int) -> list[Parcel]:
    """The parcels without as many stills, then clips, evenly spread, as makes them fit.

    Raises:
        TrainingError: they do not fit even so.
    """
    sizes = {parcel.target: parcel.source.stat().st_size for parcel in parcels}
    excess = sum(sizes.values()) - limit_bytes
    kept = list(parcels)
    for kind in ("still", "clip"):
        together: dict[str, int] = {}
        for parcel in parcels:
            name = getattr(parcel, kind)
            if name:
                together[name] = together.get(name, 0) + sizes[parcel.target]
        dropped: set[str] = set()
        for _, name in sorted((number * GOLDEN % 1.0, name) for number, name in enumerate(together)):
            if excess <= 0:
                break
            dropped.add(name)
            excess -= together[name]
        kept = [parcel for parcel in kept if getattr(parcel, kind) not in dropped]
    if excess > 0:
        raise TrainingError(
            "Without stills, and with no clip but those that trainings are watched on, the parcels are "
            f"{excess:,} bytes too large: pack fewer runs at a time."
        )
    return kept


def fetch_wheels(out: Path) -> None:
    """Downloads ``PACKAGES`` into ``out``, in the versions installed here; pip's own settings hold.

    Raises:
        TrainingError: pip could not.
    """
    out.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary", ":all:", "--dest", str(out)]
    command += [f"{name}=={metadata.version(name)}" for name in PACKAGES]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise TrainingError(f"pip could not download the small packages ({reason}); say --no-wheels to go without.")


def write_manifest(data: Path, out: Path, *, without: Collection[str] = ()) -> None:
    """The folder's manifest without the validation half's clips and those named; nothing where there is none."""
    source = data / "manifest.json"
    if source.is_file():
        entries = json.loads(source.read_bytes())
        kept = [
            entry
            for entry in entries
            if entry["kind"] != "video" or (is_training_clip(entry["name"]) and entry["name"] not in without)
        ]
        (out / "data").mkdir(parents=True, exist_ok=True)
        (out / "data" / "manifest.json").write_text(json.dumps(kept), encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Packs; returns the exit code."""
    parser = argparse.ArgumentParser(description="Pack what must travel to a training machine.")
    parser.add_argument("--data", type=Path, required=True, help="folder of clips, masks and stills")
    parser.add_argument("--out", type=Path, required=True, help="folder to fill; one that was packed before is emptied")
    parser.add_argument("--weights", type=Path, help="folder of third-party weights; by default the user's")
    parser.add_argument("--run", type=Path, action="append", default=[], help="a run to go on with; may be repeated")
    parser.add_argument("--start", type=Path, action="append", default=[], help="weights to begin with; repeatable")
    parser.add_argument("--limit-mib", type=float, default=LIMIT_MIB)
    parser.add_argument("--no-wheels", action="store_true", help="without the small Python packages")
    options = parser.parse_args(arguments)
    room = round(options.limit_mib * (1 << 20)) - (0 if options.no_wheels else WHEELS_BYTES)
    try:
        whole = collect(options.data, options.weights, options.run, options.start)
        parcels = fitted(whole, room)
    except (FootageError, WeightsError, TrainingError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if (options.out / LIST).is_file():
        shutil.rmtree(options.out)
    elif options.out.exists() and any(options.out.iterdir()):
        sys.stderr.write(f"{options.out} holds other files; name a new folder, or one that was packed before.\n")
        return 2
    for parcel in parcels:
        target = options.out / parcel.target
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(parcel.source, target)
    stills, clips = _left_behind(whole, parcels, "still"), _left_behind(whole, parcels, "clip")
    write_manifest(options.data, options.out, without=clips)
    if not options.no_wheels:
        try:
            fetch_wheels(options.out / "wheels")
        except TrainingError as error:
            sys.stderr.write(f"{error}\n")
            return 2
    (options.out / LIST).write_text("".join(f"{parcel.target}\n" for parcel in parcels), encoding="utf-8")
    total = sum(file.stat().st_size for file in options.out.rglob("*") if file.is_file())
    sys.stdout.write(f"{len(parcels)} files, {total / (1 << 20):.1f} MiB in {options.out}\n")
    if stills or clips:
        sys.stdout.write(f"{len(stills)} stills and {len(clips)} clips stayed behind, for want of room.\n")
    return 0


def _left_behind(whole: Sequence[Parcel], packed: Sequence[Parcel], kind: Literal["still", "clip"]) -> set[str]:
    """The names of that kind in ``whole`` that ``packed`` does not hold."""
    every, there = ({getattr(parcel, kind) for parcel in parcels} for parcels in (whole, packed))
    return every - there


if __name__ == "__main__":
    sys.exit(main())
