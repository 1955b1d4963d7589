"""A book that takes the place of another makes another scenario of what is open."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QRadioButton

from engine.scenario.schema import Parameters
from tests.gui.importing.conftest import dialog_on, document
from tests.gui.importing.driving import accept, part

__all__ = ["dialog_on", "document"]

OF_WBTC = (
    "account,market,collateral_asset,collateral_amount,debt_asset,debt_amount\n"
    "x,aave,WBTC,1,USDC,1000\ny,aave,WBTC,2,USDC,20000\n"
)


def shocked(document, shock):
    document.replace_parameters(
        Parameters.from_dict(
            document.parameters.to_dict()
            | {"shock": shock, "name": "An example", "notes": "About WETH.", "stops": [{"round": 2, "title": "Here"}]}
        ),
        "shock",
    )
    document.undo_stack.clear()


def said(dialog):
    return part(dialog, QLabel, "import_status").text()


@pytest.mark.parametrize(
    ("shock", "fall"),
    [
        ({"kind": "instant", "returns": {"WETH": -0.4}}, -0.4),
        ({"kind": "sale", "usd": {"WETH": 1e6}}, -0.3),
        ({"kind": "path", "returns": {"WETH": [-0.1, -0.2]}}, -0.3),
    ],
)
def test_that_a_shock_that_no_loan_of_the_new_book_has_moves_and_is_told(qtbot, document, dialog_on, shock, fall):
    shocked(document, shock)
    before = document.parameters
    dialog = dialog_on(OF_WBTC)
    assert "None of them has an asset of the shock: it moves to WBTC" in said(dialog)
    accept(qtbot, dialog)
    after = document.parameters
    assert after.shock.model_dump()["returns"] == {"WBTC": fall}
    assert (after.name, after.notes, after.stops) == ("book", "Imported from book.csv.", ())
    assert after.markets.keys() == before.markets.keys()
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.parameters == before


def test_that_a_shock_that_reaches_the_new_book_stays(qtbot, document, dialog_on):
    shocked(document, {"kind": "instant", "returns": {"WETH": -0.4, "WBTC": -0.2}})
    dialog = dialog_on(OF_WBTC)
    assert "it moves" not in said(dialog)
    accept(qtbot, dialog)
    assert document.parameters.shock.returns == {"WETH": -0.4, "WBTC": -0.2}


def test_that_appended_loans_leave_the_scenario_as_it_is(qtbot, document, dialog_on):
    shocked(document, {"kind": "instant", "returns": {"WETH": -0.4}})
    dialog = dialog_on(OF_WBTC)
    part(dialog, QRadioButton, "import_append").setChecked(True)
    assert "it moves" not in said(dialog)
    accept(qtbot, dialog)
    after = document.parameters
    assert (after.name, after.notes, after.shock.returns) == ("An example", "About WETH.", {"WETH": -0.4})
    assert len(after.stops) == 1


def test_that_without_a_shock_none_is_made_up(qtbot, document, dialog_on):
    shocked(document, {"kind": "instant", "returns": {}})
    dialog = dialog_on(OF_WBTC)
    assert "it moves" not in said(dialog)
    accept(qtbot, dialog)
    assert document.parameters.shock.returns == {}
