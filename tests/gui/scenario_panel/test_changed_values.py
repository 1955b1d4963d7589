"""A section says in its heading what is changed in it."""

from __future__ import annotations

import pytest

import engine
from tests.engine.scenario.test_parameters import small

CLOSE = "markets.compound.rules.close.close_factor"


def heading(section):
    return section.heading.changed.label.text()


def test_that_an_untouched_section_says_nothing(panel):
    assert all(not heading(section) for section in panel._sections)


def test_that_an_open_section_counts_what_is_changed_and_a_folded_one_names_it(panel, document, qtbot):
    panel.resize(460, 900)
    document.set_parameter(CLOSE, 0.6)
    qtbot.waitUntil(lambda: heading(panel.markets) == "1 changed")
    assert panel.markets.heading.toolTip() == "close factor of compound 60 %"
    panel.markets.heading.setChecked(False)
    assert heading(panel.markets) == "close factor of compound 60 %"
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: heading(panel.markets) == "")


def test_that_what_is_saved_is_no_longer_changed(panel, document, qtbot):
    document.set_parameter("simulation.max_rounds", 7)
    section = panel._sections[-1]
    qtbot.waitUntil(lambda: heading(section) == "1 changed")
    document.replace(engine.from_dict(small()), None)
    qtbot.waitUntil(lambda: section.isEnabled() and heading(section) == "")


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("liquidators.gas_usd", 12.0, "gas $12"),
        ("liquidators.buy_debt", True, "on"),
        ("liquidators.priority", "lowest_health", ""),
    ],
)
def test_that_every_kind_of_value_is_said_in_words(panel, document, qtbot, path, value, said):
    section = panel._sections[-2]
    document.set_parameter(path, value)
    qtbot.waitUntil(lambda: section.heading.toolTip() != "")
    told = section.heading.toolTip()
    assert said in told
    assert path not in told


def test_that_a_rule_of_another_kind_is_named(panel, document, qtbot):
    document.set_parameter("markets.compound.rules.close", {"kind": "full"})
    qtbot.waitUntil(lambda: "of compound" in panel.markets.heading.toolTip())


def test_that_an_asset_that_was_added_is_named(panel, document, qtbot):
    panel.assets.add_asset("NEW", 3.0)
    qtbot.waitUntil(lambda: heading(panel.assets) != "")
    assert panel.assets.heading.toolTip()
