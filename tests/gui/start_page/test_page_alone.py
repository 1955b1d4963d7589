"""The start page by itself: its pictures, that they play, and that nothing is cut off."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QDate, QDateTime, QEvent, QPoint, QPointF, Qt, QTime
from PySide6.QtGui import QColor, QEnterEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from cascade_gui.document.recovery import RecoveryFolder, write_unsaved
from cascade_gui.start_page import course_motion
from cascade_gui.start_page.example_card import ExampleCard
from cascade_gui.theme.tokens import DARK, LIGHT
from cascade_gui.wording.moments import spoken_moment
from engine.files.examples import examples
from tests.gui.recovery.test_recovery import unsaved


def card(page, name):
    return page.findChild(ExampleCard, f"example_{name}")


def hover(widget):
    middle = QPointF(widget.rect().center())
    QApplication.sendEvent(widget, QEnterEvent(middle, middle, middle))


def nearly(one, other):
    """Whether two colours look the same: edges of lines are smoothed."""
    return all(abs(a - b) < 40 for a, b in zip(one.getRgb(), other.getRgb(), strict=True))


@pytest.fixture
def moving(monkeypatch):
    """Let things move, whatever the system asks for."""
    monkeypatch.setattr(course_motion, "motion_milliseconds", lambda _: 150)


def test_that_every_example_stands_in_the_gallery_with_its_sentence_and_its_result(make_page, qtbot):
    page = make_page()
    cards = page.findChildren(ExampleCard)
    assert [each.accessibleName() for each in cards] == [example.title for example in examples()]
    for each, example in zip(cards, examples(), strict=True):
        assert example.summary in each.accessibleDescription()
        assert each.figure.endswith("%")
    assert card(page, "teaching-book").figure == "X -31 %"
    assert card(page, "short-squeeze").figure == "SOL +24 %"


@pytest.mark.parametrize("size", [(1366, 640), (1920, 950)])
def test_that_nothing_is_cut_off(make_page, size):
    page = make_page(size)
    for each in page.findChildren(QPushButton):
        assert each.width() >= each.sizeHint().width(), each.text()
    for label in page.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width()), label.text()
    for each in page.gallery.cards:
        assert each.geometry().right() <= page.gallery.viewport().width()
        assert each.text_height(each.width()) <= each.below
    assert page.gallery.horizontalScrollBar().maximum() == 0
    assert page.gallery.columns == 4


def test_that_the_card_with_the_keys_is_framed_and_in_view(make_page, qtbot):
    page = make_page((1366, 460))
    last = page.gallery.cards[-2]
    before = last.grab().toImage()
    last.setFocus(Qt.FocusReason.TabFocusReason)
    last.motion.rest()
    assert last.grab().toImage() != before
    top = last.mapTo(page.gallery.viewport(), QPoint(0, 0)).y()
    assert 0 <= top <= page.gallery.viewport().height() - last.height()


@pytest.mark.usefixtures("moving")
def test_that_an_example_plays_round_by_round_under_the_mouse_and_rests_without_it(make_page, qtbot):
    each = card(make_page(), "compound-thin")
    whole, figure = each.grab().toImage(), each.figure
    hover(each)
    assert each.motion.plays
    qtbot.waitUntil(lambda: each.figure.startswith("round ") and "round 0" not in each.figure, timeout=4_000)
    assert each.grab().toImage() != whole
    QApplication.sendEvent(each, QEvent(QEvent.Type.Leave))
    assert not each.motion.plays
    assert each.figure == figure


@pytest.mark.usefixtures("moving")
def test_that_an_example_plays_where_the_keys_come_to(make_page, qtbot):
    page = make_page()
    first, second = page.gallery.cards[:2]
    first.setFocus(Qt.FocusReason.TabFocusReason)
    assert first.motion.plays
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert (first.motion.plays, second.motion.plays) == (False, True)
    page.hide()
    assert not second.motion.plays


@pytest.mark.usefixtures("moving")
def test_that_a_talk_plays_under_the_mouse_too(make_page):
    talk = make_page().talks.cards[0]
    whole = talk.grab().toImage()
    hover(talk)
    assert talk.motion.plays
    talk.motion.until = 1.0
    assert talk.grab().toImage() != whole
    QApplication.sendEvent(talk, QEvent(QEvent.Type.Leave))
    assert talk.grab().toImage() == whole


def test_that_nothing_moves_where_reduced_motion_is_asked_for(make_page, qtbot, monkeypatch):
    monkeypatch.setattr(course_motion, "motion_milliseconds", lambda _: 0)
    each = card(make_page(), "compound-thin")
    figure = each.figure
    hover(each)
    each.setFocus(Qt.FocusReason.TabFocusReason)
    assert not each.motion.plays
    assert each.figure == figure


def test_that_pictures_are_drawn_in_the_colours_of_the_scheme(make_page, qtbot):
    page = make_page()
    each = card(page, "runaway")
    for tokens in (LIGHT, DARK):
        page.apply_theme(tokens)
        image = each.grab().toImage()
        seen = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
        for colour in (QColor(tokens.accent), QColor(tokens.text), QColor(tokens.secondary)):
            assert any(nearly(colour, each) for each in seen), colour.name()


def test_that_down_and_up_go_through_the_recent_files(make_page, qtbot, tmp_path):
    files = [tmp_path / name for name in ("one.cascade", "two.cascade")]
    for file in files:
        file.write_bytes(b"")
    page = make_page(files=[*files, tmp_path / "gone.cascade"])
    first, second = page.side.rows
    qtbot.keyClick(first, Qt.Key.Key_Down)
    assert second.hasFocus()
    qtbot.keyClick(second, Qt.Key.Key_Home)
    assert first.hasFocus()


def test_that_a_damaged_recovery_file_is_not_listed(make_page, tmp_path):
    folder = RecoveryFolder(tmp_path / "recovery")
    folder.new_file().write_bytes(b"torn")
    assert make_page().side.unsaved == []


def test_that_files_make_room_for_work_that_was_not_saved_in_a_low_window(make_page, tmp_path):
    files = [tmp_path / f"{number}.cascade" for number in range(6)]
    for file in files:
        file.write_bytes(b"")
    write_unsaved(RecoveryFolder(tmp_path / "recovery").new_file(), unsaved())
    low, high = make_page((1366, 640), files=files), make_page((1920, 950), files=files)
    assert len(high.side.rows) == 6
    assert 2 <= len(low.side.rows) < 6
    (row,) = low.side.unsaved
    assert row.visibleRegion().boundingRect().height() == row.height()


def test_that_moments_are_told_as_people_say_them(qapp):
    now = QDateTime(QDate(2026, 5, 13), QTime(15, 0))
    days = [(2026, 5, 13), (2026, 5, 12), (2026, 5, 11), (2026, 1, 2), (2024, 11, 12)]
    told = [spoken_moment(QDateTime(QDate(*day), QTime(14, 32)).toSecsSinceEpoch(), now) for day in days]
    assert told[0].startswith("today, 2:32")
    assert told[1].startswith("yesterday, 2:32")
    assert told[2:] == ["Monday", "2 Jan", "12 Nov 2024"]


def test_that_a_table_that_is_pasted_is_imported(make_page, qtbot, monkeypatch):
    page = make_page()
    texts = []
    page.pasted.connect(texts.append)
    QGuiApplication.clipboard().setText("account\tdebt\na\t1\n")
    qtbot.keyClick(page.side.main, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert texts == ["account\tdebt\na\t1\n"]
