"""Asking questions of the open scenario in the second view."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QLabel, QLineEdit, QWidget

import engine
from cascade_gui.studies.asking_panel import AskingPanel
from cascade_gui.studies.columns_model import ColumnsModel, written
from cascade_gui.studies.figure_words import in_words
from cascade_gui.studies.live_answers import LiveAnswers
from cascade_gui.studies.study_form import StudyForm
from cascade_gui.studies.unit_line import UnitLine
from engine.studies.known_studies import find_study, study_names
from engine.studies.runs import Runs
from tests.gui.window.conftest import make_window, trigger, window

__all__ = ["make_window", "window"]


@pytest.fixture
def page(window, monkeypatch):
    """Return the view of studies, in which nothing is worked out unless it is asked for."""
    monkeypatch.setattr(LiveAnswers, "soon", LiveAnswers.stop)
    trigger(window, "view_studies")
    return window.views.studies


def choose(page, name):
    page.questions.choose(name)


def asked_here():
    return [name for name in study_names() if not find_study(name).has_own_view]


def type_into(page, setting, text):
    page.findChild(QLineEdit, f"setting_{setting}").setText(text)


def work_out(page, qtbot):
    qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.busy, timeout=240_000)


def test_that_the_view_takes_the_place_of_the_cascade_and_gives_it_back(window):
    trigger(window, "view_studies")
    assert not window.views.studies.isHidden()
    assert window.page.isHidden()
    assert window.transport.isHidden()
    trigger(window, "view_cascade")
    assert window.views.studies.isHidden()
    assert not window.page.isHidden()
    assert not window.transport.isHidden()


def test_that_the_panels_of_a_cascade_make_room_and_come_back_as_they_were(window):
    window.panels.account.hide()
    window.panels.book.show()
    trigger(window, "view_studies")
    assert all(dock.isHidden() for dock in window.panels.docks)
    trigger(window, "view_cascade")
    assert [dock.isHidden() for dock in window.panels.docks] == [False, False, True]
    window.panels.save()
    stored = window.settings.layout()
    trigger(window, "view_studies")
    window.panels.save()
    assert window.settings.layout()[1] == stored[1]


def test_that_a_click_into_the_plot_chooses_the_row_of_the_table(page, qtbot):
    choose(page, "threshold")
    for setting, text in (("market", "school"), ("asset", "X"), ("to", "70%"), ("paths", "0")):
        type_into(page, setting, text)
    work_out(page, qtbot)
    assert page.fault.text() == ""
    assert page.answer.sentence.text().startswith("From ")
    (chart,) = page.answer.picture.charts
    chart.row_clicked.emit("curve", 500)
    assert page.tables.currentText() == "curve"
    assert page.model.row_of(page.table.currentIndex().row()) == 500
    assert chart.row == 500
    assert not page.open_run.isEnabled()


def test_that_the_keys_go_over_headings_and_reach_everything_in_few_stops(page):
    choose(page, "response")
    stops, here = [], page.questions
    while len(stops) < 40 and (here is not page.questions or not stops):
        if here.focusPolicy() & Qt.FocusPolicy.TabFocus and here.isEnabled() and here.isVisibleTo(page):
            stops.append(here.objectName() or here.text())
        here = here.nextInFocusChain()
    wanted = ["study_questions", "setting_direction", "setting_to", "setting_steps", "study_start"]
    assert stops[: len(wanted)] == wanted
    assert len(stops) <= 10
    assert not page.table.tabKeyNavigation()
    QTest.keyClick(page.questions, Qt.Key.Key_Down)
    assert page.questions.name == "montecarlo"


def test_that_every_study_is_a_question(page):
    assert sorted(page.questions.questions()) == sorted(find_study(name).question for name in asked_here())


@pytest.mark.parametrize("name", study_names())
def test_that_a_form_has_a_field_for_every_setting(qtbot, name):
    kind = find_study(name).kind
    form = StudyForm(kind)
    qtbot.addWidget(form)
    for setting, declared in kind.model_fields.items():
        field = form.findChild(QWidget, f"setting_{setting}")
        assert isinstance(field, (QLineEdit, QComboBox, QCheckBox))
        assert field.accessibleName() == declared.title
        assert field.toolTip()


def test_that_the_answer_is_that_of_python(page, window, qtbot):
    choose(page, "response")
    type_into(page, "to", "-0.5")
    type_into(page, "steps", "10")
    work_out(page, qtbot)
    page.tables.setCurrentText("rows")
    found = engine.studies.response(window.document.scenario(), to=-0.5, steps=10)
    assert page.result.frame().equals(found.frame())
    assert page.model.rowCount() == 10
    page.tables.setCurrentText("figures")
    shown = [page.model.index(row, 4).data() for row in range(page.model.rowCount())]
    assert shown == [name for name in found.figures if not name.endswith((".low", ".high"))]
    shown = [in_words(line, found.scenario.parameters) for line in found.answer.assumptions]
    assert all(line in page.figures.said() for line in shown)


def test_that_a_row_opens_as_a_cascade(page, window, qtbot):
    choose(page, "response")
    type_into(page, "to", "-0.4")
    type_into(page, "steps", "4")
    work_out(page, qtbot)
    page.tables.setCurrentText("rows")
    page.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)  # the deepest first
    page.table.selectRow(0)
    assert page.open_run.isEnabled()
    repaid = page.result.frame()["repaid_usd"][3]
    with qtbot.waitSignal(window.run_finished, timeout=120_000):
        qtbot.mouseClick(page.open_run, Qt.MouseButton.LeftButton)
    assert page.isHidden()
    assert window.recording.summary()["repaid_usd"] == pytest.approx(repaid)
    assert window.document.undo_stack.undoText() == "Open a run of a study"
    qtbot.waitUntil(lambda: not window.session.viewer.busy and not window.session.busy_soon, timeout=60_000)


def test_that_opening_a_run_says_how_an_edited_shock_comes_back_and_undo_brings_it(page, window, qtbot):
    edited = window.document.parameters.shock.model_dump()["returns"] | {"X": -0.123}
    window.document.set_parameter("shock.returns.X", -0.123)
    choose(page, "response")
    type_into(page, "to", "-0.4")
    type_into(page, "steps", "2")
    work_out(page, qtbot)
    page.tables.setCurrentText("rows")
    page.table.selectRow(1)
    with qtbot.waitSignal(window.run_finished, timeout=120_000):
        qtbot.mouseClick(page.open_run, Qt.MouseButton.LeftButton)
    assert window.document.parameters.shock.returns["X"] == -0.4
    assert "Undo brings back" in window.message.text()
    assert not window.message.isHidden()
    window.findChild(QAction, "edit_undo").trigger()
    assert window.document.parameters.shock.model_dump()["returns"] == edited
    qtbot.waitUntil(lambda: not window.session.viewer.busy and not window.session.busy_soon, timeout=60_000)


def test_that_find_looks_in_the_table_of_the_answer_and_leaves_the_loan_book_alone(page, window, qtbot):
    trigger(window, "edit_find")  # nothing is worked out yet
    assert page.answer.find_bar.isHidden()
    choose(page, "book")
    work_out(page, qtbot)
    page.tables.setCurrentText("accounts")
    trigger(window, "edit_find")
    field = page.findChild(QLineEdit, "study_find")
    assert window.book.find_bar.isHidden()
    names = [str(name) for name in page.result.answer.tables["accounts"]["account"]]
    QTest.keyClicks(field, names[-1].upper())
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert page.model.index(page.table.currentIndex().row(), 0).data() == names[-1]
    field.setText("nobody of this name")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "not found" in [label.text() for label in page.answer.find_bar.findChildren(QLabel)]
    page.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    page.tables.setCurrentText("figures")
    field.setText("Debt")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "debt" in str(page.table.currentIndex().data()).casefold()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert page.answer.find_bar.isHidden()


def test_that_find_in_the_cascade_shows_the_loan_book_and_in_the_comparison_does_nothing(window):
    window.panels.book.hide()
    trigger(window, "view_compare")
    trigger(window, "edit_find")
    trigger(window, "view_cascade")
    assert window.book.find_bar.isHidden()
    trigger(window, "edit_find")
    assert not window.book.find_bar.isHidden()
    assert not window.panels.book.isHidden()
    window.book.find_bar.close_bar()


def test_that_settings_say_what_they_count(page):
    for study, units in (
        ("critical", {"to": "share", "short": "USD", "buy_back": "USD", "way": "", "asset": ""}),
        ("montecarlo", {"horizon": "s", "paths": ""}),
    ):
        choose(page, study)
        shown = {name: page.findChild(UnitLine, f"setting_{name}").unit for name in units}
        assert shown == units


def test_that_a_unit_is_not_said_beside_one_that_is_typed(page):
    """Beside 1h stood s."""
    choose(page, "montecarlo")
    line = page.findChild(UnitLine, "setting_horizon")
    unit = line.findChild(QLabel, "unit")
    assert unit.isHidden(), line.placeholderText()
    for text, hidden in (("90", False), ("90 min", True), ("24h", True), ("", True)):
        line.setText(text)
        assert unit.isHidden() is hidden, text
    choose(page, "critical")
    sale = page.findChild(UnitLine, "setting_short")
    sale.setText("50M")
    assert not sale.findChild(QLabel, "unit").isHidden(), "M is no unit"


def test_that_a_wrong_setting_is_called_as_its_field_is(page, qtbot):
    choose(page, "montecarlo")
    type_into(page, "depeg", "GOLD=0.9:0.1")
    type_into(page, "paths", "2")
    work_out(page, qtbot)
    assert page.fault.text().startswith("Leaves its peg: 'GOLD'")


def test_that_what_is_wrong_with_the_book_is_told_briefly_and_in_words(page, window, qtbot):
    asset = next(iter(window.document.parameters.assets))
    data = window.document.parameters.to_dict()
    data["assets"][asset]["price"] = None
    window.document.replace_parameters(type(window.document.parameters).from_dict(data), "Import")
    choose(page, "critical")
    work_out(page, qtbot)
    lines = page.fault.text().splitlines()
    assert lines[0] == f"Price of {asset}: blank; allowed: a price in USD above 0"
    assert lines[1].startswith("Loan book, row 1, ")
    assert lines[-1].endswith("more")
    assert len(lines) == 4


def test_that_cancel_stays_where_it_is_while_what_is_said_of_the_runs_grows(qtbot):
    panel = AskingPanel([find_study("book"), find_study("montecarlo")])
    qtbot.addWidget(panel)
    panel.resize(262, 700)
    panel.show_form(find_study("montecarlo"), {})
    with qtbot.waitExposed(panel):
        panel.show()
    panel.allow(False)
    places = []
    for done, wanted in ((0, 0), (9, 10), (10, 10), (11, 20_000_000), (10_000_001, 20_000_000)):
        runs = Runs()
        runs.count, runs.wanted = done, wanted
        runs.pace.note(1, waited=4.0, worked=4.0)
        panel.show_progress(runs)
        panel.layout().activate()
        places.append(panel.cancel.mapTo(panel, panel.cancel.rect().topLeft()).toTuple())
    assert len(set(places)) == 1
    panel.allow(True)
    assert panel.findChild(QLabel, "study_done").isHidden()


def test_that_a_wrong_setting_is_said_beside_the_form_and_nothing_runs(page, qtbot):
    choose(page, "response")
    type_into(page, "direction", "GOLD=1")
    work_out(page, qtbot)
    assert "GOLD" in page.fault.text()
    assert page.result is None
    field = page.findChild(QLineEdit, "setting_direction")
    assert field.property("state") == "fault"
    type_into(page, "direction", "")
    type_into(page, "to", "-0.2")
    type_into(page, "steps", "2")
    work_out(page, qtbot)
    assert page.fault.text() == ""
    assert page.result is not None


def test_that_an_answer_of_another_scenario_says_so_until_that_is_back(page, window, qtbot):
    choose(page, "book")
    work_out(page, qtbot)
    assert page.changed.isHidden()
    window.document.set_parameter("liquidators.gas_usd", 7.0)
    assert "has changed" in page.changed.text()
    assert not page.changed.isHidden()
    window.document.undo_stack.undo()
    assert page.changed.isHidden()
    trigger(window, "view_cascade")
    window.document.set_parameter("liquidators.gas_usd", 8.0)
    trigger(window, "view_studies")
    assert not page.changed.isHidden()
    work_out(page, qtbot)
    assert page.changed.isHidden()


def test_that_a_study_that_is_cancelled_keeps_what_is_done(page, qtbot):
    choose(page, "montecarlo")
    type_into(page, "paths", "1000000")
    type_into(page, "horizon", "10min")
    qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page._runs.count > 0, timeout=240_000)
    assert page.cancel.isEnabled()
    assert not page.start.isEnabled()
    qtbot.mouseClick(page.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.busy, timeout=120_000)
    assert page.result.stopped
    page.tables.setCurrentText("rows")
    assert 0 < page.model.rowCount() < 1_000_000
    assert page.figures.said().startswith("It was stopped")
    assert page.start.isEnabled()


def test_that_a_study_that_is_cancelled_leaves_a_whole_answer_where_it_is(page, qtbot):
    choose(page, "montecarlo")
    type_into(page, "paths", "4")
    type_into(page, "horizon", "10min")
    work_out(page, qtbot)
    whole = page.result
    assert not whole.stopped
    type_into(page, "paths", "1000000")
    qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page._runs.count > 0, timeout=240_000)
    qtbot.mouseClick(page.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.busy, timeout=120_000)
    assert page.result is whole
    assert not page.figures.said().startswith("It was stopped")
    assert page.changed.text().startswith("It was cancelled: this is the answer from before.")
    qtbot.mouseClick(page.answer.part, Qt.MouseButton.LeftButton)
    assert page.result.stopped
    assert page.answer.part.isHidden()
    assert "cancelled" not in page.changed.text()


def test_that_tables_are_copied_and_saved(page, qtbot, tmp_path, monkeypatch):
    choose(page, "book")
    work_out(page, qtbot)
    page.tables.setCurrentText("accounts")
    page.copy.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t") == list(page.result.frame("accounts"))
    assert len(lines) == 1 + len(page.result.frame("accounts"))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "accounts.csv"), ""))
    page.save.click()
    assert (tmp_path / "accounts.csv").read_text().splitlines()[0].startswith("account,")


def test_that_what_does_not_exist_is_sorted_last_both_ways(qtbot):
    model = ColumnsModel()
    model.show_columns({"repaid_usd": np.array([2.0, np.nan, 3.0, 1.0])})
    model.sort(0, Qt.SortOrder.AscendingOrder)
    assert [model.row_of(row) for row in range(4)] == [3, 0, 2, 1]
    model.sort(0, Qt.SortOrder.DescendingOrder)
    assert [model.row_of(row) for row in range(4)] == [2, 0, 3, 1]


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [("total_loss_usd.var_99", 1_234_567.0, "$1.23M"), ("top_1_share", 0.135, "13.50%"), ("accounts", 5234.0, "5,234"),
     ("amplification.X", 1.23456, "1.235"), ("rounds", None, "–"), ("account", "a0", "a0"),
     ("repaid_usd.max_at", -0.6, "-60.00%"), ("total_loss_usd.mean_size", 1e6, "$1M"),
     ("liquidators.gas_usd", 20.0, "$20"), ("shock.returns.X", -0.2, "-20.00%"), ("fall_if_sold.X", 0.5, "50.00%")],
)  # fmt: skip
def test_how_figures_are_written(window, name, value, text):
    shown = written(name, value, window.document.parameters)
    assert shown.replace(" ", "").replace("\u202f", "").replace("\xa0", "").replace("\u2212", "-") == text


def test_that_each_question_shows_its_last_answer_and_what_was_asked(page, qtbot):
    choose(page, "book")
    type_into(page, "top", "3")
    work_out(page, qtbot)
    choose(page, "sweep")
    assert (page.result, page.heading.text()) == (None, find_study("sweep").question)
    assert (page.model.rowCount(), page.tables.names(), page.figures.shown()) == (0, (), {})
    assert not page.copy.isEnabled()
    choose(page, "book")
    assert page.heading.text() == find_study("book").question
    assert page.result.settings.top == 3
    assert page.model.rowCount() == 3
    assert page.findChild(QLineEdit, "setting_top").text() == "3"


def test_that_a_new_answer_keeps_what_was_looked_at_and_the_old_curve_as_a_thin_line(page, qtbot):
    choose(page, "response")
    type_into(page, "to", "-0.5")
    type_into(page, "steps", "10")
    work_out(page, qtbot)
    first = page.result
    page.answer.choose_row("rows", 7)
    type_into(page, "to", "-0.6")
    work_out(page, qtbot)
    assert page.result is not first
    assert page.tables.currentText() == "rows"
    assert page.model.row_of(page.table.currentIndex().row()) == 7
    chart = page.answer.picture.charts[0]
    assert chart.subtitle.text().endswith("thin: the answer before")
    assert {line.width for line in chart._before} == {1.0}
    choose(page, "book")
    choose(page, "response")
    assert not page.answer.picture.charts[0]._before


def test_that_names_of_the_scenario_are_offered_while_they_are_typed(page):
    choose(page, "threshold")
    field = page.findChild(QLineEdit, "setting_asset")
    assert field.placeholderText() == "X, USD"
    field.completer().setCompletionPrefix("us")
    assert field.completer().currentCompletion() == "USD"
    assert "asset" not in page.asking.form.texts()


@pytest.mark.parametrize(("typed", "chosen", "begins"), [("plot.png", "", b"\x89PNG"), ("plot.svg", "", b"<?xml"),
                                                         ("plot", "SVG, the plot (*.svg)", b"<?xml"),
                                                         ("all", "CSV, the table (*.csv)", b"figure,")])  # fmt: skip
def test_that_the_plot_is_saved_as_a_picture_and_the_figures_as_a_table(
    page, qtbot, tmp_path, monkeypatch, typed, chosen, begins
):
    choose(page, "book")
    work_out(page, qtbot)
    page.tables.setCurrentText("figures")
    offered = []
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *given: offered.append(given[-1]) or (str(tmp_path / typed), chosen)
    )
    page.save.click()
    (written,) = tmp_path.glob(f"{typed.partition('.')[0]}.*")
    assert written.read_bytes().startswith(begins)
    if typed == "all":
        rows = pd.read_csv(written).set_index("name")
        assert rows.loc["debt_usd", "value"] == page.result.figures["debt_usd"]
        assert rows.loc["debt_usd", "figure"] == "Debt"
    assert page.fault.isHidden()
    assert "PNG, the plot (*.png)" in offered[0]


def test_that_a_field_has_the_keys_again_when_its_question_is_answered(qtbot):
    panel = AskingPanel([find_study("book"), find_study("response")])
    qtbot.addWidget(panel)
    panel.show_form(find_study("response"), {})
    with qtbot.waitActive(panel):
        panel.show()
    field = panel.findChild(QLineEdit, "setting_to")
    field.setFocus()
    panel.allow(False)
    assert panel.cancel.hasFocus()
    panel.allow(True)
    assert field.hasFocus()


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Effects on total_loss_usd of liquidators.gas_usd 50 to 150.", "Effects on total loss of gas 50 to 150."),
        ("shock.returns.X -0.25 to -0.15 (the usual bounds, an assumption).",
         "shock of X -0.25 to -0.15 (the usual bounds, an assumption)."),
        ("Depth: 0.1 times what is given.", "Depth: 0.1 times what is given."),
    ],
)  # fmt: skip
def test_that_what_decides_an_answer_is_said_in_words(page, window, sentence, words):
    assert in_words(sentence, window.document.parameters) == words


def test_that_an_answer_that_was_had_at_once_types_nothing_into_the_form(page, window):
    found = engine.studies.response(window.document.scenario(), to=-0.5, steps=50)
    page._kept.keep(found)
    choose(page, "book")
    choose(page, "response")
    assert page.asking.form.texts() == {"to": "-0.5"}
