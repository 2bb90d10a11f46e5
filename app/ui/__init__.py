"""The window. Only here is Qt imported; widgets ask the controller, which asks the workspace."""

from app.ui.plain_imports import read_no_sources

read_no_sources()  # before the first of many imports
