"""The rows of the table of actions: everything a user can do from a menu, the toolbar or a key.

A feature adds a row, here or in ``work_rows.py``, and connects it with ``ActionTable.on``.
"""

from __future__ import annotations

from app.ui.action_spec import ActionSpec, editable, pastable, uncopied, unmarked, wiping, with_clip
from app.ui.work_rows import MASK, REFERENCE, REMOVE, RESTORE, TRACK

FILE = (
    ActionSpec("file.new", "New project…", "File", 0, ("Ctrl+N",), tip="Choose the clip that it is about"),
    ActionSpec("file.open", "Open…", "File", 0, ("Ctrl+O", "Ctrl+I"), "open", tip="A clip or a project"),
    ActionSpec("file.demo", "Open the demo clip", "File", 0),
    ActionSpec("file.close", "Close", "File", 0, ("Ctrl+W",), enabled=with_clip),
    ActionSpec("file.save", "Save project", "File", 1, ("Ctrl+S",), "save", with_clip),
    ActionSpec("file.save_as", "Save project as…", "File", 1, ("Ctrl+Shift+S",), "", with_clip),
    ActionSpec(
        "masks.import", "Import masks…", "File", 2, ("Ctrl+Shift+I",), "", editable, tip="A matte clip, or an image"
    ),
    ActionSpec("masks.import_folder", "Import a folder of masks…", "File", 2, (), "", editable),
    ActionSpec("masks.export", "Export masks…", "File", 2, (), "", lambda s: s.has_selection, tip="A PNG a frame"),
    ActionSpec(
        "file.export", "Export…", "File", 2, ("Ctrl+E", "Ctrl+M"), "export", lambda s: s.has_masks, why=unmarked
    ),
    ActionSpec(
        "file.export_still", "Export the frame…", "File", 2, ("Ctrl+Shift+E",), "", with_clip, tip="PNG or TIFF"
    ),
    ActionSpec("file.quit", "Quit", "File", 9, ("Ctrl+Q",)),
)
EDIT = (
    ActionSpec("edit.undo", "Undo", "Edit", 0, ("Ctrl+Z",), "undo", lambda s: s.undo_label is not None),
    ActionSpec("edit.redo", "Redo", "Edit", 0, ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", lambda s: s.redo_label is not None),
    ActionSpec("mask.cut", "Cut mask", "Edit", 1, ("Ctrl+X",), "", lambda s: s.can_edit),
    ActionSpec("mask.copy", "Copy mask", "Edit", 1, ("Ctrl+C",), "", lambda s: s.has_selection),
    ActionSpec(
        "mask.paste", "Paste mask", "Edit", 1, ("Ctrl+V",), "", pastable, tip="As this frame's mask", why=uncopied
    ),
    ActionSpec("edit.preferences", "Preferences…", "Edit", 9, ("Ctrl+,",), "preferences"),
)
VIEW = (
    ActionSpec("view.source", "Source", "View", 0, ("Alt+1",), "source", choice="view"),
    ActionSpec("view.result", "Result", "View", 0, ("Alt+2",), "result", choice="view"),
    ActionSpec("view.wipe", "Wipe", "View", 0, ("Alt+3",), "wipe", choice="view", tip="Source left, result right"),
    ActionSpec("view.side_by_side", "Side by side", "View", 0, ("Alt+4",), "side_by_side", choice="view"),
    ActionSpec("view.difference", "Difference ×8", "View", 0, ("Alt+5",), "difference", choice="view"),
    ActionSpec("view.matte", "Matte", "View", 0, ("Alt+6",), "matte", choice="view", tip="White is filled"),
    ActionSpec("view.fit", "Fit", "View", 1, ("Ctrl+0",), "fit", with_clip, tip="The whole picture"),
    ActionSpec("view.full_size", "100 %", "View", 1, ("Backspace",), "", with_clip, tip="Pixel for pixel"),
    ActionSpec("view.zoom_in", "Zoom in", "View", 1, ("Ctrl++", "Ctrl+="), "zoom_in", with_clip, repeats=True),
    ActionSpec("view.zoom_out", "Zoom out", "View", 1, ("Ctrl+-",), "zoom_out", with_clip, repeats=True),
    ActionSpec(
        "tool.hand",
        "Hand tool",
        "View",
        1,
        ("H",),
        "hand",
        choice="tool",
        tip="Drag the picture; Space does so with any tool",
    ),
    ActionSpec(
        "tool.zoom",
        "Zoom tool",
        "View",
        1,
        ("Z",),
        "zoom",
        choice="tool",
        tip="Click or draw a box; Alt and click zooms out",
    ),
    ActionSpec("kept.keep", "Keep this result…", "View", 1, ("Ctrl+K",), "", lambda s: s.has_results),
    ActionSpec("kept.flip", "Flip between two results", "View", 1, ("A",), "", lambda s: s.has_kept),
    ActionSpec("overlay.fill", "Masks filled", "View", 2, (), "overlay", choice="overlay"),
    ActionSpec("overlay.outline", "Masks outlined", "View", 2, (), "outline", choice="overlay"),
    ActionSpec("overlay.off", "Masks hidden", "View", 2, (), "hidden", choice="overlay"),
    ActionSpec("overlay.next", "Next overlay", "View", 2, ("Q",)),
    ActionSpec("view.objects", "Objects panel", "View", 3, ("Ctrl+1",), checkable=True),
    ActionSpec("view.timeline", "Timeline", "View", 3, ("Ctrl+2",), checkable=True),
    ActionSpec("view.exports", "Exports", "View", 3, ("Ctrl+3",), tip="What is being exported, and the logs"),
    ActionSpec("view.second", "Second viewer", "View", 4, ("Ctrl+4",), checkable=True, tip="F11 fills its screen"),
    ActionSpec("view.full_screen", "Full screen", "View", 4, ("F11",), "full_screen", checkable=True),
    ActionSpec("lut.choose", "Look through a LUT…", "View", 6, (), "", with_clip, tip="For the screen only"),
    ActionSpec("lut.clear", "No LUT", "View", 6, (), "", with_clip),
    ActionSpec("wipe.left", "Move the wipe left", "View", 7, ("Alt+Left",), "", wiping, repeats=True),
    ActionSpec("wipe.right", "Move the wipe right", "View", 7, ("Alt+Right",), "", wiping, repeats=True),
    ActionSpec("timeline.zoom_in", "Zoom into the timeline", "View", 5, ("=", "+"), "", with_clip, repeats=True),
    ActionSpec("timeline.zoom_out", "Zoom out of the timeline", "View", 5, ("-",), "", with_clip, repeats=True),
    ActionSpec("timeline.fit", "The whole clip in the timeline", "View", 5, ("\\", "0"), "", with_clip),
)
PLAYBACK = (
    ActionSpec("play.toggle", "Play or pause", "Playback", 0, ("Space",), "play", with_clip),
    ActionSpec("play.back", "Play backward, again: faster", "Playback", 0, ("J",), "", with_clip),
    ActionSpec("play.hold", "Pause", "Playback", 0, ("K",), "", with_clip),
    ActionSpec("play.ahead", "Play forward, again: faster", "Playback", 0, ("L",), "", with_clip),
    ActionSpec("play.step_back", "One frame back", "Playback", 1, ("Left", ","), "back", with_clip, repeats=True),
    ActionSpec("play.step", "One frame on", "Playback", 1, ("Right", "."), "forward", with_clip, repeats=True),
    ActionSpec("play.jump_back", "Jump back", "Playback", 1, ("Shift+Left",), "", with_clip, repeats=True),
    ActionSpec("play.jump", "Jump on", "Playback", 1, ("Shift+Right",), "", with_clip, repeats=True),
    ActionSpec("play.start", "First frame", "Playback", 1, ("Home",), "start", with_clip),
    ActionSpec("play.end", "Last frame", "Playback", 1, ("End",), "end", with_clip),
    ActionSpec("play.previous_anchor", "Previous anchor frame", "Playback", 2, ("Up", "PgUp"), "up", with_clip),
    ActionSpec("play.next_anchor", "Next anchor frame", "Playback", 2, ("Down", "PgDown"), "down", with_clip),
    ActionSpec("range.set_in", "Set in point", "Playback", 3, ("I",), "mark_in", with_clip),
    ActionSpec("range.set_out", "Set out point", "Playback", 3, ("O",), "mark_out", with_clip),
    ActionSpec("range.go_in", "Go to in point", "Playback", 3, ("Shift+I",), "", with_clip),
    ActionSpec("range.go_out", "Go to out point", "Playback", 3, ("Shift+O",), "", with_clip),
    ActionSpec("range.clear", "Clear in and out", "Playback", 3, ("Alt+X",), "", lambda s: s.has_range),
    ActionSpec("marker.toggle", "Set or clear a marker", "Playback", 5, ("M",), "marker", with_clip),
    ActionSpec("marker.next", "Next marker", "Playback", 5, ("Shift+M",), "", with_clip),
    ActionSpec("marker.previous", "Previous marker", "Playback", 5, ("Alt+M",), "", with_clip),
    ActionSpec("quality.next", "Next doubtful frame", "Playback", 6, ("Shift+Down",), "", with_clip),
    ActionSpec("quality.previous", "Previous doubtful frame", "Playback", 6, ("Shift+Up",), "", with_clip),
    ActionSpec("play.loop", "Loop", "Playback", 4, ("Ctrl+L",), "loop", checkable=True, tip="From in to out, again"),
    ActionSpec("play.go_to", "Go to…", "Playback", 4, ("Ctrl+G",), "", with_clip, tip="A frame, a time code, or +30"),
)
HELP = (
    ActionSpec("help.shortcuts", "Keyboard shortcuts", "Help", 0, ("?", "/", "F1")),
    ActionSpec(
        "help.guide", "Show the next step", "Help", 1, checkable=True, tip="On the picture, until a clip is done"
    ),
    ActionSpec("help.log", "Log…", "Help", 2, tip="What went wrong, to read or to send"),
    ActionSpec("help.about", "About Cleanplate", "Help", 2),
)
ACTIONS: tuple[ActionSpec, ...] = (
    *FILE,
    *EDIT,
    *VIEW,
    *MASK,
    *TRACK,
    *REMOVE,
    *RESTORE,
    *REFERENCE,
    *PLAYBACK,
    *HELP,
)
