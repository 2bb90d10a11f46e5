"""Names that Windows does not take, and names out of other systems' paths."""

from __future__ import annotations

import pytest

from app.core.file_names import is_device, last_part, objection


@pytest.mark.parametrize("name", ["CON", "nul", "aux.mp4", "Com1.tar.gz", "LPT9", "prn .png", "COM²"])
def test_a_device_is_known_whatever_its_ending(name: str) -> None:
    assert is_device(name) and "device's name" in objection(name, "win32")


@pytest.mark.parametrize("name", ["console", "com", "com0", "com10", "nuls.mp4", "a.con", "clip.mp4", ".."])
def test_what_only_looks_like_a_device_is_a_name(name: str) -> None:
    assert not is_device(name) and not objection(name, "win32")


@pytest.mark.parametrize(
    ("name", "said"),
    [("out:1.mp4", "no : in"), ('a"b?.mp4', 'no " ? in'), ("a\nb", r"no '\n' in"), ("a.", "a dot"), ("a ", "a space")],
)
def test_windows_is_not_asked_for_a_name_that_it_does_not_take(name: str, said: str) -> None:
    assert said in objection(name, "win32")


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_elsewhere_all_these_are_names(platform: str) -> None:
    assert not any(objection(name, platform) for name in ("CON", "out:1.mp4", "a.", "a "))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (r"C:\clips\walk 1.mp4", "walk 1.mp4"),
        ("C:/clips/walk.mp4", "walk.mp4"),
        (r"\\server\share\clips\walk.mp4", "walk.mp4"),
        ("/media/clips/walk.mp4", "walk.mp4"),
        (r"/media/odd\name.mp4", r"odd\name.mp4"),
    ],
)
def test_the_name_is_found_in_any_systems_path(path: str, name: str) -> None:
    assert last_part(path) == name
