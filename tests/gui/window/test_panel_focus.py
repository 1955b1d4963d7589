"""F6 goes from panel to panel, and a frame shows where the keys go."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from cascade_gui.theme import Scheme
from tests.gui.window.conftest import trigger


def test_that_the_frame_is_in_the_accent_colour_of_either_scheme_and_leaves_the_inside_alone(window):
    window.show()
    panel = window.scenario_panel
    for scheme in (Scheme.DARK, Scheme.LIGHT):
        window.theme.set_scheme(scheme)
        window.panel_focus.frame.surround(None)
        inside = panel.grab().toImage().pixelColor(40, 3)
        window.panel_focus.frame.surround(panel)
        picture = panel.grab().toImage()
        assert picture.pixelColor(40, 1) == QColor(window.theme.tokens.accent)
        assert picture.pixelColor(40, 3) == inside


def test_that_the_frame_keeps_to_the_edge_of_a_panel_that_gets_another_size(window):
    window.show()
    frame, panel = window.panel_focus.frame, window.scenario_panel
    frame.surround(panel)
    panel.resize(panel.size() + QSize(30, 20))
    assert frame.size() == panel.size()


def test_that_the_frame_goes_with_the_focus_out_of_the_panels(window):
    window.show()
    trigger(window, "view_next_panel")
    window.panel_focus._follow(QApplication.focusWidget(), window.stage)
    assert window.panel_focus.frame.isHidden()
