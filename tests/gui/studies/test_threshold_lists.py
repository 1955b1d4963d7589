"""The accounts that a change of a threshold touches: lists by what becomes of them, and tags in their colours."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

import engine
from cascade_gui.studies.known_pictures import picture_of
from cascade_gui.theme import tokens
from tests.engine.studies.books import ladder

DEBTS = [15_500.0, 15_000.0, 14_800.0, 14_000.0, 70.0, 15.2, 8_000.0]
HELD = [10.0, 10.0, 10.0, 10.0, 10.0, 0.01, 10.0]


@pytest.fixture(scope="module")
def result():
    """Return an answer for a threshold of 75 %: above 15,000 is newly liquidatable, above 14,250 within 5 %."""
    return engine.studies.threshold(ladder(DEBTS, collateral=HELD), asset="WETH", to=0.75, dust=50.0, paths=0)


def accounts(panel, name):
    return panel.columns(name)["account"].tolist()


def test_that_each_list_has_the_accounts_of_which_it_tells(panel, result):
    assert panel.tables.currentText() == "touched"
    assert accounts(panel, "touched") == ["a0", "a5", "a1", "a2"]
    assert accounts(panel, "newly") == ["a0"]
    assert accounts(panel, "near") == ["a1", "a2"]
    assert accounts(panel, "dust") == ["a5"]
    assert panel.columns("touched")["status"].tolist() == [
        "liquidatable", "liquidatable, dust", "within 5 %", "within 5 %",
    ]  # fmt: skip
    assert len(accounts(panel, "newly")) == result.figures["newly_liquidatable_accounts"]
    assert len(accounts(panel, "near")) == result.figures["within_5_percent_accounts"]
    assert [panel.tables.tabText(place) for place in range(4)] == [
        "All 4", "Newly liquidatable 1", "Within 5 % 2", "Dust 1",
    ]  # fmt: skip


def test_that_what_an_account_holds_and_how_far_it_may_fall_today_is_told(panel):
    first = {name: values[0] for name, values in panel.columns("touched").items()}
    assert (first["collateral"], first["debt"]) == ("WETH", "USDC")
    assert first["health.before"] == pytest.approx(16_000 / 15_500)
    assert first["health.after"] == pytest.approx(15_000 / 15_500)
    assert first["to_liquidation"] == pytest.approx(1 - 15_500 / 16_000)
    assert "market" not in first  # there is one
    shown = {
        panel.model.headerData(column, Qt.Orientation.Horizontal): column for column in range(panel.model.columnCount())
    }
    assert panel.model.index(0, shown["To liquidation now"]).data() == "3.13 %"


@pytest.mark.parametrize("dark", [True, False])
def test_that_tags_and_a_health_below_one_have_the_colours_of_what_they_mean(panel, dark):
    colours = tokens(dark=dark)
    palette = panel.table.palette()
    palette.setColor(palette.ColorRole.Base, QColor(colours.panel))
    panel.table.setPalette(palette)
    image = panel.table.viewport().grab().toImage()

    def has(row, name, colour):
        column = list(panel.columns("touched")).index(name)
        box = panel.table.visualRect(panel.model.index(row, column))
        wanted = QColor(colour)
        return any(
            near(image.pixelColor(x, y), wanted)
            for x in range(box.left(), min(box.right(), image.width() - 1))
            for y in range(box.top(), box.bottom())
        )

    assert has(0, "status", colours.vermilion)
    assert not has(0, "status", colours.amber)
    assert has(2, "status", colours.amber)
    assert has(0, "health.after", colours.vermilion)
    assert not has(0, "health.before", colours.vermilion)
    assert not has(2, "health.after", colours.vermilion)


def near(one, other):
    return all(abs(a - b) <= 24 for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True))


def test_that_an_answer_of_an_older_file_shows_what_it_has(result):
    old = {"account": result.answer.tables["accounts"]["account"], "dust": result.answer.tables["accounts"]["dust"]}
    answer = dataclasses.replace(
        result.answer, tables={**result.answer.tables, "accounts": old, "within_5_percent": {}}
    )
    assert picture_of(dataclasses.replace(result, answer=answer)).lists == {"newly": old}


BEFORE, AFTER = "total_loss_usd.var_99.before", "total_loss_usd.var_99.after"


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({}, ""),
        ({BEFORE: 2e6, AFTER: 1e6, f"{BEFORE}.low": 1.8e6, f"{BEFORE}.high": 2.2e6, f"{AFTER}.low": 9e5,
          f"{AFTER}.high": 1.2e6}, "Safer later: in 99 of 100 paths no more is lost than $2M today and $1M with it."),
        ({BEFORE: 1e6, AFTER: 2e6, f"{BEFORE}.low": 9e5, f"{BEFORE}.high": 1.2e6, f"{AFTER}.low": 1.8e6,
          f"{AFTER}.high": 2.2e6}, "Riskier later"),
        ({BEFORE: 2e6, AFTER: 1e6, f"{BEFORE}.low": 1e6, f"{BEFORE}.high": 3e6, f"{AFTER}.low": 5e5,
          f"{AFTER}.high": 2e6}, "Whether it is safer later 0 paths do not tell"),
        ({BEFORE: 5.0, AFTER: 5.0}, "Neither safer nor riskier later"),
        ({BEFORE: 5.0, AFTER: 5.0, "total_loss_usd.difference": 3e5},
         "is lost. Riskier in the scenario's own shock: $300k more is lost."),
        ({"total_loss_usd.difference": -3e5}, "Safer in the scenario's own shock: $300k less is lost."),
        ({"total_loss_usd.difference": 3e5}, "Riskier in the scenario's own shock: $300k more is lost."),
    ],
)  # fmt: skip
def test_that_the_sentence_says_whether_the_proposal_is_safer(result, figures, said):
    kept = {name: value for name, value in result.figures.items() if not name.startswith("total_loss_usd")}
    answer = dataclasses.replace(result.answer, figures={**kept, **figures})
    sentence = picture_of(dataclasses.replace(result, answer=answer)).sentence
    assert "become" in sentence
    assert said in sentence
    assert said or "afer" not in sentence
