"""The application takes a scheme, and its widgets follow."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QFont, QFontInfo, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from cascade_gui import theme
from cascade_gui.theme.glyphs import GlyphFolder
from cascade_gui.theme.icons import pixmap
from cascade_gui.theme.style_sheet import style_sheet
from cascade_gui.theme.tokens import DARK, LIGHT
from engine.base.resource_files import resource_path


@pytest.fixture
def app(qapp: QApplication):
    before = qapp.styleSheet(), qapp.palette(), qapp.font(), qapp.windowIcon()
    yield qapp
    qapp.setStyleSheet(before[0])
    qapp.setPalette(before[1])
    qapp.setFont(before[2])
    qapp.setWindowIcon(before[3])
    qapp.styleHints().setColorScheme(Qt.ColorScheme.Unknown)


def test_that_the_style_sheet_is_understood_and_takes_the_tokens(app, qtbot, capfd):
    glyphs = theme.apply(app, DARK)
    field = QLineEdit()
    qtbot.addWidget(field)
    image = field.grab().toImage()
    assert image.pixelColor(image.width() // 2, 3).name() == DARK.raised
    assert app.palette().color(QPalette.ColorRole.Window).name() == DARK.background
    assert "parse" not in capfd.readouterr().err
    glyphs.remove()


def test_that_every_glyph_of_the_style_sheet_is_written(tmp_path):
    glyphs = GlyphFolder()
    folder = glyphs.write(LIGHT)
    sheet = style_sheet(LIGHT, folder)
    named = set(re.findall(r'url\("([^"]+)"\)', sheet))
    assert named
    for path in named:
        drawn = Path(path).read_text()
        assert LIGHT.secondary in drawn or LIGHT.on_accent in drawn
    assert "${" not in sheet
    glyphs.remove()
    assert not folder.exists()


def test_that_a_forced_scheme_changes_colours_and_is_announced(app, qtbot, request):
    chosen = theme.Theme(app, theme.Scheme.DARK)
    request.addfinalizer(chosen.release)
    assert chosen.tokens is DARK
    with qtbot.waitSignal(chosen.changed) as blocker:
        chosen.set_scheme(theme.Scheme.LIGHT)
    assert blocker.args == [LIGHT]
    assert app.palette().color(QPalette.ColorRole.Window).name() == LIGHT.background


def test_that_inter_is_used_with_figures_of_one_width(app):
    font = theme.font(24, QFont.Weight.DemiBold)
    assert theme.family() == "Inter"
    assert QFontInfo(font).family() == "Inter"
    assert font.featureValue(QFont.Tag("tnum")) == 1
    assert font.pixelSize() == 24


ICONS = sorted(path.stem for path in resource_path("icons").glob("*.svg"))


@pytest.mark.parametrize("name", ICONS)
def test_that_icons_are_drawn_in_the_wanted_colour(qapp, name):
    source = resource_path("icons", f"{name}.svg").read_text()
    image = pixmap(name, "#ff0000", 48).toImage()
    opaque = [
        image.pixelColor(x, y).name() for x in range(48) for y in range(48) if image.pixelColor(x, y).alpha() == 255
    ]
    assert opaque, "nothing is drawn"
    if name != "cascade":
        assert "currentColor" in source
        assert set(opaque) == {"#ff0000"}


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("size", [16, 20, 24])
def test_that_icons_are_drawn_at_every_scale_and_not_stretched(qapp, ratio, size):
    drawn = theme.icon("save", DARK).pixmap(QSize(size, size), ratio)
    assert drawn.size() == QSize(round(size * ratio), round(size * ratio))
    assert drawn.devicePixelRatio() == ratio


def test_that_a_switched_off_icon_is_faint(qapp):
    disabled = theme.icon("stop", DARK).pixmap(QSize(16, 16), 1.0, QIcon.Mode.Disabled)
    assert disabled.toImage().pixelColor(8, 8).name() == DARK.faint


def test_that_the_icons_that_the_window_needs_are_there():
    transport = {"first", "back", "play", "pause", "forward", "last", "loop"}
    editing = {"open", "save", "undo", "redo", "search", "insert-rows", "delete-rows"}
    running = {"reset", "run", "step", "stop", "present", "warning", "close", "cascade"}
    needed = transport | editing | running | {"chevron-down", "chevron-up"}
    assert needed <= set(ICONS)


def test_that_a_change_of_colours_reaches_every_widget_twice_and_not_ten_times(app, qtbot):
    class Count(QObject):
        changes = 0

        def eventFilter(self, watched, event):
            self.changes += event.type() is QEvent.Type.StyleChange and watched in widgets
            return False

    folder = theme.apply(app, DARK)
    try:
        root = QWidget()
        qtbot.addWidget(root)
        widgets = {root}
        for _ in range(8):
            inner = root
            for _ in range(6):
                inner = QLabel("text", inner)
                widgets.add(inner)
        root.show()
        count = Count()
        app.installEventFilter(count)
        theme.apply(app, LIGHT, folder)
        app.removeEventFilter(count)
        assert len(widgets) <= count.changes <= 3 * len(widgets)
    finally:
        folder.remove()
