"""Brings the window's translations up to date: strings from the source into resources/translations/*.ts, then *.qm.

Run it in the program's environment after strings have changed, translate what it names (Qt Linguist opens .ts files:
``pyside6-linguist resources/translations/cleanplate_de.ts``), and run it again.
"""

from __future__ import annotations

import ast
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "translations"
SOURCES = ROOT / "app" / "ui"
_FUNCTIONS = {"shape_commands.py": "ShapeCommands", "notices.py": "Notices", "outcomes.py": "Outcomes"}
"""Modules whose ``_tr`` translates, and the context that it translates in."""
BELOW = ("core", "engine", "jobs", "media", "environment.py", "workspace", "ui")
"""What of ``app`` writes sentences that the window shows; of ``models`` all but training and the tools of its own."""
_TOOLS_OF_MODELS = ("training", "npm.py", "benchmark.py", "compare.py", "compare_devices.py")
_PARTS = frozenset(
    f"app/{name}.py"
    for name in (
        "engine/track_doubts",
        "media/carrier",
        "media/carry",
        "media/codecs",
        "media/fidelity",
        "media/file_sink",
        "media/matching",
        "media/opening",
        "media/probe",
        "media/source_quality",
        "media/target",
        "media/timetable",
    )
)
"""Modules that put sentences together from parts."""
_NAMES = re.compile(r"DNXHR .*|Constrained .*|.*PCM|MPEG .*|[^a-z]*|.*\\[a-z].*")
"""Names that are the same in every language, and patterns."""
_FLAGS = re.compile(
    r"--(candidates|delay|device|engine|overwrite|range|rate|tracker|trim)\b|--help|@FRAME|frames count from 0"
)
"""What only the command line is asked for."""
_NOT_SAID = frozenset({"debug", "info", "warning", "error", "exception", "translate", "tr", "_tr", "getLogger"})
"""Calls whose strings nobody is shown, or that translate themselves."""
_WORDS = re.compile(r"[A-Za-z]{2,} [A-Za-z{(]|[A-Za-z]{2,}: ")
_OBJECTS = {r"(?:window\.)?controller": "Controller", "window": "MainWindow"}
"""Names of objects whose ``tr`` is called from outside, and their classes."""


def main() -> int:
    (FOLDER / "sentences.json").write_text(
        json.dumps(sentences(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
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

    return sorted({*table_texts(), *_hints(), *_called(), *(("Sentences", text) for text in sentences())})


def sentences() -> list[str]:
    """Templates of what the rooms below say to people, see ``app.ui.sentences``."""
    sys.path.insert(0, str(ROOT))
    from app.ui.sentences import SPOKEN

    found = set(SPOKEN)
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in _below()}
    errors = _user_errors(trees.values())
    for path, tree in trees.items():
        name = path.relative_to(ROOT).as_posix()
        for node, parents in _strings(tree):
            calls = [_called_name(each) for each in parents if isinstance(each, ast.Call)]
            raised = any(each in errors for each in calls)
            hidden = any(each in _NOT_SAID or each.endswith(("Error", "Exception")) for each in calls) and not raised
            if not hidden and not any(isinstance(each, ast.Assert) for each in parents):
                for text in _templates(node):
                    found.update(map(_counted, _said(text, name, raised=raised)))
    return sorted(each for each in found if each in SPOKEN or (_WORDS.search(each) and not _FLAGS.search(each)))


def _said(text: str, module: str, *, raised: bool) -> Iterator[str]:
    """What of a literal comes to the window: errors and whole sentences, and parts where sentences are put together.

    The window's own sentences are translated where they stand, but for errors that name something.
    """
    whole = text.endswith(".") and (text[:1].isupper() or text[:1] in "{0123456789")
    if module.startswith("app/ui"):
        if raised and "{" in text:
            yield text
    elif raised or whole:
        yield text
    elif module in _PARTS and not _NAMES.fullmatch(text):
        yield text
        if module.endswith(("carry.py", "carrier.py")) and text[:1].islower():
            yield f"{{}} {text}."


def _below() -> Iterator[Path]:
    """The modules whose sentences come to the window."""
    for name in BELOW:
        place = ROOT / "app" / name
        yield from sorted(place.rglob("*.py")) if place.is_dir() else [place]
    for path in sorted((ROOT / "models").rglob("*.py")):
        if not set(path.relative_to(ROOT / "models").parts) & set(_TOOLS_OF_MODELS):
            yield path


def _user_errors(trees: Iterable[ast.Module]) -> set[str]:
    """Names of the errors whose message is for people; every one derives from one of the first."""
    found = {"UserError", "WeightsError", "DeviceError"}
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    while True:
        more = {each.name for each in classes if {getattr(base, "id", "") for base in each.bases} & found}
        if more <= found:
            return found
        found |= more


def _strings(tree: ast.Module) -> Iterator[tuple[ast.expr, list[ast.AST]]]:
    """String literals that are no docstrings, each with what it stands in, the innermost first."""
    waiting: list[tuple[ast.AST, list[ast.AST]]] = [(tree, [])]
    while waiting:
        node, parents = waiting.pop()
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            if not isinstance(parents[0], ast.Expr):
                yield node, parents
            continue
        waiting.extend((child, [node, *parents]) for child in ast.iter_child_nodes(node))


def _templates(node: ast.expr) -> Iterator[str]:
    """A literal with ``{}`` for what is put in; one for each way that conditions inside it can go."""
    if isinstance(node, ast.Constant):
        yield str(node.value).replace("{", "").replace("}", "")
        return
    assert isinstance(node, ast.JoinedStr)
    for parts in itertools.product(*(_alternatives(each) for each in node.values)):
        yield re.sub(r"(\{\})+", "{}", "".join(parts))


def _alternatives(part: ast.expr) -> list[str]:
    if isinstance(part, ast.Constant):
        return [str(part.value)]
    assert isinstance(part, ast.FormattedValue)
    if isinstance(part.value, ast.IfExp):
        ways = [part.value.body, part.value.orelse]
        if all(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in ways):
            return [str(each.value) for each in ways if isinstance(each, ast.Constant)]
    return ["{}"]


def _counted(template: str) -> str:
    """With the places numbered in reading order."""
    numbers = itertools.count()
    return re.sub(r"\{\}", lambda _found: f"{{{next(numbers)}}}", template)


def _called_name(call: ast.Call) -> str:
    return str(getattr(call.func, "id", getattr(call.func, "attr", "")))


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
