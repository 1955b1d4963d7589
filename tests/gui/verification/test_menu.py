"""Help > Verification in the window."""

from __future__ import annotations

from PySide6.QtGui import QAction

from cascade_gui.app import build
from cascade_gui.verification import VerificationDialog


def test_that_the_menu_opens_it_once_and_the_window_closes_it(qtbot, tmp_path):
    _, window = build(["--profile", str(tmp_path)])
    qtbot.addWidget(window)
    action = window.findChild(QAction, "help_verification")
    action.trigger()
    (dialog,) = window.findChildren(VerificationDialog)
    assert dialog.isVisible()
    action.trigger()
    assert window.findChildren(VerificationDialog) == [dialog]
    with qtbot.waitSignal(dialog.destroyed, timeout=120_000):
        window.help.close()
    action.trigger()
    (again,) = window.findChildren(VerificationDialog)
    with qtbot.waitSignal(again.destroyed, timeout=120_000):
        again.reject()
