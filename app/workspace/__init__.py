"""One open clip: every user operation is a method of ``Workspace``, which the command line and the window both drive.

Its methods stand in three layers: ``project`` (the clip, its document, the project file), ``masks`` (what is marked)
and ``workspace`` (what is made of it). How it is done stands in its parts by subject: ``clip`` (what all of them know
of the clip), ``opening`` (clip and project files), ``marking`` (objects, their prompts and their masks from files),
``tracking`` (masks from jobs that look at the pictures), ``restoring`` (whole shapes of hidden objects), ``pictures``
(frames out, retouched frames in) and ``exporting`` (the cleaned clip). They are asked through ``Workspace``.
"""

from app.workspace.exporting import RemovalRun
from app.workspace.opening import ProjectChanged, state_on_disk
from app.workspace.workspace import Workspace

__all__ = ["ProjectChanged", "RemovalRun", "Workspace", "state_on_disk"]
