"""What is rebuilt with the scenario leaves nothing behind: an evening of edits makes the window no larger."""

from __future__ import annotations

import gc
from collections import Counter

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject

from cascade_gui.scenario_panel import edits

REBUILDS = 50


def kinds(widget):
    """Return how many objects of each kind hang below a widget once those to be deleted are gone."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    return Counter(type(each).__name__ for each in widget.findChildren(QObject))


def slots(module):
    """Return how many functions of a module are alive."""
    gc.collect()
    return sum(getattr(each, "__module__", "") == module for each in gc.get_objects() if callable(each))


def with_two_categories(parameters):
    market = next(iter(parameters.markets))
    for name in ("stable", "bitcoin"):
        parameters = edits.with_category(parameters, market, name)
    return edits.with_in_category(parameters, market, "stable", next(iter(parameters.markets[market].collateral)))


def with_random_shock(parameters):
    data = parameters.to_dict()
    names = list(parameters.assets)[:2]
    data["shock"] = {
        "kind": "random",
        "process": {"kind": "gbm", "volatility": dict.fromkeys(names, 0.8)},
        "correlation": [{"a": names[0], "b": names[1], "rho": 0.5}],
        "over_rounds": 5,
    }
    return type(parameters).from_dict(data)


@pytest.mark.parametrize("change", [with_two_categories, with_random_shock])
def test_that_rebuilding_menus_and_rows_leaves_nothing_behind(panel, document, change):
    plain, other = document.parameters, change(document.parameters)
    menus = {
        "cascade_gui.scenario_panel.category_fields", "cascade_gui.scenario_panel.random_shock",
        "cascade_gui.scenario_panel.market_section",
    }  # fmt: skip

    def rebuild():
        for parameters in (other, plain):
            document.replace_parameters(parameters, "change")
            panel.refresh()
        document.undo_stack.clear()

    rebuild()
    rebuild()
    before = kinds(panel)
    alive = {name: slots(name) for name in menus}
    for _ in range(REBUILDS):
        rebuild()
    assert kinds(panel) - before == Counter()
    assert {name: slots(name) for name in menus} == alive
