"""Makes Cleanplate's environment and runs the program, its demo or its tests; needs nothing but Python itself.

    python packaging/bootstrap.py demo [--out DIR]
    python packaging/bootstrap.py test [PYTEST ARGUMENTS]
    python packaging/bootstrap.py run -- ARGUMENTS OF THE PROGRAM
    python packaging/bootstrap.py models [-- NAMES]
    python packaging/bootstrap.py resolve

The environment is ``.venv`` beside this script's folder, or ``--venv DIR``; a second run finds it and installs nothing.
Mistakes that a user can mend end with one sentence and exit code 2. The file must stay readable by old Pythons, whose
users are told which one to take.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections import deque
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))  # for when the file is loaded and not run

from system_libraries import (
    libraries_in,
    missing_libraries,
    missing_window_libraries,
    what_the_window_needs,
    what_to_install,
)

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
NOTE_NAME = "cleanplate-bootstrap.json"
LOG_NAME = "cleanplate-pip.log"
FULL_DISK_BYTES = 16 * 1024 * 1024
OLDEST, NEWEST = (3, 11), (3, 13)
OLDEST_GLIBC, OLDEST_MACOS = (2, 34), (14,)  # of the wheels of PySide6 and ONNX Runtime that constraints.txt pins
TEST_WEIGHTS = ("lpips-alexnet", "vgg16")
CHECKED_MODULES = ("numpy", "cv2", "av", "PySide6.QtWidgets", "onnxruntime", "onnx", "torch")


class SetupError(Exception):
    """A problem that the user can mend; the message is one sentence."""


# The machine ----------------------------------------------------------------------------------------------------------


def check_python(version: tuple[int, int], bits: int) -> None:
    """Refuses a Python on which the program or its packages do not run."""
    if not OLDEST <= version <= NEWEST:
        raise SetupError(
            f"Cleanplate needs Python 3.11, 3.12 or 3.13, and this is Python {version[0]}.{version[1]} "
            f"({sys.executable}); start this script with one of those."
        )
    if bits < 64:
        raise SetupError(f"Cleanplate needs a 64-bit Python, and this one is 32-bit ({sys.executable}).")


def check_machine(system: str, machine: str, release: tuple[str, str]) -> None:
    """Refuses a system that some pinned package has no wheel for, before pip spends minutes on finding out.

    Args:
        system: as ``sys.platform``.
        machine: as ``platform.machine()``; on Windows as ``sysconfig.get_platform()``, since the Python counts there.
        release: on Linux the C library and its version, on a Mac anything and the system's version.
    """
    kind, number = release
    version = tuple(int(part) for part in number.split(".")[:2] if part.isdigit())
    if system == "darwin" and machine == "x86_64":
        raise SetupError("Cleanplate needs a Mac with Apple silicon: PyTorch and ONNX Runtime left Intel Macs behind.")
    if system == "win32" and machine == "win-arm64":
        raise SetupError(
            f"PyTorch, OpenCV and ONNX Runtime have no builds for Python on ARM ({sys.executable}): install the 64-bit "
            "(x64) Python from python.org, which Windows runs on ARM as well, and start this script with it."
        )
    if system == "darwin" and version < OLDEST_MACOS:
        raise SetupError(f"Cleanplate needs macOS {OLDEST_MACOS[0]} or newer, and this is macOS {number}: update it.")
    if system == "linux" and (kind != "glibc" or version < OLDEST_GLIBC):
        wanted = ".".join(str(part) for part in OLDEST_GLIBC)
        raise SetupError(
            f"Cleanplate needs a Linux with glibc {wanted} or newer (Debian 12, Ubuntu 22.04, Fedora 35, or later), "
            f"and this one has {f'{kind} {number}'.strip() or 'another C library'}."
        )


def check_venv_modules() -> None:
    """Refuses a Python that cannot make environments."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        raise SetupError(
            f"This Python ({sys.executable}) cannot make an environment because its module '{error.name}' is missing; "
            f"on Debian and Ubuntu install it with 'sudo apt-get install python3-venv' "
            f"(python3.{sys.version_info[1]}-venv for this version), elsewhere install Python from python.org."
        ) from None


def check_system_libraries() -> None:
    """Refuses a machine that lacks what the wheels need, before gigabytes are downloaded."""
    missing = missing_libraries()
    if missing:
        raise SetupError(what_to_install(missing))


def tell_of_window_libraries() -> None:
    """Says what a window would lack, where there is a screen to open one on; the command line needs none of it."""
    missing = missing_window_libraries() if os.environ.get("DISPLAY") else []
    if missing:
        say(what_the_window_needs(missing))


# The environment ------------------------------------------------------------------------------------------------------


class Environment:
    """A virtual environment and the note in it that says what this script installed there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.note_path = folder / NOTE_NAME

    @property
    def scripts(self) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> Path:
        return self.scripts / ("python.exe" if os.name == "nt" else "python")

    def tool(self, name: str) -> str:
        return str(self.scripts / (name + ".exe" if os.name == "nt" else name))

    def note(self) -> dict[str, Any]:
        """What the script wrote down; empty for an environment that it never touched."""
        try:
            found = json.loads(self.note_path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def write_note(self, **entries: object) -> None:
        """Adds entries to the note, or replaces them."""
        beside = self.note_path.with_suffix(".tmp")
        beside.write_text(json.dumps({**self.note(), **entries}, indent=1), encoding="utf-8")
        beside.replace(self.note_path)

    def works(self) -> bool:
        """Whether its Python starts, is one that the program runs on, and has pip."""
        if not self.python.exists():
            return False
        code = "import sys, pip; print(sys.version_info[0], sys.version_info[1])"
        try:
            answer = subprocess.run([str(self.python), "-c", code], capture_output=True, text=True, check=False)
        except OSError:
            return False
        words = answer.stdout.split()
        return answer.returncode == 0 and OLDEST <= (int(words[0]), int(words[1])) <= NEWEST

    def make(self) -> None:
        """Makes it where there is none; one that does not work is made again only if this script made it."""
        if self.folder.exists() and (not self.folder.is_dir() or any(self.folder.iterdir())):
            if self.folder.is_dir() and self.works():
                if not self.note():
                    say(f"Using the environment {self.folder}, which was not made by this script.")
                return
            if not self.note().get("made_here"):
                raise SetupError(
                    f"{self.folder} is there, but it is no working environment and this script did not make it; "
                    "move it away, or name another place with --venv DIR."
                )
            say(f"The environment {self.folder} does not start any more (was Python updated?); making it again.")
            shutil.rmtree(self.folder)
        check_venv_modules()
        say(f"Making the environment {self.folder}")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.write_note(made_here=True)  # first of all, so that one left half made is known as ours
        made = subprocess.run(
            [sys.executable, "-m", "venv", str(self.folder)], capture_output=True, text=True, check=False
        )
        if made.returncode != 0 or not self.works():
            what = f"Python could not make the environment {self.folder}"
            raise SetupError(explain(made.stdout + made.stderr, what, self.folder))

    def install(self, extras: set[str], torch_index: str | None) -> None:
        """Installs the project and what it needs, unless the note says that exactly this is there."""
        note = self.note()
        torch_index = torch_index or note.get("torch_index")
        extras = extras | set(note.get("extras", ()))
        wanted = {"inputs": inputs_hash(), "extras": sorted(extras), "torch_index": torch_index}
        if all(note.get(key) == value for key, value in wanted.items()):
            return
        check_system_libraries()
        say(f"Installing into {self.folder}; the first time this downloads a few gigabytes.")
        self.write_note(inputs=None)  # an install that breaks off must not look finished
        if torch_index:
            self._install_torch_from(torch_index, again=torch_index != note.get("torch_index"))
        project = str(ROOT) + ("[{}]".format(",".join(sorted(extras))) if extras else "")
        self._pip("install", "--constraint", str(CONSTRAINTS), "--editable", project)
        self._check_imports()
        self.write_note(**wanted)
        tell_of_window_libraries()

    def _install_torch_from(self, index: str, again: bool) -> None:
        # Without its dependencies: an index of torch builds need not hold them; the next step takes them from the
        # default index and finds torch itself already there.
        force = ["--force-reinstall"] if again else []
        self._pip("install", "--no-deps", *force, "--index-url", index, f"torch=={pinned('torch')}")

    def _pip(self, *arguments: str) -> None:
        command = [str(self.python), "-m", "pip", "--disable-pip-version-check", *arguments]
        code, tail = run_pip(command, self.folder / LOG_NAME)
        if code != 0:
            what = f"pip could not install (all it said is in {self.folder / LOG_NAME})"
            raise SetupError(explain(tail, what, self.folder))

    def _check_imports(self) -> None:
        """Loads each library once: a wheel can install and still lack something of the system."""
        silent = {**os.environ, "ORT_DISABLE_TELEMETRY": "1"}
        for module in CHECKED_MODULES:
            command = [str(self.python), "-I", "-c", f"import {module}"]
            tried = subprocess.run(command, capture_output=True, text=True, check=False, env=silent)
            if tried.returncode == 0:
                continue
            libraries = libraries_in(tried.stderr)
            if libraries:
                raise SetupError(what_to_install(libraries))
            last = (tried.stderr.strip().splitlines() or [f"exit code {tried.returncode}"])[-1]
            advice = "delete the environment and start again"
            if os.name == "nt" and "DLL load failed" in last:
                advice = "install the Microsoft Visual C++ Redistributable (x64) and start again"
            raise SetupError(f"The package {module} does not load ({last}); {advice}.")

    def fetch_weights(self) -> None:
        """Gets the third-party weights that the tests compare with, unless they are there."""
        command = [self.tool("cleanplate"), "models", "fetch", *TEST_WEIGHTS]
        fetched = subprocess.run(command, capture_output=True, text=True, check=False)
        if fetched.returncode != 0:
            lines = fetched.stderr.strip().splitlines() or [f"{' '.join(TEST_WEIGHTS)} could not be fetched."]
            raise SetupError(lines[-1].removeprefix("cleanplate: "))


def inputs_hash() -> str:
    """Changes with everything that decides what gets installed."""
    digest = hashlib.sha256(str(ROOT).encode())
    for path in (ROOT / "pyproject.toml", CONSTRAINTS):
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def pinned(package: str) -> str:
    """The version that the constraints file pins."""
    for line in CONSTRAINTS.read_text(encoding="utf-8").splitlines():
        name, _, version = line.split(";")[0].partition("==")
        if name.strip() == package:
            return version.strip()
    raise AssertionError(f"{CONSTRAINTS} pins no {package}")


# Talking to the user --------------------------------------------------------------------------------------------------


def allow_any_character() -> None:
    """A terminal or a file that cannot take a character of a folder's name gets an escape for it, and no error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str) -> None:
    print(text, flush=True)


def explain_os_error(error: OSError, place: Path) -> str:
    if isinstance(error, PermissionError):
        return f"{place} cannot be written; name another place with --venv DIR."
    return explain(str(error), f"{place} cannot be used")


def explain(output: str, what: str, place: Path | None = None) -> str:
    """One sentence for the end of a failed command's output, and for a disk that it filled without a word."""
    text = output.lower()
    if place is not None and place.exists() and shutil.disk_usage(place).free < FULL_DISK_BYTES:
        text += "no space left on device"
    causes = (
        (("no space left on device", "not enough space on the disk", "errno 28"),
         "the disk is full; make room (torch for CUDA takes about 8 GB, other builds about 3 GB)"),
        (("certificate_verify_failed",),
         "the package index's certificate is not trusted; set PIP_CERT to your network's certificate file"),
        (("temporary failure in name resolution", "failed to establish a new connection", "newconnectionerror",
          "getaddrinfo failed", "nodename nor servname", "connecttimeouterror", "readtimeouterror",
          "cannot connect to proxy", "network is unreachable", "connection refused", "requirement setuptools"),
         "the package index cannot be reached; check the network, or PIP_INDEX_URL and the proxy settings"),
        (("long path support",),
         "a path is too long for Windows; move this folder nearer to the drive's root, or name a short --venv DIR"),
        (("permission denied", "access is denied"),
         "a file cannot be written; check who owns the folder, and on Windows close programs that use it"),
        (("no matching distribution found for torch", "requirement torch"),
         "no build of torch fits this Python and system; name an index that has one with --torch-index URL"),
        (("no matching distribution found", "could not find a version that satisfies"),
         "the package index has no build of a package for this Python and system"),
    )  # fmt: skip
    for signs, cause in causes:
        if any(sign in text for sign in signs):
            return f"{what}: {cause}."
    last = (output.strip().splitlines() or ["no message"])[-1].strip()
    return f"{what}: {last}"


def run_pip(command: list[str], log: Path) -> tuple[int, str]:
    """Runs pip, shows the lines that tell how far it is, keeps them all in a file; the exit code and the last lines."""
    shown = ("Downloading ", "Installing collected", "Would install", "ERROR", "WARNING: Retrying")
    tail: deque[str] = deque(maxlen=200)
    with log.open("a", encoding="utf-8") as kept, subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace"
    ) as process:  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            tail.append(line)
            kept.write(line)
            if line.strip().startswith(shown):
                say("  " + line.strip())
    return process.returncode, "".join(tail)


def run_through(command: list[str], **environment: str) -> int:
    """Runs a command in the user's terminal and folder; Ctrl-C is the command's to handle."""
    with subprocess.Popen(command, env={**os.environ, **environment}) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue


# The commands ---------------------------------------------------------------------------------------------------------


def demo(environment: Environment, options: argparse.Namespace) -> int:
    environment.install(set(), options.torch_index)
    out = ["--out", options.out] if options.out else []
    return run_through([environment.tool("cleanplate"), "demo", *out, *options.rest])


def run(environment: Environment, options: argparse.Namespace) -> int:
    environment.install(set(), options.torch_index)
    return run_through([environment.tool("cleanplate"), *options.rest])


def models(environment: Environment, options: argparse.Namespace) -> int:
    environment.install(set(), options.torch_index)
    return run_through([environment.tool("cleanplate"), "models", "fetch", *(options.rest or ["mobile-sam"])])


# Two workers keep two cores busy; more would each load the networks and trade memory for little time. A module's tests
# stay with one worker, because they share what its fixtures have rendered.
TESTS_AT_ONCE = ("--numprocesses", "2", "--dist", "loadfile")


def mypy_as_on(system: str) -> list[str]:
    """Checks the types as a system has them; with a cache for each, or none would find anything in it."""
    return ["mypy", "--platform", system, "--cache-dir", f".mypy_cache/{system}"]


def test(environment: Environment, options: argparse.Namespace) -> int:
    environment.install({"dev"}, options.torch_index)
    environment.fetch_weights()
    os.chdir(ROOT)
    failed = []
    for name, command in (
        ("ruff", ["ruff", "check", "--quiet", "--output-format", "concise", "."]),
        *((f"mypy, as on {system}", mypy_as_on(system)) for system in ("linux", "darwin", "win32")),
        ("lint-imports", ["lint-imports", "--no-logo"]),
    ):
        say(f"-- {name}")
        if run_through([environment.tool(command[0]), *command[1:]]) != 0:
            failed.append(name)
    if failed:
        say(f"-- failed: {', '.join(failed)}")
    say("-- pytest")
    code = run_through(
        [str(environment.python), "-m", "pytest", "-q", *TESTS_AT_ONCE, *options.rest],
        QT_QPA_PLATFORM="offscreen",
        OMP_WAIT_POLICY="PASSIVE",
    )
    return code or int(bool(failed))


def resolve(environment: Environment, options: argparse.Namespace) -> int:
    """Asks pip whether each Python would get a complete set of wheels, and installs nothing."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    for version in options.python or ("3.12", "3.13"):
        say(f"-- Python {version}")
        with tempfile.TemporaryDirectory() as empty:
            code, tail = run_pip(
                [
                    *(str(environment.python), "-m", "pip", "--disable-pip-version-check", "install", "--dry-run"),
                    *("--ignore-installed", "--target", empty, "--only-binary", ":all:", "--python-version", version),
                    *("--constraint", str(CONSTRAINTS), *wanted),
                ],
                environment.folder / LOG_NAME,
            )
        if code != 0:
            raise SetupError(explain(tail, f"Python {version} does not get every package"))
        say(f"Python {version} gets every package.")
    return 0


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options of this script, and in ``rest`` what is passed on."""
    passed_on: list[str] = []
    if "--" in arguments:
        cut = arguments.index("--")
        arguments, passed_on = arguments[:cut], arguments[cut + 1 :]
    anywhere = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS, allow_abbrev=False)
    anywhere.add_argument("--venv", metavar="DIR", type=Path, help="where the environment lies (.venv)")
    anywhere.add_argument(
        "--torch-index", metavar="URL", help="take torch from this package index, for a machine whose default is wrong"
    )
    parser = argparse.ArgumentParser(
        prog="bootstrap.py",
        description="Makes Cleanplate's environment and runs it.",
        parents=[anywhere],
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    words = {
        "demo": "remove the walker from the demo clip",
        "test": "run the checks and the tests; other arguments go to pytest",
        "run": "run the program: run -- ARGUMENTS",
        "models": "fetch MobileSAM for masks from clicks; others: models -- NAMES",
        "resolve": "check, without installing, that Python 3.12 and 3.13 get every package",
    }
    for name, help_text in words.items():
        command = commands.add_parser(name, help=help_text, parents=[anywhere], allow_abbrev=False)
        if name == "demo":
            command.add_argument("--out", metavar="DIR", help="where the results go")
        if name == "resolve":
            command.add_argument("--python", metavar="3.X", action="append", help="only this version; repeatable")
    options, unknown = parser.parse_known_args(
        arguments, argparse.Namespace(venv=None, torch_index=None, out=None, python=None)
    )
    if unknown and options.command != "test":
        parser.error(
            "unknown: {}{}".format(" ".join(unknown), " (write: run -- ...)" if options.command == "run" else "")
        )
    options.rest = unknown + passed_on
    return options


def main(arguments: list[str]) -> int:
    folder = ROOT / ".venv"
    try:
        check_python(sys.version_info[:2], 64 if sys.maxsize > 2**32 else 32)
        release = ("macOS", platform.mac_ver()[0]) if sys.platform == "darwin" else platform.libc_ver()
        machine = sysconfig.get_platform() if sys.platform == "win32" else platform.machine()
        check_machine(sys.platform, machine, release)
        options = parse(arguments)
        folder = (options.venv or folder).absolute()
        environment = Environment(folder)
        environment.make()
        commands = {"demo": demo, "test": test, "run": run, "models": models, "resolve": resolve}
        return commands[options.command](environment, options)
    except (SetupError, OSError) as error:
        sys.stdout.flush()
        sentence = explain_os_error(error, folder) if isinstance(error, OSError) else str(error)
        sys.stderr.write(f"bootstrap: {sentence}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("bootstrap: stopped; the same command goes on from here.\n")
        return 130


if __name__ == "__main__":
    allow_any_character()
    sys.exit(main(sys.argv[1:]))
