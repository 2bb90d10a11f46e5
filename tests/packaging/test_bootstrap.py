"""The bootstrap script: what it installs and when, what it never touches, and one sentence for each mishap."""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "packaging" / "bootstrap.py"


@pytest.fixture
def bootstrap(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, loaded as a module under another name."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    spec = importlib.util.spec_from_file_location("bootstrap_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def real_venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment that was not made by the script."""
    folder = tmp_path_factory.mktemp("foreign") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True)
    return folder


class RecordingEnvironment:
    """Wraps an environment so that pip is only written down."""

    def __init__(self, bootstrap: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder.mkdir(exist_ok=True)
        self.calls: list[tuple[str, ...]] = []
        self.environment = bootstrap.Environment(folder)
        monkeypatch.setattr(bootstrap, "check_system_libraries", lambda: None)
        monkeypatch.setattr(self.environment, "_pip", lambda *arguments: self.calls.append(arguments))
        monkeypatch.setattr(self.environment, "_check_imports", lambda: None)

    def install(self, *extras: str, torch_index: str | None = None) -> list[tuple[str, ...]]:
        """The pip calls that one install makes."""
        self.calls.clear()
        self.environment.install(set(extras), torch_index)
        return list(self.calls)


@pytest.fixture
def recording(bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RecordingEnvironment:
    return RecordingEnvironment(bootstrap, tmp_path / "venv", monkeypatch)


# The machine ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["bootstrap.py", "system_libraries.py"])
def test_an_old_python_can_read_the_script_and_tell_its_user(file: str) -> None:
    ast.parse((ROOT / "packaging" / file).read_text(encoding="utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_supported_pythons_pass(bootstrap: ModuleType, version: tuple[int, int]) -> None:
    bootstrap.check_python(version, 64)


@pytest.mark.parametrize("version", [(3, 8), (3, 10), (3, 14)])
def test_other_pythons_are_named_and_refused(bootstrap: ModuleType, version: tuple[int, int]) -> None:
    with pytest.raises(bootstrap.SetupError, match=rf"needs Python 3\.11, .* this is Python 3\.{version[1]}"):
        bootstrap.check_python(version, 64)


def test_a_32_bit_python_is_refused(bootstrap: ModuleType) -> None:
    with pytest.raises(bootstrap.SetupError, match="64-bit"):
        bootstrap.check_python((3, 11), 32)


@pytest.mark.parametrize(
    ("system", "machine", "release"),
    [
        ("linux", "x86_64", ("glibc", "2.34")),
        ("linux", "aarch64", ("glibc", "2.41")),
        ("darwin", "arm64", ("macOS", "14.0")),
        ("darwin", "arm64", ("macOS", "26.1")),
        ("win32", "win-amd64", ("", "")),
    ],
)
def test_supported_systems_pass(bootstrap: ModuleType, system: str, machine: str, release: tuple[str, str]) -> None:
    bootstrap.check_machine(system, machine, release)


@pytest.mark.parametrize(
    ("system", "machine", "release", "sentence"),
    [
        ("linux", "x86_64", ("glibc", "2.31"), r"glibc 2\.34 or newer .*this one has glibc 2\.31\."),
        ("linux", "x86_64", ("", ""), r"glibc 2\.34 or newer .*another C library\."),
        ("darwin", "x86_64", ("macOS", "15.1"), "Apple silicon"),
        ("darwin", "arm64", ("macOS", "13.6.1"), r"macOS 14 or newer, and this is macOS 13\.6\.1"),
        ("win32", "win-arm64", ("", ""), r"no builds for Python on ARM .*x64"),
    ],
)
def test_systems_without_wheels_are_refused_in_a_sentence(
    bootstrap: ModuleType, system: str, machine: str, release: tuple[str, str], sentence: str
) -> None:
    with pytest.raises(bootstrap.SetupError, match=sentence):
        bootstrap.check_machine(system, machine, release)


@pytest.mark.parametrize("module", ["ensurepip", "venv"])
def test_a_python_without_venv_names_the_debian_package(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(bootstrap.SetupError, match=f"'{module}' is missing.*python3-venv"):
        bootstrap.check_venv_modules()


DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12"\nNAME="Debian GNU/Linux"\nID=debian\n'
MINT = 'NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n'
ROCKY = 'NAME="Rocky Linux"\nID="rocky"\nID_LIKE="rhel centos fedora"\n'
ARCH = "NAME=Arch\nID=arch\n"
TUMBLEWEED = 'NAME="openSUSE Tumbleweed"\nID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n'


@pytest.mark.parametrize(
    ("os_release", "command"),
    [
        (DEBIAN, "sudo apt-get install libgl1 libegl1"),
        (MINT, "sudo apt-get install libgl1 libegl1"),
        (ROCKY, "sudo dnf install libglvnd-glx libglvnd-egl"),
        (ARCH, "sudo pacman -S libglvnd"),
        (TUMBLEWEED, "sudo zypper install Mesa-libGL1 Mesa-libEGL1"),
    ],
    ids=["debian", "mint", "rocky", "arch", "opensuse"],
)
def test_missing_libraries_name_the_systems_own_packages(bootstrap: ModuleType, os_release: str, command: str) -> None:
    sentence = bootstrap.what_to_install(["libGL.so.1", "libEGL.so.1"], os_release)
    assert f"'{command}'" in sentence
    assert "libGL.so.1, libEGL.so.1" in sentence


def test_an_unknown_library_or_system_is_named_all_the_same(bootstrap: ModuleType) -> None:
    assert "contains libodd.so.3" in bootstrap.what_to_install(["libodd.so.3"], DEBIAN)
    assert "contains libGL.so.1" in bootstrap.what_to_install(["libGL.so.1"], "ID=plan9\n")
    assert "contains libGL.so.1" in bootstrap.what_to_install(["libGL.so.1"], "")


def test_the_library_is_read_from_a_failed_import(bootstrap: ModuleType) -> None:
    error = "ImportError: libGL.so.1: cannot open shared object file: No such file or directory\n"
    assert bootstrap.libraries_in(error) == ["libGL.so.1"]
    assert bootstrap.libraries_in("ImportError: no module named cv2") == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere the wheels bring every library")
def test_a_library_that_does_not_load_stops_the_setup(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    libraries = sys.modules["system_libraries"]
    monkeypatch.setitem(libraries._PACKAGES, "libcleanplate-none.so.9", ("cleanplate-none",) * 4)
    assert bootstrap.missing_libraries() == ["libcleanplate-none.so.9"]
    with pytest.raises(bootstrap.SetupError, match=r"libcleanplate-none\.so\.9"):
        bootstrap.check_system_libraries()


def test_a_window_names_the_packages_that_it_lacks(bootstrap: ModuleType) -> None:
    libraries = sys.modules["system_libraries"]
    sentence = libraries.what_the_window_needs(["libxcb-cursor0.so.0", "libxcb-icccm.so.4"], DEBIAN)
    assert "sudo apt-get install libxcb-icccm4" in sentence and "contains libxcb-cursor0.so.0" in sentence
    assert "command line can do without" in sentence and sentence.count(".") == sentence.count(".so.") * 2 + 1
    for packages in libraries._WINDOW_PACKAGES.values():
        assert len(packages) == len(libraries._FAMILIES)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere the wheels bring every library")
@pytest.mark.parametrize(("display", "told"), [(":0", True), ("", False)])
def test_a_lack_of_the_window_is_told_where_there_is_a_screen_and_stops_nothing(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], display: str, told: bool
) -> None:
    libraries = sys.modules["system_libraries"]
    monkeypatch.setattr(libraries, "_WINDOW_PACKAGES", {"libcleanplate-none.so.9": ("cleanplate-none",) * 4})
    monkeypatch.setenv("DISPLAY", display)
    bootstrap.tell_of_window_libraries()
    assert ("cleanplate-none" in capsys.readouterr().out) == told
    assert "libcleanplate-none.so.9" not in bootstrap.missing_libraries()


# The environment ------------------------------------------------------------------------------------------------------


def test_an_environment_is_made_once_and_repaired_when_it_breaks(bootstrap: ModuleType, tmp_path: Path) -> None:
    environment = bootstrap.Environment(tmp_path / "ünï" / "venv")
    environment.make()
    assert environment.works()
    kept = environment.folder / "kept.txt"
    kept.write_text("still here", encoding="utf-8")
    environment.make()
    assert kept.exists()
    environment.python.unlink()
    environment.make()
    assert environment.works()
    assert not kept.exists()


def test_a_foreign_environment_that_works_is_used_and_not_claimed(
    bootstrap: ModuleType, real_venv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = bootstrap.Environment(real_venv)
    environment.make()
    assert "not made by this script" in capsys.readouterr().out
    environment.write_note(inputs="something")
    assert not environment.note().get("made_here")
    environment.note_path.unlink()


@pytest.mark.parametrize("adopted", [False, True], ids=["never touched", "installed into before"])
def test_a_foreign_folder_that_is_no_environment_is_never_wiped(
    bootstrap: ModuleType, tmp_path: Path, adopted: bool
) -> None:
    folder = tmp_path / "venv"
    folder.mkdir()
    (folder / "thesis.txt").write_text("ten years of work", encoding="utf-8")
    environment = bootstrap.Environment(folder)
    if adopted:
        environment.write_note(inputs="something")
    with pytest.raises(bootstrap.SetupError, match="did not make it"):
        environment.make()
    assert (folder / "thesis.txt").read_text(encoding="utf-8") == "ten years of work"


def test_a_file_in_the_environments_place_is_never_wiped(bootstrap: ModuleType, tmp_path: Path) -> None:
    place = tmp_path / "venv"
    place.write_text("a file", encoding="utf-8")
    with pytest.raises(bootstrap.SetupError, match="did not make it"):
        bootstrap.Environment(place).make()
    assert place.read_text(encoding="utf-8") == "a file"


def test_a_second_run_installs_nothing(recording: RecordingEnvironment) -> None:
    (call,) = recording.install("dev")
    assert call[:3] == ("install", "--constraint", str(ROOT / "packaging" / "constraints.txt"))
    assert call[3:] == ("--editable", f"{ROOT}[dev]")
    assert recording.install("dev") == []
    assert recording.install() == [], "what the tests need covers what the program needs"


def test_more_needs_install_again(recording: RecordingEnvironment) -> None:
    (first,) = recording.install()
    assert first[-1] == str(ROOT)
    (second,) = recording.install("dev")
    assert second[-1] == f"{ROOT}[dev]"


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_a_changed_input_installs_again(
    bootstrap: ModuleType, recording: RecordingEnvironment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    before = bootstrap.inputs_hash()
    recording.install()
    for variable, source in (("ROOT", "pyproject.toml"), ("CONSTRAINTS", "packaging/constraints.txt")):
        text = (ROOT / source).read_bytes()
        copy = tmp_path / Path(source).name
        copy.write_bytes(text + (b"\n# newer\n" if copy.name == name else b""))
        monkeypatch.setattr(bootstrap, variable, tmp_path if variable == "ROOT" else copy)
    assert bootstrap.inputs_hash() != before
    assert recording.install()


def test_an_install_that_broke_off_is_done_again(
    recording: RecordingEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording.install()

    def broken(*arguments: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(recording.environment, "_pip", broken)
        with pytest.raises(KeyboardInterrupt):
            recording.environment.install({"dev"}, None)
    assert recording.install()


def test_weights_that_cannot_be_fetched_end_the_tests_with_their_sentence(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "cleanplate.py"
    program.write_text("import sys; sys.exit('cleanplate: pip said no to ' + ' '.join(sys.argv[1:]))", encoding="utf-8")
    environment = bootstrap.Environment(tmp_path)
    run = subprocess.run
    monkeypatch.setattr("subprocess.run", lambda command, **how: run([sys.executable, program, *command[1:]], **how))
    with pytest.raises(bootstrap.SetupError, match=r"^pip said no to models fetch lpips-alexnet vgg16$"):
        environment.fetch_weights()


def test_torch_comes_from_the_named_index_first_and_the_index_is_remembered(recording: RecordingEnvironment) -> None:
    torch_call, project_call = recording.install(torch_index="file:///wheels")
    assert torch_call == (
        *("install", "--no-deps", "--force-reinstall", "--index-url", "file:///wheels"),
        "torch==2.13.0",
    )
    assert project_call[-2] == "--editable"
    assert recording.install() == []
    again = recording.install("dev")
    assert "--force-reinstall" not in again[0]
    assert again[0][-2] == "file:///wheels"


# Talking to the user --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("WARNING: Retrying: 'NewConnectionError'\nERROR: no version (from versions: none)", "cannot be reached"),
        ("ERROR: Could not find a version that satisfies the requirement setuptools>=77", "be reached"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", "PIP_CERT"),
        ("ERROR: No matching distribution found for torch==2.13.0", "--torch-index"),
        ("ERROR: No matching distribution found for av>=18.1", "no build of a package"),
        ("[WinError 5] Access is denied: 'cv2.pyd'", "cannot be written"),
        ("ERROR: [Errno 2] No such file\nHINT: ... Windows Long Path support enabled.", "nearer to the drive's root"),
        ("first\nERROR: something odd\n", "ERROR: something odd"),
        ("", "no message"),
    ],
)  # fmt: skip
def test_a_failed_install_is_explained_in_one_sentence(bootstrap: ModuleType, output: str, sentence: str) -> None:
    explained = bootstrap.explain(output, "pip could not install")
    assert explained.startswith("pip could not install: ")
    assert sentence in explained
    assert "\n" not in explained


def test_a_disk_that_filled_without_a_word_is_named(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda place: SimpleNamespace(total=1, used=1, free=4096))
    assert "disk is full" in bootstrap.explain("exit status 1", "pip could not install", tmp_path)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_place_that_cannot_be_written_is_named(
    bootstrap: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path.chmod(0o500)
    assert bootstrap.main(["--venv", str(tmp_path / "venv"), "resolve"]) == 2
    assert f"bootstrap: {tmp_path / 'venv'} cannot be written" in capsys.readouterr().err


def test_a_place_under_a_file_is_named(
    bootstrap: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert bootstrap.main(["--venv", str(tmp_path / "file" / "venv"), "resolve"]) == 2
    assert f"bootstrap: {tmp_path / 'file' / 'venv'} cannot be used" in capsys.readouterr().err


def without_network() -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PIP_")},
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_RETRIES": "0",
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    }


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets administrators alone make links")
def test_a_folder_whose_name_the_terminal_cannot_show_is_told_of_all_the_same(real_venv: Path, tmp_path: Path) -> None:
    place = tmp_path / "съёмка"
    place.symlink_to(real_venv, target_is_directory=True)
    ended = subprocess.run(
        [sys.executable, str(SCRIPT), "--venv", str(place), "run", "--", "--help"],
        env={**without_network(), "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2 and "Traceback" not in ended.stderr
    assert "Using the environment" in ended.stdout and "\\u0441" in ended.stdout


def test_without_a_network_the_setup_ends_with_one_sentence_and_code_2(real_venv: Path) -> None:
    ended = subprocess.run(
        [sys.executable, str(SCRIPT), "--venv", str(real_venv), "run", "--", "--help"],
        env=without_network(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert ended.stderr.startswith("bootstrap: ")
    assert "cannot be reached" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "command", "rest"),
    [
        (["demo"], "demo", []),
        (["test", "-k", "media", "--lf", "tests/media"], "test", ["-k", "media", "--lf", "tests/media"]),
        (["run", "--", "remove", "in.mp4", "--venv", "theirs"], "run", ["remove", "in.mp4", "--venv", "theirs"]),
        (["run"], "run", []),
        (["resolve"], "resolve", []),
    ],
)
def test_what_is_not_the_scripts_own_is_passed_on(
    bootstrap: ModuleType, arguments: list[str], command: str, rest: list[str]
) -> None:
    options = bootstrap.parse(arguments)
    assert (options.command, options.rest, options.venv) == (command, rest, None)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--venv", "there", "--torch-index", "URL", "demo", "--out", "results"],
        ["demo", "--out", "results", "--venv", "there", "--torch-index", "URL"],
    ],
    ids=["before", "after"],
)
def test_options_stand_before_or_after_the_command(bootstrap: ModuleType, arguments: list[str]) -> None:
    options = bootstrap.parse(arguments)
    assert (options.venv, options.torch_index, options.out) == (Path("there"), "URL", "results")


@pytest.mark.parametrize("arguments", [[], ["dance"], ["demo", "--fast"], ["run", "remove", "in.mp4"]])
def test_wrong_usage_ends_with_code_2(
    bootstrap: ModuleType, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        bootstrap.parse(arguments)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


# The commands ---------------------------------------------------------------------------------------------------------


class FakeEnvironment:
    """Stands in for a finished environment; its tools are only named."""

    python = Path("env-python")

    def __init__(self, folder: Path) -> None:
        self.installed: list[set[str]] = []

    def make(self) -> None:
        pass

    def install(self, extras: set[str], torch_index: str | None) -> None:
        self.installed.append(extras)

    def fetch_weights(self) -> None:
        pass

    def tool(self, name: str) -> str:
        return f"env-{name}"


@pytest.fixture
def ran(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that ``main`` runs; each succeeds but the tools in ``failing``."""
    commands: list[list[str]] = []

    def run_through(command: list[str], **environment: str) -> int:
        commands.append(command)
        return 5 if "fails" in command or command[0] == "env-mypy-fails" else 0

    monkeypatch.setattr(bootstrap, "Environment", FakeEnvironment)
    monkeypatch.setattr(bootstrap, "run_through", run_through)
    monkeypatch.chdir(ROOT)
    return commands


def test_demo_and_run_call_the_program(bootstrap: ModuleType, ran: list[list[str]]) -> None:
    assert bootstrap.main(["demo", "--out", "results"]) == 0
    assert bootstrap.main(["run", "--", "probe", "in.mp4"]) == 0
    assert ran == [["env-cleanplate", "demo", "--out", "results"], ["env-cleanplate", "probe", "in.mp4"]]


def test_models_fetches_mobile_sam_or_what_is_named(bootstrap: ModuleType, ran: list[list[str]]) -> None:
    assert bootstrap.main(["models"]) == 0
    assert bootstrap.main(["models", "--", "vit-b"]) == 0
    fetch = ["env-cleanplate", "models", "fetch"]
    assert ran == [[*fetch, "mobile-sam"], [*fetch, "vit-b"]]


def test_the_programs_exit_code_is_the_scripts(bootstrap: ModuleType, ran: list[list[str]]) -> None:
    assert bootstrap.main(["run", "--", "fails"]) == 5


def test_test_runs_the_checks_and_pytest_last(bootstrap: ModuleType, ran: list[list[str]]) -> None:
    assert bootstrap.main(["test", "-k", "media"]) == 0
    assert [command[0] for command in ran] == [*("env-ruff", *("env-mypy",) * 3, "env-lint-imports", "env-python")]
    assert ran[-1] == ["env-python", "-m", "pytest", "-q", *bootstrap.TESTS_AT_ONCE, "-k", "media"]


def test_a_failed_check_fails_the_run_though_pytest_passes(
    bootstrap: ModuleType, ran: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        FakeEnvironment, "tool", lambda self, name: f"env-{name}-fails" if name == "mypy" else f"env-{name}"
    )
    assert bootstrap.main(["test"]) == 1
    assert ran[-1][0] == "env-python"


def test_pytests_exit_code_is_the_scripts(bootstrap: ModuleType, ran: list[list[str]]) -> None:
    assert bootstrap.main(["test", "fails"]) == 5


def test_a_real_command_is_run_in_the_users_folder(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code = "import os, pathlib, sys; pathlib.Path('here').write_text(os.environ['ADDED']); sys.exit(3)"
    assert bootstrap.run_through([sys.executable, "-c", code], ADDED="value") == 3
    assert (tmp_path / "here").read_text(encoding="utf-8") == "value"


def test_pips_output_is_kept_and_its_progress_shown(
    bootstrap: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = "print('Looking around'); print('  Downloading av-18.whl'); print('ERROR: no'); raise SystemExit(1)"
    log = tmp_path / "pip.log"
    answer: tuple[int, Any] = bootstrap.run_pip([sys.executable, "-c", code], log)
    assert answer == (1, "Looking around\n  Downloading av-18.whl\nERROR: no\n")
    assert log.read_text(encoding="utf-8") == answer[1]
    assert capsys.readouterr().out == "  Downloading av-18.whl\n  ERROR: no\n"
