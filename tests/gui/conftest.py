"""Fixtures of the tests that use Qt without a screen."""

from __future__ import annotations

from tests.qt_guard import application_as_it_was, no_qt_left, own_qt_settings

__all__ = ["application_as_it_was", "no_qt_left", "own_qt_settings"]
