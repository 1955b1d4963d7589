"""The pins are in force, and the faults they keep out are out."""

from __future__ import annotations

import importlib.metadata
import re
import sys
import tomllib

import pyqtgraph
import pyqtgraph.exporters
import pytest
from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtWidgets import QApplication, QTableView, QWidget

from tests.qt_guard import application_as_it_was, no_qt_left, own_qt_settings
from tests.shared import ROOT

__all__ = ["application_as_it_was", "no_qt_left", "own_qt_settings"]

CALLS = 2_000


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    text = (ROOT / "packaging" / "constraints.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+==\S+", line) for line in lines), "one `name==version` a line"
    return dict(line.split("==") for line in lines)


def wanted() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    return [line for group in [project["dependencies"], *extras] for line in group]


@pytest.mark.parametrize("requirement", wanted())
def test_that_every_wanted_package_is_pinned(requirement):
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name is not None
    assert _plain(name[0]) in pins()


@pytest.mark.skipif(".venv" not in sys.prefix, reason="only packaging/dev.py's environment follows the pins")
def test_that_everything_installed_is_the_pinned_version():
    not_pinned = {"pip", "cascade-liquidations"}
    installed = {_plain(found.metadata["Name"]): found.version for found in importlib.metadata.distributions()}
    assert {name: version for name, version in installed.items() if name not in not_pinned} == {
        name: version for name, version in pins().items() if name in installed
    }


class Nothing(QAbstractTableModel):
    """A table whose cells hold nothing, as most roles of most cells do."""

    def rowCount(self, parent=None):
        return 100

    def columnCount(self, parent=None):
        return 20

    def data(self, index, role=Qt.ItemDataRole.DisplayRole):
        return None


# Python 3.12 and later never count the references to None, so the fault cannot show there.
counted = pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal since Python 3.12")


@counted
def test_that_cells_without_a_value_do_not_lose_references_to_none(qtbot):
    view = QTableView()
    model = Nothing(view)
    view.setModel(model)
    qtbot.addWidget(view)
    view.show()
    index = model.index(0, 0)
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        index.data()
    for row in range(model.rowCount()):
        view.scrollTo(model.index(row, 0))
        QApplication.processEvents()
    assert sys.getrefcount(None) > before - CALLS // 10


@counted
def test_that_hiding_widgets_does_not_lose_references_to_none(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        widget.setVisible(False)
    assert sys.getrefcount(None) > before - CALLS // 10


def test_that_a_plot_can_be_written_as_svg(qtbot, tmp_path):
    plot = pyqtgraph.PlotWidget()
    qtbot.addWidget(plot)
    plot.plot([0.0, 1.0, 2.0], [1.0, 3.0, 2.0])
    plot.resize(400, 300)
    plot.show()
    file = tmp_path / "plot.svg"
    pyqtgraph.exporters.SVGExporter(plot.plotItem).export(str(file))
    drawn = file.read_text(encoding="utf-8")
    assert drawn.rstrip().endswith("</svg>")
    assert "<path" in drawn or "<polyline" in drawn
