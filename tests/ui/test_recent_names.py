"""Files of the same name, told apart."""

from __future__ import annotations

from pathlib import Path

from app.ui.recent_names import told_apart


def test_a_name_that_is_the_only_one_stays_as_it_is() -> None:
    assert told_apart([Path("/a/one.mp4"), Path("/a/two.mp4")]) == ["one.mp4", "two.mp4"]
    assert told_apart([]) == []


def test_files_of_one_name_say_the_folders_in_which_they_differ() -> None:
    paths = [Path("/shoot/monday/a/clip.mp4"), Path("/shoot/tuesday/a/clip.mp4"), Path("/shoot/tuesday/b/clip.mp4")]
    assert told_apart([*paths, Path("/shoot/other.mp4")]) == [
        f"clip.mp4 – {Path('monday/a')}",
        f"clip.mp4 – {Path('tuesday/a')}",
        f"clip.mp4 – {Path('b')}",
        "other.mp4",
    ]


def test_a_file_at_the_top_is_told_from_one_in_a_folder() -> None:
    names = told_apart([Path("/clip.mp4"), Path("/a/clip.mp4")])
    assert len(set(names)) == 2
