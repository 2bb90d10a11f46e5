"""The list of results that were kept, each a click away."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from app.ui.kept_results import KeptResults


class KeptMenu(QMenu):
    """Lists the kept results below the present one; the one on screen is ticked."""

    def __init__(self, kept: KeptResults, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Kept results"))
        self._kept = kept
        kept.changed.connect(self._fill)
        kept.shown_changed.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        kept = self._kept
        self.clear()
        for name, entry in ((self.tr("The present result"), None), *((each.name, each) for each in kept.entries)):
            action = self.addAction(name, partial(kept.show_result, entry))
            action.setCheckable(True)
            action.setChecked(kept.shown is entry)
        self.setEnabled(bool(kept.entries))
