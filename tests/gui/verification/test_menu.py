"""Help > Verification in the window."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton

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


def line(window):
    return window.findChild(QToolButton, "verification_line")


def test_that_nothing_is_said_to_pass_before_it_has_passed_here(qtbot, tmp_path):
    _, window = build(["--profile", str(tmp_path)])
    qtbot.addWidget(window)
    assert line(window).text() == "Run the published cases on this machine"
    line(window).click()
    (dialog,) = window.findChildren(VerificationDialog)
    with qtbot.waitSignal(dialog.destroyed, timeout=120_000):
        dialog.reject()
    assert "pass" not in line(window).text()


def test_that_the_line_says_how_many_cases_passed_and_remembers_it_for_this_machine(qtbot, tmp_path, monkeypatch):
    _, window = build(["--profile", str(tmp_path)])
    qtbot.addWidget(window)
    window.help.show_verification()
    (dialog,) = window.findChildren(VerificationDialog)
    dialog.judged.emit(93, 0)
    assert line(window).text() == "93 published cases pass on this machine"
    with qtbot.waitSignal(dialog.destroyed, timeout=120_000):
        dialog.reject()
    window.settings.sync()
    _, again = build(["--profile", str(tmp_path)])
    qtbot.addWidget(again)
    assert line(again).text() == "93 published cases pass on this machine"
    monkeypatch.setattr("cascade_gui.verification.place.versions", lambda: {"engine": "another"})
    line(again).show_standing()
    assert line(again).text() == "Run the published cases on this machine"


def test_that_failing_cases_are_not_kept_quiet(qtbot, tmp_path):
    _, window = build(["--profile", str(tmp_path)])
    qtbot.addWidget(window)
    window.settings.verified = (91, 2)
    line(window).show_standing()
    assert line(window).text() == "2 published cases fail on this machine"
    assert line(window).property("tone") == "loss"
