"""The window. Only here is Qt imported; widgets ask the controller, which asks the workspace."""
