"""What each answer to a question of an import would make of the book."""

from __future__ import annotations

import pytest

from engine.importing import consequences
from engine.importing.build import import_book
from engine.importing.choices import ImportChoices
from engine.importing.consequences import consequence_of
from engine.importing.read_source import read_source

HEAD = "account;market;collateral_asset;collateral_amount;debt_asset;debt_amount\n"
AMBIGUOUS = HEAD + "a2;m;WETH;10;USDC;8.000\na3;m;WETH;2;USDC;1.500\n"
PRICES = ImportChoices(prices={"WETH": 2000.0, "USDC": 1.0}, thresholds={"WETH": 0.8})


@pytest.fixture
def read(tmp_path):
    def read(text):
        path = tmp_path / "book.csv"
        path.write_text(text, encoding="utf-8")
        return read_source(path)

    return read


def answers(source):
    """Return the changes of all answers to what is asked of a file."""
    return [answer.change for question in import_book(source, PRICES).notes.questions for answer in question.answers]


def test_that_a_comma_and_a_point_are_told_in_dollars(read):
    source = read(AMBIGUOUS)
    comma, point = (consequence_of(source, PRICES, [change]) for change in answers(source))
    assert (comma.accounts, comma.collateral.usd, comma.debt.usd) == (2, 24_000.0, 9_500.0)
    assert (point.accounts, point.collateral.usd, point.debt.usd) == (2, 24_000.0, 9.5)
    assert (comma.asks, comma.refusal, comma.differs) == (0, "", False)


def test_that_without_prices_the_asset_is_told_of_which_there_is_most(read):
    source = read(HEAD + "a;m;WETH;10;USDC;8\nb;m;WBTC;3;USDC;8\n")
    found = consequence_of(source, ImportChoices(), [])
    assert (found.collateral.usd, found.collateral.asset, found.collateral.tokens) == (None, "WETH", 10.0)


def test_that_what_is_asked_then_is_counted(read):
    source = read(AMBIGUOUS)
    assert consequence_of(source, PRICES, []).asks == 1


def test_that_a_refusal_is_told_in_its_words(read):
    source = read(AMBIGUOUS)
    found = consequence_of(source, PRICES, [{"columns": {"debt_amount": "market"}}, {"decimal": "point"}])
    assert "market" in found.refusal


def test_that_files_that_are_too_long_to_try_are_not_tried(read, monkeypatch):
    monkeypatch.setattr(consequences, "MOST_ROWS", 1)
    assert consequence_of(read(AMBIGUOUS), PRICES, []) is None
