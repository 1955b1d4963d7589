"""The tour of the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel

from cascade_gui.help.tour import Tour
from cascade_gui.help.tour_offer import TourOffer
from tests.gui.window.conftest import make_window, trigger, window

__all__ = ["make_window", "window"]


@pytest.fixture
def touring(window, qtbot):
    """Return a window that shows the first step."""
    window.setWindowState(Qt.WindowState.WindowNoState)
    window.resize(1366, 740)
    window.show()
    trigger(window, "help_tour")
    qtbot.waitUntil(lambda: not window.tour.tour._later.isActive(), timeout=4_000)
    return window


def place_of(window, part):
    return part.mapTo(window, part.rect().center())


def test_that_six_steps_each_leave_a_real_part_bright_and_say_one_sentence_beside_it(touring, qtbot):
    tour, seen = touring.tour.tour, []
    for number in range(6):
        qtbot.waitUntil(lambda: not tour._later.isActive(), timeout=4_000)
        step = tour.step
        assert step.part.isVisible()
        assert tour.bright.contains(place_of(touring, step.part))
        assert not tour.card.intersects(tour.bright)
        assert touring.rect().contains(tour.card)
        assert step.sentence.count(".") == 1
        texts = [label.text() for label in tour.findChildren(QLabel)]
        assert texts == [f"{number + 1} of 6", step.title, step.sentence]
        for label in tour.findChildren(QLabel):
            assert label.height() >= label.heightForWidth(label.width()), label.text()
        seen.append(step.part)
        qtbot.keyClick(tour, Qt.Key.Key_Right)
    assert len(set(seen)) == 6
    assert touring.tour.tour is None


def test_that_keys_go_on_back_and_skip_and_reach_nothing_else(touring, qtbot):
    tour = touring.tour.tour
    first, number = tour.step, touring.round
    qtbot.keyClick(tour.next, Qt.Key.Key_Return)
    second = tour.step
    assert second is not first
    qtbot.keyClick(tour, Qt.Key.Key_Left)
    assert tour.step is first
    for key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp, Qt.Key.Key_Space, Qt.Key.Key_W):
        qtbot.keyClick(tour, key)
    assert tour.step is first
    assert touring.round == number
    with qtbot.waitSignal(tour.destroyed, timeout=4_000):
        qtbot.keyClick(tour.next, Qt.Key.Key_Escape)
    assert touring.findChild(Tour) is None
    trigger(touring, "help_tour")
    assert touring.tour.tour.step.title == first.title


def test_that_tab_goes_round_the_buttons_of_the_tour(touring, qtbot):
    touring.activateWindow()
    tour = touring.tour.tour
    qtbot.keyClick(tour.next, Qt.Key.Key_Tab)
    qtbot.keyClick(tour.skip, Qt.Key.Key_Tab)
    assert tour.next.hasFocus()  # there is nothing to go back to yet
    tour.go_on()
    order = []
    for _ in range(4):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        order.append(QApplication.focusWidget())
    assert order == [tour.skip, tour.back, tour.next, tour.skip]


def test_that_the_bright_part_follows_the_size_of_the_window(touring, qtbot):
    tour = touring.tour.tour
    qtbot.keyClick(tour, Qt.Key.Key_Right)
    qtbot.keyClick(tour, Qt.Key.Key_Right)
    touring.resize(1100, 640)
    qtbot.waitUntil(lambda: tour.size() == touring.size() and not tour._later.isActive(), timeout=4_000)
    assert tour.bright.contains(place_of(touring, touring.plots))
    assert touring.rect().contains(tour.card)


def test_that_a_panel_that_was_closed_is_shown_for_the_tour_and_closed_after_it(window, qtbot):
    window.show()
    window.panels.book.hide()
    trigger(window, "help_tour")
    assert window.panels.book.isVisible()
    qtbot.keyClick(window.tour.tour, Qt.Key.Key_Escape)
    assert window.panels.book.isHidden()


def test_that_the_tour_comes_from_another_view_and_opens_an_example_where_nothing_is_open(make_window, qtbot):
    window = make_window()
    window.settings.note_used()
    window.show()
    qtbot.waitUntil(lambda: window.views.start is not None and not window.views.start.busy, timeout=10_000)
    trigger(window, "help_tour")
    assert window.recording is not None
    assert window.views.shows_cascade
    window.tour.tour.end()


def test_that_the_tour_is_offered_in_a_corner_and_taken_or_declined_for_good(window, qtbot):
    window.show()
    window.tour.offer()
    offer = window.findChild(TourOffer)
    corner = window.book.rect().bottomRight() - offer.geometry().bottomRight()
    assert QPoint(0, 0) != corner
    assert 0 <= corner.x() < 30
    assert 0 <= corner.y() < 30
    qtbot.mouseClick(offer.skip, Qt.MouseButton.LeftButton)
    assert offer.isHidden()
    assert window.tour.tour is None
    window.tour.offer()
    qtbot.mouseClick(window.tour._offer.show_tour, Qt.MouseButton.LeftButton)
    assert window.tour.tour is not None
    window.tour.tour.end()


def test_that_the_offer_goes_when_something_is_edited(window, qtbot):
    window.show()
    window.tour.offer()
    offer = window.findChild(TourOffer)
    window.document.set_parameter("liquidators.gas_usd", 3.0)
    assert offer.isHidden()
