"""Brings the window's translations up to date: strings from the source into resources/translations/*.ts, then *.qm.

Run it in the program's environment after strings have changed, translate what it names (Qt Linguist opens .ts files:
``pyside6-linguist resources/translations/cleanplate_de.ts``), and run it again.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "translations"
SOURCES = ROOT / "app" / "ui"
_FUNCTIONS = {"shape_commands.py": "ShapeCommands", "notices.py": "Notices"}
"""Modules whose ``_tr`` translates, and the context that it translates in."""
_OBJECTS = {r"(?:window\.)?controller": "Controller", "window": "MainWindow"}
"""Names of objects whose ``tr`` is called from outside, and their classes."""


def main() -> int:
    for catalog in sorted(FOLDER.glob("*.ts")):
        update(catalog, catalog)
        missing = unfinished(catalog)
        for context, text in missing:
            print(f"{catalog.name}: not translated: {context}: {text}")
        compile_catalog(catalog, catalog.with_suffix(".qm"))
        print(f"{catalog.name}: {len(entries(catalog))} strings, {len(missing)} of them not translated")
    return 0


def update(catalog: Path, target: Path) -> None:
    """Writes a catalog with the strings that the source has now; translations that a string has are kept.

    Args:
        catalog: the translations that there are.
        target: where to write; may be the catalog itself.
    """
    with tempfile.TemporaryDirectory() as scratch:
        tables = Path(scratch) / "tables.py"
        tables.write_text("".join(f"QCoreApplication.translate({c!r}, {t!r})\n" for c, t in listed()), encoding="utf-8")
        made = Path(scratch) / catalog.name
        made.write_bytes(catalog.read_bytes())
        files = [str(tables), *(str(path) for path in _copies(Path(scratch) / "ui"))]
        options = ["-silent", "-no-obsolete", "-locations", "none", "-source-language", "en"]
        subprocess.run([qt_tool("lupdate"), *options, *files, "-ts", str(made)], check=True)
        target.write_bytes(made.read_bytes())


def _copies(folder: Path) -> Iterator[Path]:
    """The sources as lupdate can read them: it takes what stands before ``.tr`` for the context."""
    for number, path in enumerate(sorted(SOURCES.rglob("*.py"))):
        text = path.read_text(encoding="utf-8")
        for written, context in _OBJECTS.items():
            text = re.sub(rf"\b{written}\.tr\(", f'QCoreApplication.translate("{context}", ', text)
        copy = folder / f"{number:03}_{path.name}"
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(text, encoding="utf-8")
        yield copy


def compile_catalog(catalog: Path, target: Path) -> None:
    """Makes the .qm file that the program loads; a program that has the old one mapped keeps that."""
    made = target.with_name(f".{target.name}.partial")
    subprocess.run([qt_tool("lrelease"), "-silent", str(catalog), "-qm", str(made)], check=True)
    made.replace(target)


def listed() -> list[tuple[str, str]]:
    """Context and text of strings that reading the source does not find: tables, hints, and what tools say."""
    sys.path.insert(0, str(ROOT))
    from app.ui.language import table_texts

    return sorted({*table_texts(), *_hints(), *_called()})


def _hints() -> Iterator[tuple[str, str]]:
    from PySide6.QtWidgets import QApplication

    from app.ui.main_window import MainWindow

    app = QApplication.instance() or QApplication(["translate", "-platform", "offscreen"])
    window = MainWindow()
    for tool in window.tools:
        yield "Tools", tool.hint
    window.shut_down()
    window.deleteLater()
    assert app is not None


def _called() -> Iterator[tuple[str, str]]:
    """What tools say to their host, and what modules translate with a function of their own."""
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            text, function = node.args[0].value, node.func
            if not isinstance(text, str):
                continue
            if isinstance(function, ast.Attribute) and function.attr == "say" and path.parent.name == "tools":
                yield "Tools", text
            elif isinstance(function, ast.Name) and function.id == "_tr":
                yield _FUNCTIONS[path.name], text


def entries(catalog: Path) -> dict[tuple[str, str], str]:
    """By context and text, the translation; empty where there is none or it is not finished."""
    found = {}
    for context in ET.parse(catalog).getroot().iter("context"):
        name = context.findtext("name") or ""
        for message in context.iter("message"):
            translation = message.find("translation")
            done = translation is not None and translation.get("type") is None
            found[name, message.findtext("source") or ""] = (translation.text or "") if done else ""  # type: ignore[union-attr]
    return found


def unfinished(catalog: Path) -> list[tuple[str, str]]:
    """What is not translated."""
    return [key for key, translation in entries(catalog).items() if not translation]


def qt_tool(name: str) -> str:
    """The path of one of Qt's tools, as PySide6 brings it.

    Raises:
        FileNotFoundError: this PySide6 has none.
    """
    import PySide6

    folder = Path(PySide6.__file__).parent
    for path in (folder / name, folder / f"{name}.exe", folder / "Qt" / "libexec" / name):
        if path.is_file():
            return str(path)
    raise FileNotFoundError(f"PySide6 in {folder} brings no {name}")


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main())
