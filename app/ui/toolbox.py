"""The tools that lie in the strip at the window's left, in its order."""

from __future__ import annotations

from app.ui.editing import Editing
from app.ui.retouching import Retouching
from app.ui.tools.base import Tool
from app.ui.tools.box import BoxTool
from app.ui.tools.brush import BrushTool
from app.ui.tools.click import ClickTool
from app.ui.tools.navigate import HandTool, Navigated, ZoomTool
from app.ui.tools.outline import LassoTool, PolygonTool
from app.ui.tools.retouch import CopySource, RetouchTool
from app.ui.tools.select import SelectTool
from app.ui.tools.shape import BoxShapeTool, ShapeTool
from app.ui.tools.wand import WandTool

HEAL_HINT = "Right-click what to copy (or Alt-click; by keys Y, Backspace), then paint; it fits the light. [ ]: size."
ERASER_HINT = "Erase what is too much. Alt or the right button paints; [ and ] change the size."


def made_tools(editing: Editing, click: ClickTool, paper: Retouching, view: Navigated) -> tuple[Tool, ...]:
    """Every tool once.

    Args:
        editing: their host.
        click: the click tool, which the window asks itself.
        paper: what the clone and heal brushes paint on; they share what they copy from.
        view: what the hand and the zoom tool move.
    """
    source = CopySource()
    return (
        SelectTool(editing),
        BoxTool(editing),
        click,
        BrushTool(editing),
        BrushTool(editing, "eraser", ERASER_HINT, erase=True),
        LassoTool(editing),
        PolygonTool(editing),
        ShapeTool(editing),
        BoxShapeTool(editing),
        WandTool(editing),
        RetouchTool(editing, paper=paper, source=source),
        RetouchTool(editing, "heal", HEAL_HINT, paper, source, heal=True),
        HandTool(editing, view=view),
        ZoomTool(editing, view=view),
    )
