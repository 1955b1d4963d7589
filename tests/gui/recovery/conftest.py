"""The window on a profile of its own."""

from tests.gui.window.conftest import make_window, window

__all__ = ["make_window", "window"]
