"""The classical methods that the engines are compared with."""
