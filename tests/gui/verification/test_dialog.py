"""Help > Verification."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QTreeView

from cascade_gui.theme import tokens
from cascade_gui.verification import VerificationDialog
from cascade_gui.verification.cases_model import (
    CASE,
    COMPARED,
    DIFFERENCE,
    EXPECTED,
    GOOD,
    GOT,
    LOSS,
    SECONDARY,
    SOURCE,
    TONE,
    VERDICT,
)
from engine.verification import find_cases, load_cases

CASES = find_cases(["aave-01", "aave-03", "B02"])


@pytest.fixture
def open_dialog(qtbot):
    dialogs = []

    def open_it(cases=CASES):
        dialog = VerificationDialog(tokens(dark=True), cases=cases)
        dialogs.append(dialog)
        dialog.show()
        return dialog

    yield open_it
    for dialog in dialogs:
        if shiboken6.isValid(dialog):
            with qtbot.waitSignal(dialog.destroyed, timeout=120_000):
                dialog.reject()


@pytest.fixture
def finished(qtbot, open_dialog):
    def finish(cases=CASES):
        dialog = open_dialog(cases)
        qtbot.waitUntil(lambda: not dialog.running, timeout=120_000)
        return dialog

    return finish


def wrong():
    """The last case with another expectation."""
    case = CASES[2]
    return (*CASES[:2], replace(case, figures=(replace(case.figures[1], expected=0.98), *case.figures[2:])))


def tree(dialog):
    return dialog.findChild(QTreeView, "verification_cases")


def text(dialog, name):
    return dialog.findChild(QLabel, f"verification_{name}").text()


def button(dialog, name):
    return dialog.findChild(QPushButton, f"verification_{name}")


def cell(dialog, group, case, column):
    model = tree(dialog).model()
    return model.index(case, column, model.index(group, CASE))


def test_that_it_lists_every_case_at_once_and_says_that_the_engine_is_prepared(open_dialog):
    dialog = open_dialog()
    assert dialog.running
    assert dialog.findChild(QProgressBar, "verification_progress").isVisible()
    assert text(dialog, "headline") == "0 of 2 published cases pass so far"
    assert text(dialog, "remark").startswith("Preparing the engine")
    assert button(dialog, "again").text() == "C&ancel"
    assert cell(dialog, 0, 0, CASE).data() == f"aave-01   {CASES[0].title}"
    assert cell(dialog, 0, 0, VERDICT).data() in {None, ""}


def test_that_every_bundled_case_stands_under_its_group(open_dialog):
    dialog = open_dialog(load_cases())
    model = tree(dialog).model()
    groups = {model.index(row, CASE).data(): model.rowCount(model.index(row, CASE)) for row in range(model.rowCount())}
    assert sum(groups.values()) == len(load_cases())
    assert {"Aave v3", "Compound v2", "Maker Liquidations 2.0", "Cascades"} <= set(groups)


def test_that_it_shows_what_came_of_the_cases(finished):
    dialog = finished()
    figures = len(CASES[0].figures) + len(CASES[2].figures)
    assert text(dialog, "headline") == "2 of 2 published cases pass"
    assert text(dialog, "remark") == f"{figures} figures compared on this machine; 1 more cases are outside the model."
    row = [cell(dialog, 0, 0, column).data() for column in (SOURCE, COMPARED, EXPECTED, GOT, DIFFERENCE, VERDICT)]
    assert row[0] == "aave-v3-origin Pool.Liquidations.t.sol"
    assert row[1:] == ["v3.0 to 3.2: WBTC seized", "0.47453703", "0.474537037", "+7.0e-09", "passes"]
    assert cell(dialog, 0, 0, VERDICT).data(TONE) == GOOD
    assert tree(dialog).model().index(0, VERDICT).data() == "1 of 1"
    assert not dialog.findChild(QProgressBar, "verification_progress").isVisible()


def test_that_a_case_outside_the_model_is_listed_with_its_reason(finished):
    dialog = finished()
    outside = cell(dialog, 0, 1, COMPARED)
    assert outside.data() == CASES[1].outside
    assert cell(dialog, 0, 1, VERDICT).data() == "outside"
    assert outside.data(TONE) == SECONDARY
    tree(dialog).setCurrentIndex(outside)
    assert text(dialog, "title").endswith(f"outside the model, {CASES[1].outside}")


def test_that_a_case_opens_to_all_its_figures(finished, qtbot):
    dialog = finished()
    case = cell(dialog, 0, 0, CASE)
    assert not tree(dialog).isExpanded(case)
    qtbot.keyClick(tree(dialog), Qt.Key.Key_Right)
    assert tree(dialog).isExpanded(case)
    model = tree(dialog).model()
    shown = [model.index(row, COMPARED, case).data() for row in range(model.rowCount(case))]
    assert shown == [figure.what for figure in CASES[0].figures]
    qtbot.keyClick(tree(dialog), Qt.Key.Key_Left)
    assert not tree(dialog).isExpanded(case)


def test_that_what_fails_is_said_in_words_and_opened(finished):
    dialog = finished(wrong())
    assert text(dialog, "headline") == "1 of 2 published cases fail"
    assert dialog.findChild(QLabel, "verification_headline").property("tone") == "loss"
    verdict = cell(dialog, 1, 0, VERDICT)
    assert (verdict.data(), verdict.data(TONE)) == ("FAILS", LOSS)
    assert cell(dialog, 1, 0, DIFFERENCE).data() == "+1.0e-02"
    assert tree(dialog).isExpanded(cell(dialog, 1, 0, CASE))
    assert tree(dialog).model().index(1, VERDICT).data() == "0 of 1"


def test_that_the_source_of_the_chosen_case_stands_below(finished, qtbot):
    dialog = finished()
    source = CASES[0].source
    assert text(dialog, "title") == CASES[0].title
    assert text(dialog, "source") == f"{source.full} ({source.basis})"
    tree(dialog).setCurrentIndex(tree(dialog).model().index(0, CASE))
    assert text(dialog, "source") == ""


def test_that_canceling_keeps_what_ran_and_it_can_be_run_again(open_dialog, qtbot):
    dialog = open_dialog()
    told, cancel = dialog.findChild(QProgressBar, "verification_progress").valueChanged, button(dialog, "again").click
    told.connect(cancel, Qt.ConnectionType.QueuedConnection)  # at once: the next case takes no longer than a look at it
    qtbot.waitUntil(lambda: not dialog.running, timeout=120_000)
    told.disconnect(cancel)
    assert text(dialog, "headline") == "1 of 2 published cases pass"
    assert text(dialog, "remark").startswith("Canceled, 1 cases were not run.")
    assert button(dialog, "again").text() == "&Run again"
    qtbot.mouseClick(button(dialog, "again"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.running, timeout=120_000)
    assert text(dialog, "headline") == "2 of 2 published cases pass"
    model = tree(dialog).model()
    assert model.rowCount(cell(dialog, 0, 0, CASE)) == len(CASES[0].figures)


def test_that_closing_while_it_runs_leaves_no_thread(open_dialog, qtbot):
    dialog = open_dialog(load_cases())
    with qtbot.waitSignal(dialog.destroyed, timeout=120_000):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()


def test_that_the_report_is_copied_as_text(finished, qtbot):
    dialog = finished()
    qtbot.mouseClick(button(dialog, "copy"), Qt.MouseButton.LeftButton)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("Case")
    assert any(line.startswith(" aave-01") for line in lines)
    assert lines[-1].startswith("2 passed, 0 failed, 1 outside the model")


def test_that_ctrl_c_copies_the_row(finished, qtbot):
    dialog = finished()
    qtbot.keyClick(tree(dialog), Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    cells = QGuiApplication.clipboard().text().split("\t")
    assert len(cells) == 7
    assert cells[GOT] == "0.474537037"


def test_that_both_schemes_are_drawn(finished, qtbot):
    dialog = finished()
    dark = dialog.grab().toImage()
    dialog.apply_theme(tokens(dark=False))
    assert dialog.grab().toImage() != dark


def test_that_it_tells_what_came_of_all_cases_once_all_were_run(qtbot, open_dialog):
    dialog = open_dialog()
    told = QSignalSpy(dialog.judged)
    qtbot.waitUntil(lambda: not dialog.running, timeout=120_000)
    assert told.count() == 1
    assert told.at(0) == [2, 0], "one of the three is outside the model"


def test_that_it_tells_nothing_where_it_was_canceled(qtbot, open_dialog):
    dialog = open_dialog()
    told = QSignalSpy(dialog.judged)
    dialog.cancel()
    qtbot.waitUntil(lambda: not dialog.running)
    assert told.count() == 0
