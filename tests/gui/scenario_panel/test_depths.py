"""The depth of all assets is scaled at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QLabel, QPushButton

from cascade_gui.scenario_panel import edits


def two_depths(document):
    """Give the document a second asset that has a depth, another one than the first."""
    parameters = edits.with_asset(document.parameters, "WBTC", 30_000.0)
    data = parameters.to_dict()
    data["assets"]["WBTC"]["liquidity"] = {"model": "exponential", "depth_2pct_usd": 5e6, "depth_multiplier": 0.3}
    document.replace_parameters(type(parameters).from_dict(data), "two depths")


def depths(document):
    return {name: asset.liquidity.depth_multiplier for name, asset in document.parameters.assets.items()}


def test_that_all_depths_are_halved_by_one_button_as_one_step(panel, document, qtbot, monkeypatch):
    two_depths(document)
    panel.refresh()
    asked = []
    monkeypatch.setattr(QInputDialog, "getDouble", lambda *given: asked.append(given[2:4]) or (0.5, True))
    steps = document.undo_stack.index()
    button = panel.findChild(QPushButton, "depth_of_all")
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == [("Multiply the depth of all assets that have one (2) by", 0.5)]
    assert depths(document) == {"USDC": 1.0, "WETH": 0.5, "WBTC": 0.15}
    assert document.undo_stack.index() == steps + 1
    assert document.undo_stack.undoText() == "Depth of all assets × 0.5"
    document.undo_stack.undo()
    assert depths(document) == {"USDC": 1.0, "WETH": 1.0, "WBTC": 0.3}


def test_that_a_depth_of_nothing_is_refused_in_words(panel, document):
    panel.assets.scale_depths(0.0)
    fault = panel.findChild(QLabel, "asset_fault")
    assert fault.isVisible()
    assert "epth" in fault.text()
    assert depths(document)["WETH"] == 1.0


@pytest.mark.parametrize("asset", ["USDC", "WETH"])
def test_that_the_button_stays_whichever_asset_is_shown(panel, asset):
    panel.assets.picker.names.setCurrentText(asset)
    assert panel.findChild(QPushButton, "depth_of_all").isVisible()
