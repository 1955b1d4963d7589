"""A section says in its heading what is changed in it."""

from __future__ import annotations

import pytest

import engine
from cascade_gui.scenario_panel.heading import Heading
from cascade_gui.scenario_panel.row import FieldRow
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


def test_that_the_count_is_never_cut(qtbot):
    """In a narrow panel "1 changed" beside a long name read "hanged"."""
    made = Heading("Asset · a token with a long name")
    qtbot.addWidget(made)
    made.set_changed(("price of it",))
    made.show()
    for width in range(made.sizeHint().width(), made.sizeHint().width() + 90):
        made.resize(width, 24)
        label = made.changed.label
        assert label.text() in {"1 changed", "1", ""}
        assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width()
    assert label.text() == "1 changed"


def test_that_the_button_that_resets_stands_where_the_mark_was_and_covers_no_name(qtbot, document, panel):
    document.set_parameter("liquidators.priority", "lowest_health")
    row = next(row for row in panel.findChildren(FieldRow) if row.path == "liquidators.priority")
    qtbot.waitUntil(row._mark.isVisible, timeout=2_000)
    row._offer_reset(True)
    row.layout().activate()
    assert row._reset.isVisible()
    assert not row._mark.isVisible()
    assert row._reset.geometry().right() < row._name.x()
    assert row._name.fontMetrics().horizontalAdvance(row._name.text()) <= row._name.width()
