"""The start page: what it shows, how it is left, and that it works by keyboard."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton

from cascade_gui.document.recovery import RecoveryFolder, write_unsaved
from cascade_gui.start_page.example_card import ExampleCard
from engine.files.examples import examples
from tests.gui.recovery.test_recovery import unsaved
from tests.gui.start_page.conftest import show_start
from tests.gui.window.conftest import TEACHING_BOOK, run, trigger


def card(page, name):
    return page.findChild(ExampleCard, f"example_{name}")


def test_that_the_page_has_the_window_for_itself_and_gives_it_back(window, qtbot):
    show_start(window, qtbot)
    assert not any(dock.isVisible() for dock in window.panels.docks)
    assert not window.page.isVisible()
    trigger(window, "view_cascade")
    assert window.page.isVisible()
    assert window.panels.scenario.isVisible()
    assert window.views.start.isHidden()


def test_that_a_card_opens_its_example_and_plays_its_run(empty, qtbot):
    page = show_start(empty, qtbot)
    qtbot.mouseClick(card(page, "teaching-book"), Qt.MouseButton.LeftButton)
    assert empty.document.name.startswith("Teaching book")
    assert empty.recording is not None
    assert empty.player.playing
    assert page.isHidden()
    assert empty.page.isVisible()


def test_that_arrows_go_from_card_to_card_and_enter_opens_one(window, qtbot):
    run(window, qtbot)
    window.player.first()
    page = show_start(window, qtbot)
    cards = page.gallery.cards
    cards[0].setFocus()
    for key, at in [
        (Qt.Key.Key_Right, 1), (Qt.Key.Key_Down, 5), (Qt.Key.Key_Left, 4), (Qt.Key.Key_Up, 0), (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_End, 15), (Qt.Key.Key_Home, 0),
    ]:  # fmt: skip
        qtbot.keyClick(QApplication.focusWidget(), key)
        assert QApplication.focusWidget() is cards[at]
    assert window.round == 0  # these keys would else have moved rounds that nobody sees
    cards[5].setFocus()
    qtbot.keyClick(cards[5], Qt.Key.Key_Return)
    assert window.document.name == examples()[5].title
    assert page.isHidden()


def test_that_tab_goes_down_the_left_side_and_then_along_the_examples_and_each_button_has_a_name(window, qtbot):
    folder = RecoveryFolder(window.settings.recovery_folder)
    write_unsaved(folder.new_file(), unsaved())
    page = show_start(window, qtbot)
    side = page.side
    reached = [side.main]
    while (widget := reached[-1].nextInFocusChain()) is not side.main:
        reached.append(widget)
    buttons = [each for each in reached if isinstance(each, QAbstractButton) and page.isAncestorOf(each)]
    shown = [each for each in buttons if not each.isHidden()]
    assert shown[:5] == [side.main, side.open, side.new, side.rows[0], side.unsaved[0].findChild(QPushButton)]
    assert shown[-len(page.gallery.cards) :] == page.gallery.cards
    assert {each for each in page.findChildren(QAbstractButton) if each.isVisible()} == set(shown)
    for button in shown:
        assert button.accessibleName() or button.text(), button.objectName()


def test_that_f6_goes_between_the_two_sides_of_the_page_and_the_toolbar(window, qtbot):
    page = show_start(window, qtbot)
    seen = []
    for _ in range(3):
        trigger(window, "view_next_panel")
        seen.append(QApplication.focusWidget())
    assert seen[0] is page.gallery.cards[0]
    assert seen[1] is window.toolbar.run
    assert page.side.isAncestorOf(seen[2])


# ----------------------------------------------------------------------------------------- recovery


def test_that_a_saved_run_stands_among_the_recent_files_with_its_result(window, qtbot, tmp_path):
    run(window, qtbot)
    window.save(tmp_path / "mine & yours.cascade")
    qtbot.waitUntil(lambda: not window.start._background.busy)
    page = show_start(window, qtbot)
    row = page.side.rows[0]
    assert row.path.name == "mine & yours.cascade"
    assert row.said == "X -31 %"
    assert "X -31 %" in row.accessibleDescription()
    assert row.hasFocus()
    qtbot.keyClick(row, Qt.Key.Key_Return)
    assert page.isHidden()


def test_that_a_file_without_a_run_says_so_and_a_changed_one_too(window, qtbot, tmp_path):
    run(window, qtbot)
    path = tmp_path / "mine.cascade"
    window.save(path)
    qtbot.waitUntil(lambda: not window.start._background.busy)
    path.write_bytes(path.read_bytes() + b" ")
    window.settings.add_recent(Path(shutil.copy(TEACHING_BOOK, tmp_path)))
    page = show_start(window, qtbot)
    assert [row.said for row in page.side.rows] == ["not run yet", "changed since its run", "X -31 %"]
    assert page.side.rows[2].path == TEACHING_BOOK.resolve()


def test_that_the_run_of_edits_that_are_not_saved_is_not_shown_as_the_files(window, qtbot):
    window.document.set_parameter("liquidators.gas_usd", 3.0)
    run(window, qtbot)
    page = show_start(window, qtbot)
    assert page.side.rows[0].said == "not run yet"


def test_that_a_new_scenario_leaves_the_page(empty, qtbot):
    page = show_start(empty, qtbot)
    qtbot.mouseClick(page.side.new, Qt.MouseButton.LeftButton)
    assert page.isHidden()
    assert empty.windowTitle().startswith("Untitled")


def test_that_a_run_leaves_the_page(window, qtbot):
    page = show_start(window, qtbot)
    run(window, qtbot)
    assert page.isHidden()


def test_that_the_import_of_a_book_opens_from_the_page(empty, qtbot, monkeypatch):
    asked = []
    page = show_start(empty, qtbot)
    monkeypatch.setattr("cascade_gui.window.file_commands.ask_file", lambda *given: asked.append(given[1]))
    page.side.main.setFocus()
    qtbot.keyClick(page.side.main, Qt.Key.Key_Return)
    qtbot.mouseClick(page.gallery.own, Qt.MouseButton.LeftButton)
    assert asked == ["book", "book"]
    assert page.isVisible()


def test_that_esc_goes_back_to_what_is_open_and_stays_where_nothing_is(make_window, qtbot):
    for name, is_open in (("one", False), ("two", True)):
        window = make_window(profile=name)
        if is_open:
            window.open(TEACHING_BOOK)
        page = show_start(window, qtbot)
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
        assert page.isHidden() is is_open
        window.hide()


def test_that_the_window_is_called_after_the_program_while_nothing_is_open(empty, qtbot):
    show_start(empty, qtbot)
    assert empty.windowTitle() == "Cascade"
    trigger(empty, "view_cascade")
    assert empty.windowTitle().startswith("Untitled")


def test_that_work_that_was_not_saved_is_listed_and_can_be_recovered(empty, qtbot):
    folder = RecoveryFolder(empty.settings.recovery_folder)
    write_unsaved(folder.new_file(), unsaved())
    page = show_start(empty, qtbot)
    (row,) = page.side.unsaved
    texts = [label.text() for label in row.findChildren(QLabel)]
    assert "crash" in texts[0]
    recover, saved = row.findChildren(QPushButton)
    assert not saved.isVisible()
    qtbot.mouseClick(recover, Qt.MouseButton.LeftButton)
    assert len(empty.document.loans) == 2
    assert empty.document.dirty
    assert page.isHidden()


def test_that_its_file_can_be_opened_as_it_was_saved(empty, qtbot):
    folder = RecoveryFolder(empty.settings.recovery_folder)
    file = folder.new_file()
    write_unsaved(file, unsaved(path=TEACHING_BOOK))
    page = show_start(empty, qtbot)
    _, saved = page.side.unsaved[0].findChildren(QPushButton)
    qtbot.mouseClick(saved, Qt.MouseButton.LeftButton)
    assert empty.document.path == TEACHING_BOOK
    assert not file.exists()
