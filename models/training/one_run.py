"""One run on a machine that is lent for minutes: makes what is missing, trains until the time is up, hands back.

Run as::

    python -m models.training.one_run vornet --carry out/carry --back "$OUT" --minutes 9

where ``--carry`` is what ``models.training.pack`` packed, and ``--back`` a folder whose files come home: few, and of a
bounded size. What the machine keeps between two runs (``--work``) is used again; without it a run begins with the
checkpoint that was packed. Settings (``--set``) and ``--start`` are those of ``models.training.train``.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import math
import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.training.data.command import TIME_UP

PART_BYTES = 15 << 20
PARCEL = "runs.tar"
LAST_MINUTE_SECONDS = 40.0
"""For the last step, the checkpoint, the weights and the parcel."""
POLISH = "resources/weights/inpainting.safetensors"
DONE = "complete"
PREPARING_SHARE = 0.5
"""Of the minutes, at most, for what is trained on; a second run makes more of it, and trains longer on a whole one."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is made to train on; the defaults suit sixteen cores.

    Attributes:
        takes: composites of each background.
        synthetic: clips made from stills.
        pictures: filled stills.
        size: ``WIDTHxHEIGHT`` of the clips.
        frames: of each clip.
        workers: processes.
    """

    takes: int = 4
    synthetic: int = 300
    pictures: int = 3000
    size: str = "320x180"
    frames: int = 20
    workers: int = max(1, (os.cpu_count() or 1) - 2)


def preparations(network: str, carry: Path, work: Path, amounts: Amounts) -> list[list[str]]:
    """The commands, without the interpreter, that make what a network is trained on beside clips and stills.

    Args:
        network: as ``models.training.train`` names it.
        carry: the packed folder.
        work: for what is made.
        amounts: how much of it.
    """
    data = ["--data", str(carry / "data")]
    if network == "inpainting":
        made = [*data, "--out", str(work / "fills"), "--pictures", str(amounts.pictures), "--takes", str(amounts.takes)]
        return [["models.training.inpainting.fills", *made, "--size", "192", "--workers", str(amounts.workers)]]
    if not network.startswith("vornet"):
        return []
    width, height = amounts.size.split("x")
    stills_size = f"{width}x{int(height) // 32 * 32}"
    cache = ["models.training.vornet.cache", *data, "--out", str(work / "cache"), "--frames", str(amounts.frames)]
    cache += ["--workers", str(max(1, amounts.workers // 2)), "--polish", POLISH]
    watch = ["--composites", str(carry / "data"), "--out", str(work / "watch"), "--polish", POLISH]
    return [
        [*cache, "--takes", str(amounts.takes), "--size", amounts.size],
        [*cache, "--synthetic", str(amounts.synthetic), "--size", stills_size],
        ["models.training.vornet.watch", *watch, "--frames", str(amounts.frames)],
    ]


def prepare(commands: Sequence[Sequence[str]], work: Path, minutes: float = math.inf) -> int:
    """Runs commands beside each other, those that were not run whole in ``work`` before.

    Args:
        commands: without the interpreter; each takes ``--minutes``, and may be run again to go on.
        work: remembers which are through.
        minutes: after so long they begin nothing more; what they made by then is trained on.

    Returns:
        How many of them have more to make.

    Raises:
        SystemExit: one of them failed; what it said stands above.
    """
    done = work / DONE
    before = done.read_text(encoding="utf-8").splitlines() if done.is_file() else []
    missing = [command for command in commands if " ".join(command) not in before]
    if not missing:
        return 0
    work.mkdir(parents=True, exist_ok=True)
    single = {**os.environ, "OMP_NUM_THREADS": "1"}
    limit = [] if math.isinf(minutes) else ["--minutes", f"{minutes:.2f}"]
    running = [subprocess.Popen([sys.executable, "-m", *command, *limit], env=single) for command in missing]
    codes = [process.wait() for process in running]
    if set(codes) - {0, TIME_UP}:
        raise SystemExit("What is trained on could not be made; the reason stands above.")
    through = [" ".join(command) for command, code in zip(missing, codes, strict=True) if not code]
    done.write_text("".join(f"{line}\n" for line in (*before, *through)), encoding="utf-8")
    return len(missing) - len(through)


def training(network: str, carry: Path, work: Path, *, minutes: float, more: Sequence[str]) -> list[str]:
    """The arguments of ``models.training.train``; a run that was packed is begun with where there is none yet."""
    run, packed = work / "runs" / network, carry / "runs" / network
    if not run.is_dir() and packed.is_dir():
        shutil.copytree(packed, run)
    made = {"inpainting": work / "fills", "vornet": work / "cache", "vornet-paper": work / "cache"}
    arguments = [network, "--data", str(made.get(network, carry / "data")), "--weights", str(carry / "weights")]
    if network.startswith("vornet"):
        arguments += ["--watch", str(work / "watch")]
    return [*arguments, "--resume", str(run), "--minutes", f"{minutes:.2f}", *more]


def hand_back(work: Path, back: Path, part_bytes: int = PART_BYTES) -> list[Path]:
    """All runs as an archive in files of at most ``part_bytes``, which ``cat`` joins and ``tar -x`` unpacks.

    Nothing where no run has begun yet.
    """
    if not (work / "runs").is_dir():
        return []
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.add(work / "runs", "runs")
    back.mkdir(parents=True, exist_ok=True)
    data, files = stream.getbuffer(), []
    for number, start in enumerate(range(0, len(data), part_bytes)):
        files.append(back / f"{PARCEL}.{number:02d}")
        files[-1].write_bytes(data[start : start + part_bytes])
    return files


def install_wheels(wheels: Path) -> None:
    """The small packages that the machine may lack, from the packed folder; without a network."""
    names = [name for name in ("rich", "patchmatch") if importlib.util.find_spec(name) is None]
    if names and wheels.is_dir():
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
        subprocess.run([*install, *(str(wheel) for wheel in sorted(wheels.glob("*.whl")))], check=True)
        importlib.invalidate_caches()


def main(arguments: list[str] | None = None) -> int:
    """One run; the exit code is the training's."""
    began = time.monotonic()
    parser = argparse.ArgumentParser(description="One run of minutes: prepare, train, hand back.")
    parser.add_argument("network", help="as models.training.train names it")
    parser.add_argument("--carry", type=Path, required=True, help="what models.training.pack packed")
    parser.add_argument("--back", type=Path, required=True, help="folder for what comes home")
    parser.add_argument("--work", type=Path, default=Path("out/work"), help="kept between runs, where the machine is")
    parser.add_argument("--minutes", type=float, default=9.0, help="of the whole run")
    for name, kind in (("takes", int), ("synthetic", int), ("pictures", int), ("size", str), ("frames", int)):
        parser.add_argument(f"--{name}", type=kind, default=getattr(Amounts(), name))
    options, more = parser.parse_known_args(arguments)
    amounts = Amounts(options.takes, options.synthetic, options.pictures, options.size, options.frames)
    install_wheels(options.carry / "wheels")
    from models.training.tasks import TASKS
    from models.training.train import main as train

    if options.network not in TASKS:
        parser.error(f"there is no training {options.network}; choose one of {', '.join(sorted(TASKS))}")
    commands = preparations(options.network, options.carry, options.work, amounts)
    begun = (time.monotonic() - began) / 60
    unfinished = prepare(commands, options.work, max(PREPARING_SHARE * options.minutes - begun, 0.0))
    spent = time.monotonic() - began
    sys.stdout.write(f"Ready to train after {spent:.0f} s.\n")
    if unfinished:
        sys.stdout.write("Not all that was to be trained on could be made in half of the time; the next run goes on.\n")
    left = (60 * options.minutes - spent - LAST_MINUTE_SECONDS) / 60
    code = train(training(options.network, options.carry, options.work, minutes=max(left, 0.1), more=more))
    for file in hand_back(options.work, options.back):
        sys.stdout.write(f"{file}: {file.stat().st_size / (1 << 20):.1f} MiB\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
