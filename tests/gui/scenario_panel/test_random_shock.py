"""The random shock in the panel, by what a person does in it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton, QWidget

import engine
from cascade_gui.document.document import Document
from cascade_gui.scenario_panel.row import FieldRow
from cascade_gui.theme import tokens
from engine.market.random_paths import random_path
from engine.scenario.schema import RandomShock
from tests.engine.scenario.test_parameters import small
from tests.gui.scenario_panel.test_scenario_panel import choose, field, settle, type_into

KINDS = ["gbm", "jump_diffusion", "heston", "bootstrap"]


@pytest.fixture
def document(qtbot):
    document = Document()
    data = small()
    data["assets"]["stETH"] = {"price": 1840.0}
    document.replace(engine.from_dict(data), None)
    return document


@pytest.fixture
def panel(qtbot, panel):
    choose(field(panel, "shock"), "random")
    settle(qtbot, panel, "shock.process")
    return panel


def process_of(document):
    assert isinstance(document.parameters.shock, RandomShock)
    return document.parameters.shock.process


def box(panel, name: str) -> QComboBox:
    found = panel.findChild(QComboBox, name)
    assert found is not None
    return found


def add(panel, name: str, text: str) -> None:
    index = box(panel, name).findText(text)
    assert index > 0, [box(panel, name).itemText(n) for n in range(box(panel, name).count())]
    box(panel, name).setCurrentIndex(index)
    box(panel, name).activated.emit(index)


def remove(qtbot, panel, text: str) -> None:
    button = panel.findChild(QPushButton, "shock_remove")
    action = next(action for action in button.menu().actions() if action.text() == text)
    action.trigger()


def test_that_a_random_shock_starts_with_the_assets_that_are_no_stablecoins(document, panel):
    assert process_of(document).kind == "gbm"
    assert process_of(document).volatility == {"WETH": 0.8, "stETH": 0.8}
    assert document.undo_stack.count() == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", KINDS)
def test_that_every_process_can_be_chosen_from_every_other(qtbot, document, panel, kind, other):
    for chosen in (other, kind):
        choose(field(panel, "shock.process"), chosen)
        settle(qtbot, panel, "shock.process")
        assert process_of(document).kind == chosen


@pytest.mark.parametrize("kind", ["instant", "path"])
def test_that_the_other_shocks_can_be_chosen_again(qtbot, document, panel, kind):
    choose(field(panel, "shock"), kind)
    assert document.parameters.shock.kind == kind
    assert set(document.parameters.shock.returns) == {"WETH", "stETH"}


def test_that_a_process_brings_its_own_fields(qtbot, document, panel):
    choose(field(panel, "shock.process"), "heston")
    for key in ("mean_reversion", "long_run_volatility", "vol_of_vol", "leverage", "volatility.WETH"):
        settle(qtbot, panel, f"shock.process.{key}")
    choose(field(panel, "shock.process"), "jump_diffusion")
    for key in ("jump_intensity", "jump_mean", "jump_std", "jumps", "volatility.WETH"):
        settle(qtbot, panel, f"shock.process.{key}")


@pytest.mark.parametrize(
    ("path", "text", "value", "name"),
    [
        ("shock.process.volatility.WETH", "120", 1.2, "volatility of WETH"),
        ("shock.over_rounds", "300 rounds", 300, "lasts"),
        ("shock.process.jump_intensity", "12 a year", 12.0, "jumps"),
        ("shock.process.jump_mean", "-10 %", -0.1, "mean jump"),
    ],
)
def test_that_what_is_typed_reaches_the_document_as_one_named_step(qtbot, document, panel, path, text, value, name):
    choose(field(panel, "shock.process"), "jump_diffusion")
    settle(qtbot, panel, path)
    type_into(qtbot, panel, path, text)
    from engine.scenario import parameter_paths

    assert parameter_paths.get(document.parameters, path) == pytest.approx(value)
    assert name in document.undo_stack.undoText()


def test_that_the_picture_shows_the_path_that_a_run_takes(qtbot, document, panel):
    document.set_parameter("simulation.max_rounds", 60)
    picture = panel.shock._random.picture
    qtbot.waitUntil(lambda: picture.factors.shape == (61, 2))
    parameters = document.parameters
    path = random_path(parameters.shock, parameters.assets, parameters.simulation)
    assert np.array_equal(picture.factors[1:], path[:, 1:])
    assert picture.isVisible()


def test_that_another_path_is_the_next_seeds(qtbot, document, panel):
    picture = panel.shock._random.picture
    before = picture.factors
    panel.findChild(QPushButton, "shock_another_path").click()
    assert document.parameters.simulation.seed == 1
    qtbot.waitUntil(lambda: not np.array_equal(picture.factors, before))
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: np.array_equal(picture.factors, before))


def test_that_of_a_long_path_the_first_rounds_are_drawn(qtbot, document, panel):
    document.set_parameter("simulation.max_rounds", 10**9)
    picture = panel.shock._random.picture
    qtbot.waitUntil(lambda: picture.factors.shape == (2001, 2))
    panel.grab()


def test_that_an_asset_can_be_moved_and_left_out_again(qtbot, document, panel):
    add(panel, "shock_move_asset", "USDC")
    assert process_of(document).volatility["USDC"] == 0.02
    qtbot.waitUntil(lambda: box(panel, "shock_move_asset").findText("USDC") < 0)
    add(panel, "shock_move_asset", "drift of USDC")
    settle(qtbot, panel, "shock.process.drift.USDC")
    remove(qtbot, panel, "USDC")
    assert "USDC" not in process_of(document).volatility
    assert "USDC" not in process_of(document).drift


def test_that_two_assets_can_be_correlated(qtbot, document, panel):
    add(panel, "shock_correlate", "WETH with stETH")
    settle(qtbot, panel, "shock.correlation.0.rho")
    type_into(qtbot, panel, "shock.correlation.0.rho", "1")
    picture = panel.shock._random.picture
    qtbot.waitUntil(lambda: np.allclose(picture.factors[:, 0], picture.factors[:, 1], rtol=1e-12))
    assert "correlation of WETH with stETH" in document.undo_stack.undoText()
    assert not box(panel, "shock_correlate").isVisible()
    remove(qtbot, panel, "WETH with stETH")
    assert document.parameters.shock.correlation == ()


def test_that_correlations_that_contradict_each_other_are_said_beside_the_field(qtbot, document, panel):
    add(panel, "shock_move_asset", "USDC")
    qtbot.waitUntil(lambda: box(panel, "shock_correlate").findText("every pair by 0.8") > 0)
    add(panel, "shock_correlate", "every pair by 0.8")
    assert [pair.rho for pair in document.parameters.shock.correlation] == [0.8, 0.8, 0.8]
    path = "shock.correlation.1.rho"
    settle(qtbot, panel, path)
    type_into(qtbot, panel, path, "-0.9")
    assert "do not contradict each other" in panel.findChild(QLabel, f"fault:{path}").text()
    assert document.parameters.shock.correlation[1].rho == 0.8


def test_that_removing_an_asset_takes_its_correlations_along(qtbot, document, panel):
    add(panel, "shock_correlate", "WETH with stETH")
    settle(qtbot, panel, "shock.correlation.0.rho")
    remove(qtbot, panel, "stETH")
    assert document.parameters.shock.correlation == ()
    assert document.parameters.shock.moving == ("WETH",)


def test_that_a_history_replaces_correlations(qtbot, document, panel):
    add(panel, "shock_correlate", "WETH with stETH")
    choose(field(panel, "shock.process"), "bootstrap")
    assert document.parameters.shock.correlation == ()
    assert document.parameters.shock.moving == ("WETH", "stETH")


def test_that_past_prices_are_loaded_as_the_return_of_each_round(qtbot, document, panel, tmp_path):
    choose(field(panel, "shock.process"), "bootstrap")
    file = tmp_path / "past.csv"
    file.write_text("time;WETH\n0;2000\n1;1000\n2;1500\n3;1500\n")
    fields = panel.shock._random
    fields.load_history(file)
    assert process_of(document).history == {"WETH": pytest.approx((-0.5, 0.5, 0.0))}
    qtbot.waitUntil(lambda: "3 past rounds of WETH" in fields._history.text())
    type_into(qtbot, panel, "shock.process.block_rounds", "3")
    file.write_text("time;WETH\n0;2000\n1;1000\n")
    fields.load_history(file)
    assert "at most the 1 rounds of the history" in panel.findChild(QLabel, "shock_random_fault").text()


def test_that_a_history_hands_its_volatility_on(qtbot, document, panel):
    choose(field(panel, "shock.process"), "bootstrap")
    document.set_parameter("shock.process.history", {"WETH": [0.01, -0.01] * 50})
    choose(field(panel, "shock.process"), "gbm")
    yearly = 0.01 * np.sqrt(365 * 86_400 / 12)
    assert process_of(document).volatility["WETH"] == pytest.approx(yearly, rel=1e-3)


def test_that_the_wheel_over_a_box_adds_nothing(qtbot, document, panel):
    before = document.parameters
    target = box(panel, "shock_move_asset")
    down = QPoint(0, -120)
    where = QPointF(target.rect().center())
    wheel = QWheelEvent(
        where, target.mapToGlobal(where), QPoint(), down, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(target, wheel)
    assert target.currentIndex() == 0
    assert document.parameters is before


def test_that_every_editor_and_box_has_a_name_for_screen_readers(qtbot, panel):
    choose(field(panel, "shock.process"), "heston")
    nameless = [row.path for row in panel.findChildren(FieldRow) if not row.editor.accessibleName()]
    nameless += [found.objectName() for found in panel.findChildren(QComboBox) if not found.accessibleName()]
    assert nameless == []


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_that_the_panel_is_drawn_with_every_process(qtbot, panel, kind, dark):
    choose(field(panel, "shock.process"), kind)
    settle(qtbot, panel, "shock.over_rounds")
    panel.apply_theme(tokens(dark=dark))
    assert isinstance(panel, QWidget)
    assert not panel.grab().isNull()
