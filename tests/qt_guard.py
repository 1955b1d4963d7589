"""Fixtures for tests that use Qt; the conftest.py of tests/gui and tests/screen take them in.

A test may leave no thread, timer or window behind. What it left is named, with the line that
started it.
"""

from __future__ import annotations

import gc
import traceback
from weakref import WeakKeyDictionary

import pytest
import shiboken6
from PySide6.QtCore import (
    QAbstractAnimation,
    QCoreApplication,
    QEvent,
    QLocale,
    QObject,
    QSettings,
    QStandardPaths,
    QThread,
    QThreadPool,
    QTimer,
)
from PySide6.QtWidgets import QApplication, QWidget

WAIT_MS = 60_000  # only as long as something is left
QUIT_MS = 5_000  # for a thread that was told to quit and is about to
# One window of Qt's own, made by the first tooltip and kept until the program ends.
QT_KEEPS = {"QTipLabel"}


@pytest.fixture(autouse=True)
def garbage_of_this_thread():
    """Collect no garbage while a test goes on, as in the window (`cascade_gui.working.garbage`): not in its threads."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def no_qt_left(qapp, monkeypatch):
    """Fail a test that leaves a QThread, a QTimer or an animation running, or a window open."""
    started_at: WeakKeyDictionary[QObject, str] = WeakKeyDictionary()
    for kind in (QThread, QTimer, QAbstractAnimation):
        _remember_starts(monkeypatch, kind, started_at)
    before = {_address(widget) for widget in QApplication.topLevelWidgets()}
    yield
    delete_what_waits_for_it()
    if leftovers(started_at, before):
        gc.collect()
        delete_what_waits_for_it()
    left = leftovers(started_at, before)
    for widget in _windows(before):
        widget.close()
        widget.deleteLater()
    delete_what_waits_for_it()
    assert not left, "the test left behind:\n" + "\n".join(left)


def _remember_starts(monkeypatch, kind: type, started_at: WeakKeyDictionary[QObject, str]) -> None:
    """Note where each object of a kind is started."""
    start = kind.start

    def start_and_remember(self, *arguments):
        started_at[self] = "".join(traceback.format_stack(limit=6)[:-1])
        start(self, *arguments)

    monkeypatch.setattr(kind, "start", start_and_remember)


def leftovers(started_at: WeakKeyDictionary[QObject, str], before: set[int]) -> list[str]:
    """Describe what still runs or stands open.

    Parameters
    ----------
    started_at : WeakKeyDictionary
        The threads, timers and animations started, each with the lines that did.
    before : set of int
        The address of each window that was there before the test.

    Returns
    -------
    list of str
        One text a leftover; empty where all is clean.
    """
    found = [_describe(thing, at) for thing, at in list(started_at.items()) if _is_active(thing)]
    found += [
        f"window {type(w).__name__} {w.objectName()!r} {w.windowTitle()!r}: give it to"
        " qtbot.addWidget, or close it and deleteLater()"
        for w in _windows(before)
    ]
    if not QThreadPool.globalInstance().waitForDone(WAIT_MS):
        found.append("work in the global QThreadPool")
    return found


def _is_active(thing: QObject) -> bool:
    if not shiboken6.isValid(thing):
        return False
    if isinstance(thing, QThread):
        return not thing.wait(QUIT_MS)
    if isinstance(thing, QTimer):
        return thing.isActive()
    return thing.state() == QAbstractAnimation.State.Running


def _describe(thing: QObject, started_at: str) -> str:
    advice = "quit() and wait() for it" if isinstance(thing, QThread) else "stop() it"
    return f"{type(thing).__name__} {thing.objectName()!r}: {advice}; started at\n{started_at}"


def _address(widget: QWidget) -> int:
    """Return where Qt's object is; the Python object around it may be made anew."""
    return shiboken6.getCppPointer(widget)[0]


def _windows(before: set[int]) -> list[QWidget]:
    return [
        widget
        for widget in QApplication.topLevelWidgets()
        if _address(widget) not in before
        and widget.parentWidget() is None
        and widget.metaObject().className() not in QT_KEEPS
    ]


def delete_what_waits_for_it() -> None:
    """Carry out the deleteLater() calls that wait for an event loop."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()


@pytest.fixture(autouse=True)
def own_qt_settings(home, qapp):
    """Keep QSettings and Qt's standard folders inside the test's home."""
    QStandardPaths.setTestModeEnabled(True)
    for kind in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(kind, QSettings.Scope.UserScope, str(home / "qt-settings"))


@pytest.fixture(autouse=True)
def application_as_it_was(qapp):
    """Put back what a test may change on the one QApplication that all of them share."""
    import pyqtgraph

    style, sheet, palette, font = (
        qapp.style().name(),
        qapp.styleSheet(),
        qapp.palette(),
        qapp.font(),
    )
    direction, locale = qapp.layoutDirection(), QLocale()
    options, scheme = dict(pyqtgraph.CONFIG_OPTIONS), qapp.styleHints().colorScheme()
    yield
    if qapp.styleHints().colorScheme() != scheme:
        qapp.styleHints().setColorScheme(scheme)
    if qapp.styleSheet() != sheet:
        qapp.setStyleSheet(sheet)
    if qapp.style().name() != style:
        qapp.setStyle(style)
    if qapp.palette() != palette:
        qapp.setPalette(palette)
    if qapp.font() != font:
        qapp.setFont(font)
    qapp.setLayoutDirection(direction)
    QLocale.setDefault(locale)
    pyqtgraph.setConfigOptions(**options)
