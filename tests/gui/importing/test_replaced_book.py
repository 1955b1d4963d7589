"""A book that takes the place of another makes another scenario of what is open."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QCheckBox, QLabel, QRadioButton

from engine.scenario.schema import Parameters
from tests.gui.importing.conftest import dialog_on, document
from tests.gui.importing.driving import accept, part, settled

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
    ("shock", "size", "rounds", "words"),
    [
        ({"kind": "instant", "returns": {"WETH": -0.4}}, -0.4, 1, "it moves to WBTC, -40 %."),
        ({"kind": "instant", "returns": {"WETH": 0.5}}, 0.5, 1, "it moves to WBTC, 50 %."),
        ({"kind": "instant", "returns": {"WETH": -0.4}, "over_rounds": 10}, -0.4, 10, "-40 % over 10 rounds."),
        ({"kind": "sale", "usd": {"WETH": 1e6}}, -0.3, 1, "which is given up: WBTC moves by -30 % at once instead."),
        ({"kind": "path", "returns": {"WETH": [-0.1, -0.2]}}, -0.3, 1, "which is given up"),
    ],
)
def test_that_a_shock_that_no_loan_of_the_new_book_has_moves_and_is_told(
    qtbot, document, dialog_on, shock, size, rounds, words
):
    shocked(document, shock)
    before = document.parameters
    dialog = dialog_on(OF_WBTC)
    assert "None of them has an asset of the shock" in said(dialog)
    assert words in said(dialog).replace("\u202f", " ").replace("\xa0", " ").replace("\u200b", "")
    accept(qtbot, dialog)
    after = document.parameters
    assert after.shock.returns == {"WBTC": size}
    assert after.shock.over_rounds == rounds
    assert (after.name, after.notes, after.stops) == ("book", "Imported from book.csv.", ())
    assert after.markets.keys() == before.markets.keys()
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.parameters == before


def test_that_a_shock_that_moves_is_told_beside_what_is_wrong(qtbot, document, dialog_on):
    shocked(document, {"kind": "instant", "returns": {"WETH": -0.4}})
    dialog = dialog_on(OF_WBTC + "z,aave,WBTC,lots,USDC,1\n")
    part(dialog, QCheckBox, "import_skip").click()
    settled(qtbot, dialog)
    assert "rows in the file is wrong" in said(dialog)
    assert "it moves to WBTC" in said(dialog)


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
