"""The dialog and the command make the same of the same file and the same answers."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cascade_gui.document.document import blank_parameters
from cascade_gui.importing import ImportDialog
from engine.base.faults import BadInput
from engine.importing.asking import Unanswered
from engine.importing.build import import_book
from engine.importing.choices import ImportChoices
from engine.scenario.loans import LoanTable
from tests.gui.importing.driving import asked, faults, part, settled
from tests.shared import SHARED

CASES = sorted(path for path in SHARED.glob("cases/import/*/*") if path.stem in {"book", "events", "badDebt"})
"""Files that real people had; none where the folder of shared texts is absent."""
ANSWERS = {
    "02": {"constants": {"collateral_asset": "sdeUSD", "debt_asset": "pUSD"}},
    "08": {"constants": {"price_unit": "1119.2"}},
    "09": {"constants": {"liquidation_threshold": "0.8"}},
    "10": {"constants": {"price_unit": "227.77"}},
    "14": {"preset": "perpetual-margin"},
    "15": {"constants": {"side": "by-price"}, "preset": "perpetual-margin"},
    "18": {"wrong": "leave-out-accounts"},
    "19": {"decimal": "comma"},
    "21": {"constants": {"liquidation_threshold": "82%"}},
}
"""What a person who knows the file answers, by the number of the case."""
EVERY = [(case, answers) for case in CASES for answers in ({}, ANSWERS.get(case.parent.name[:2]))
         if answers is not None]  # fmt: skip


@pytest.fixture
def blank(document):
    document.replace_draft(blank_parameters(), LoanTable.empty(), None)
    return document


def by_command(case, choices):
    """Return what the command asks, what it says is wrong, and the scenario; None where there is none."""
    try:
        made = import_book(case, choices)
    except Unanswered as refusal:
        return [question.text for question in refusal.questions], [], None
    except BadInput as refusal:
        return [], [str(fault) for fault in refusal.faults], None
    missing = any(terms.missing for terms in made.assets)  # which the dialog outlines among the assets
    wrong = [*made.wrong, *(() if missing else made.notes.faults)]
    return [question.text for question in made.notes.questions], [str(fault) for fault in wrong], made.scenario


@pytest.mark.parametrize(
    ("case", "answers"), EVERY, ids=[f"{case.parent.name}-{'answered' if told else 'bare'}" for case, told in EVERY]
)
@pytest.mark.parametrize("with_parameters", [False, True], ids=["alone", "with parameters"])
def test_that_the_dialog_asks_says_and_makes_what_the_command_does(qtbot, blank, case, answers, with_parameters):
    params = next(iter(case.parent.glob("params.*")), None) if with_parameters else None
    if with_parameters and params is None:
        pytest.skip("the case has no parameters")
    told = {**answers, **({} if params is None else {"params": str(params)})}
    dialog = ImportDialog(blank, case)
    dialog.show()
    settled(qtbot, dialog)
    for name, value in told.items():  # one after the other, as a hand gives them
        dialog._answer({name: value})
        settled(qtbot, dialog)
    questions, wrong, scenario = by_command(case, ImportChoices(**told))
    assert (asked(dialog), faults(dialog)) == (questions, wrong)
    assert part(dialog, object, "import_accept").isEnabled() == (scenario is not None)
    with qtbot.waitSignal(dialog.destroyed):
        dialog._take() if scenario is not None else dialog.done(0)
    if scenario is not None:
        assert blank.loans.to_table().same_as(scenario.loans)
        assert blank.parameters.assets == scenario.parameters.assets
        assert blank.parameters.markets == scenario.parameters.markets


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from(["WETH", "LINK", "USDC"]), st.floats(0.01, 1e5), min_size=3),
    st.dictionaries(st.sampled_from(["WETH", "LINK"]), st.floats(0.1, 0.95), min_size=2),
    st.dictionaries(st.sampled_from(["WETH", "LINK"]), st.floats(0, 0.4)),
    st.dictionaries(st.sampled_from(["WETH", "USDC"]), st.none() | st.floats(1, 1e9)),
)
def test_that_typed_values_make_the_same_scenario_in_both(qtbot, blank, tmp_path, prices, thresholds, bonuses, depths):
    book = tmp_path / "book.csv"
    book.write_text("account,collateral_asset,collateral_amount,debt_asset,debt_amount\na,WETH,2,USDC,9\nb,LINK,3,,\n")
    blank.replace_draft(blank_parameters(), LoanTable.empty(), None)
    typed = {"prices": {**prices, "USDC": 1.0}, "thresholds": thresholds, "bonuses": bonuses, "depths": depths}
    dialog = ImportDialog(blank, book)
    dialog.show()
    settled(qtbot, dialog)
    dialog._page.assets.model.typed.emit(typed)
    settled(qtbot, dialog)
    scenario = import_book(book, ImportChoices(**typed)).scenario
    assert scenario is not None
    with qtbot.waitSignal(dialog.destroyed):
        dialog._take()
    assert blank.parameters.assets == scenario.parameters.assets
    assert blank.parameters.markets == scenario.parameters.markets
