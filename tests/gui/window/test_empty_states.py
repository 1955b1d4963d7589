"""What the window says where there is nothing to show: what to do next."""

from __future__ import annotations

from cascade_gui.window.veil import Veil
from tests.gui.window.conftest import TEACHING_BOOK, trigger


def test_that_an_empty_book_says_in_every_panel_what_comes_there_and_how(window, qtbot):
    window.show()
    assert window.account.empty.text().startswith("Select an account")
    trigger(window, "file_new")
    plots = window.plots
    said = [plot._empty.text() for plot in (plots.price, plots.liquidations, plots.losses, plots.health, plots.map)]
    assert said[0].startswith("No loans yet: import a book")
    assert len(set(said)) == 5
    assert all("here" in text for text in said[1:])
    assert plots.health.plot.opacity() == 0.0  # no axis measures nothing
    assert "once the book has loans" in window.account.empty.text()
    assert window.open(TEACHING_BOOK)
    assert plots.price._empty.text() == "Run to see the rounds here"
    assert plots.health.plot.opacity() == 1.0
    for plot in (plots.health, plots.map):
        plot.grab()
        assert plot.axes["left"].width() > 10, "its numbers have room again"
    assert window.account.empty.text().startswith("Select an account")


def test_that_the_first_row_that_is_typed_ends_the_empty_state_and_undo_brings_it_back(window, qtbot):
    trigger(window, "file_new")
    window.book.editor.insert_rows([0])
    assert window.plots.price._empty.text() == "Run to see the rounds here"
    window.document.undo_stack.undo()
    assert window.plots.price._empty.text().startswith("No loans yet")


def test_that_an_unanswered_study_says_what_to_press(window, qtbot):
    window.views.show_study("sweep")
    assert "press Work it out" in window.views.studies.answer.sentence.text()


def test_that_no_answer_about_an_empty_book_can_be_read(window, qtbot):
    window.show()
    trigger(window, "file_new")
    for show, page in (("view_studies", lambda: window.views.studies), ("view_compare", lambda: window.views.compare)):
        trigger(window, show)
        (veil,) = page().answer.findChildren(Veil)
        assert veil.isVisible()
        assert veil.geometry() == page().answer.rect()
        assert "no loans yet" in veil.text
    window.book.editor.insert_rows([0])
    assert veil.text == ""
    assert not veil.isVisible()
