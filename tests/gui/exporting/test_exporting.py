"""Pictures of plots and tables of results."""

from __future__ import annotations

import csv

import pytest
from PySide6.QtCore import QByteArray, QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox, QWidget

from cascade_gui.exporting.picture_dialog import PictureDialog
from cascade_gui.exporting.pictures import save_picture
from cascade_gui.working.progress_bar import Cancelled
from engine.base.faults import BadInput
from engine.exporting import workbook
from tests.gui.window.conftest import make_window, ran, run, settle, trigger, window

__all__ = ["make_window", "ran", "window"]


@pytest.fixture
def widget(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(120, 80)
    widget.setStyleSheet("background: #b84300")
    QLabel("Debt repaid", widget)
    return widget


@pytest.mark.parametrize("scale", [1, 2, 4])
def test_that_a_png_has_as_many_pixels_as_was_asked(widget, tmp_path, scale):
    save_picture(widget, tmp_path / "a.png", "#14171c", scale)
    image = QImage(str(tmp_path / "a.png"))
    assert image.size() == QSize(120, 80) * scale
    assert image.pixelColor(110 * scale, 70 * scale) == QColor("#b84300")


def test_that_an_svg_is_drawn_at_the_widgets_size_with_its_text(widget, tmp_path):
    save_picture(widget, tmp_path / "a.svg", "#14171c")
    data = (tmp_path / "a.svg").read_bytes()
    renderer = QSvgRenderer(QByteArray(data))
    assert renderer.isValid()
    assert renderer.viewBox().size() == QSize(120, 80)
    assert b"Debt repaid" in data
    assert b'font-family="Inter"' not in data


def test_that_a_pdf_is_a_pdf(widget, tmp_path):
    save_picture(widget, tmp_path / "a.pdf", "#14171c")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_that_another_ending_is_refused_and_nothing_is_written(widget, tmp_path):
    with pytest.raises(BadInput, match="bmp"):
        save_picture(widget, tmp_path / "a.bmp", "#14171c")
    assert list(tmp_path.iterdir()) == []


def test_that_every_plot_and_the_page_can_be_saved_in_every_format(ran, tmp_path):
    ran.resize(1600, 900)
    for number, (_, what) in enumerate(ran._pictures()):
        for ending in ("png", "svg", "pdf"):
            path = tmp_path / f"{number}.{ending}"
            assert ran.exports.save_picture(what, path)
            assert path.stat().st_size > 1000


def test_that_the_picture_action_asks_what_and_where(ran, tmp_path, monkeypatch, qtbot):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "page"), ""))
    trigger(ran, "export_picture")
    dialog = ran.findChild(PictureDialog)
    dialog._format.setCurrentIndex(1)
    assert not dialog._scale.isEnabled()
    dialog.accept()
    assert (tmp_path / "page.svg").exists()


@pytest.mark.parametrize(
    ("what", "ending"),
    [("everything", "xlsx"), ("rounds", "csv"), ("rounds", "parquet"), ("events", "csv"), ("accounts", "xlsx")],
)
def test_that_results_are_saved_as_tables(ran, tmp_path, what, ending):
    path = tmp_path / f"a.{ending}"
    assert ran.exports.save_results(path, what)
    assert path.stat().st_size > 200


def test_that_who_cancels_a_workbook_stops_its_writing_and_keeps_the_file_that_was_there(ran, tmp_path, monkeypatch):
    path, begun = tmp_path / "saved" / "a.xlsx", []
    path.parent.mkdir()
    path.write_bytes(b"before")

    def cancel(said, work, *, can_cancel):
        begun.append((said, work, can_cancel))
        raise Cancelled

    monkeypatch.setattr(workbook, "_ASKS_EVERY", 1)
    monkeypatch.setattr(ran.exports._waiting, "wait_for", cancel)
    assert not ran.exports.save_results(path)
    ((_, work, can_cancel),) = begun
    assert can_cancel
    with pytest.raises(workbook.WritingStopped):
        work()
    assert [(each.name, each.read_bytes()) for each in path.parent.iterdir()] == [("a.xlsx", b"before")]


def test_that_the_results_action_asks_which_table_and_where(ran, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "rounds"), "Rounds (*.csv)"))
    trigger(ran, "export_results")
    lines = (tmp_path / "rounds.csv").read_text().splitlines()
    assert len(lines) == len(ran.recording.rounds)
    assert lines[0].startswith("round")


def test_that_accounts_are_told_against_the_run_before(ran, tmp_path, qtbot):
    ran.document.set_parameter("shock.returns.X", -0.6)
    run(ran, qtbot)
    assert ran.exports.save_results(tmp_path / "accounts.csv", "accounts")
    rows = list(csv.DictReader((tmp_path / "accounts.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == len(ran.recording.book)
    assert "new" in {row["change"] for row in rows}, "a deeper fall liquidates others too"


def test_that_a_place_that_cannot_be_written_is_said_in_words(ran, tmp_path):
    assert not ran.exports.save_results(tmp_path / "no" / "folder.csv", "rounds")
    box = ran.findChild(QMessageBox, "bad_input_message")
    assert "there is no folder" in box.informativeText()
    box.close()


def test_that_there_is_nothing_to_save_before_a_run(window):
    assert not window.actions_table["export_results"].isEnabled()
    assert not window.exports.save_results("a.csv")


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_that_the_stage_is_a_picture_too_sharp_at_every_size(ran, tmp_path, monkeypatch, qtbot, ending):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / f"stage.{ending}"), ""))
    ran.player.show(1)
    settle(ran, qtbot)
    trigger(ran, "export_picture")
    dialog = ran.findChild(PictureDialog)
    dialog._what.setCurrentIndex(dialog._what.findText("The stage"))
    dialog._format.setCurrentIndex(("png", "svg", "pdf").index(ending))
    page = dialog.widget
    assert page.told.number == 1
    dialog.accept()
    data = (tmp_path / f"stage.{ending}").read_bytes()
    if ending == "png":
        assert QImage(str(tmp_path / "stage.png")).size() == QSize(1920, 1080) * 2
    elif ending == "svg":
        assert b"<image" not in data, "marks are circles, and no pixels"
        assert page.caption.lines[0][:12].encode() in data
        assert QSvgRenderer(QByteArray(data)).viewBox().size() == QSize(1920, 1080)
    assert len(data) > 5_000
