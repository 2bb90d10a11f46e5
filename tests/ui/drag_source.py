"""A window that drags files: what a file manager is to the program. Arguments: left, top, then the files.

A press on it begins the drag; each further one drags the next file.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

SIDE_PX = 40


class Source(QWidget):
    """A small square with a file in it."""

    def __init__(self, files: list[str]) -> None:
        super().__init__()
        self._files = files
        self.setWindowTitle("drag source")
        self.setFixedSize(SIDE_PX, SIDE_PX)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begins to drag the next file."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(self._files.pop(0))])
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)


def main(left: str, top: str, *files: str) -> int:
    """Shows the window until it is ended."""
    app = QApplication(["drag source"])
    source = Source(list(files))
    source.move(int(left), int(top))
    source.show()
    return app.exec()


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
