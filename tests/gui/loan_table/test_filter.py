from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QLocale

from cascade_gui.document.loan_store import LoanStore
from cascade_gui.loan_table import states
from cascade_gui.loan_table.filter import FilterError, parse_filter
from cascade_gui.loan_table.live import LiveValues
from cascade_gui.loan_table.values import Values
from engine.reading.reasons_to_wait import Waiting
from engine.scenario.loans import LoanTable
from tests.gui.loan_table.books import NAMES, loan, small_book
from tests.gui.loan_table.views import book_of, view_of


@pytest.fixture
def values(qapp):
    QLocale.setDefault(QLocale("en_US"))
    store = LoanStore(small_book())
    lives = LiveValues(store)
    values = Values(store, lives)
    values.names = NAMES
    table = store.to_table()
    book = book_of(table)
    lives.set_view(view_of(table, book, round_number=3, fall=0.3), book)
    return values


def kept(values, text):
    mask = parse_filter(text, NAMES).mask(values)
    assert mask.dtype == bool
    return np.flatnonzero(mask).tolist()


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("health < 1", [0, 3]),
        ("health < 1 and collateral = WETH", [0, 3]),
        ("collateral = weth and debt > 10k", [3]),
        ("debt > 10k or collateral = USDC", [2, 3]),
        ("not collateral = WETH", [1, 2]),
        ("collateral ≠ WETH", [1, 2]),
        ("collateral != WETH", [1, 2]),
        ("not (debt > 10k or collateral = USDC)", [0, 1, 4]),
        ("collateral = W*", [0, 1, 3, 4]),
        ("collateral = W?TH", [0, 3, 4]),
        ("market = Compound", [2, 3]),
        ("account = *o*", [0, 3]),
        ("account = a*", [1, 4]),
        ("account = *e", [1, 2, 4]),
        ("account = d*e", [2]),
        ("account = c?rol", [0]),
        ("ALI", [1, 4]),
        ("aro or bob", [0, 3]),
        ("a* and debt > 1", [1]),
        ("debt >= 9000", [1, 3]),
        ("debt ≤ $4,000", [0, 2]),
        ("debt = 9k", [1]),
        ("debt = blank", [4]),
        ("debt ≠ blank", [0, 1, 2, 3]),
        ("debt amount = blank", [4]),
        ("collateral_amount > 5", [2, 3]),
        ("collateral amount > 5", [2, 3]),
        ("Collateral, USD > 15k", [3]),
        ("status = liquidated", [0, 3]),
        ("status = liq*", [0, 3]),
        ("round = 3", [0, 3]),
        ("row <= 2", [0, 1]),
        ("ltv > 90%", [0, 3]),
        ("ltv > 90 %", [0, 3]),
        ("total debt > 14k and total collateral > 1", [3]),
        ("health < 1 and (account = bob or account = alice)", [3]),
        ('account = "bob"', [3]),
        ("AND", None),
    ],
)  # fmt: skip
def test_that_a_filter_keeps(values, text, rows):
    if rows is None:
        with pytest.raises(FilterError):
            kept(values, text)
    else:
        assert kept(values, text) == rows


@pytest.mark.parametrize(
    ("text", "part", "message"),
    [
        ("helth < 1", "helth", "Did you mean “health”?"),
        ("health <", "<", "value is missing"),
        ("health < abc", "abc", "not a number"),
        ("health < 1 collateral = WETH", None, "number"),
        ("collateral = WTEH", "WTEH", "Known: WETH"),
        ("status = dead", "dead", "Known: healthy"),
        ("account < 5", "account <", "= and ≠ only"),
        ("(health < 1", "(", "not closed"),
        ("health < 1)", ")", "never opened"),
        ("health < 1 and", "and", "condition is missing"),
        ("< 5", "<", "column is missing"),
        ("account = 'bob", "'bob", "quotation mark"),
        ("not", "not", "condition is missing"),
        ("(a) b", "b", "missing before"),
        ("(" * 200, None, "parentheses"),
    ],
)  # fmt: skip
def test_that_a_wrong_filter_names_the_place(qapp, text, part, message):
    QLocale.setDefault(QLocale("en_US"))
    with pytest.raises(FilterError, match=message.replace("?", r"\?")) as raised:
        parse_filter(text, NAMES)
    if part is not None:
        assert text[raised.value.start : raised.value.end] == part


def test_that_an_empty_filter_is_none(qapp):
    assert parse_filter("   ", NAMES) is None


def test_that_a_decimal_comma_is_read_where_it_is_the_locales(values):
    QLocale.setDefault(QLocale("de_DE"))
    assert kept(values, "collateral amount = 0,5") == [1]


def test_that_an_asset_that_looks_like_a_number_is_a_name(qapp):
    names = NAMES.__class__(("1INCH", "100"), ("aave",), {"aave": frozenset()}, {"1INCH": 1.0, "100": 1.0})
    store = LoanStore(LoanTable.from_records([loan("a", "1INCH"), loan("b", "100")]))
    values = Values(store, LiveValues(store))
    mask = parse_filter("collateral = 100", names).mask(values)
    assert mask.tolist() == [False, True]


def test_that_a_filter_knows_whether_it_looks_at_the_round(qapp):
    assert parse_filter("health < 1 and debt > 1", NAMES).uses_live
    assert parse_filter("debt > 1", NAMES).uses_live
    assert not parse_filter("debt in the book > 1 or not (account = a*) or debt = DAI", NAMES).uses_live


def test_that_brackets_in_names_are_themselves(qapp):
    store = LoanStore(LoanTable.from_records([loan("a[b]c"), loan("abc")]))
    values = Values(store, LiveValues(store))
    assert parse_filter("account = a[b]?", NAMES).mask(values).tolist() == [True, False]


def test_that_liquidated_finds_who_was_liquidated_in_part_whatever_became_of_the_rest(values):
    store = values.store
    book = book_of(store.to_table())
    view = view_of(store.to_table(), book, round_number=3, fall=0.3)
    waits, partly, _ = (int(book.row_account[row]) for row in (0, 1, 2))
    status, since, waits_for = view.status.copy(), view.status_round.copy(), view.waits_for.copy()
    status[waits], since[waits], waits_for[waits] = states.WAITING, 3, Waiting.AGAIN
    status[partly], since[partly] = states.PARTLY, 2
    view = replace(view, status=status, status_round=since, first_liquidated=since, waits_for=waits_for)
    values.live.set_view(view, book)
    assert kept(values, "status = liquidated and round = 3") == [0, 3]
    assert kept(values, "status = liquidated") == [0, 1, 3, 4]  # rows 1 and 4 are of one account
    assert kept(values, "status = waiting") == []
    assert kept(values, "status = liquidatable") == [0]
    assert kept(values, "status = partly") == [0, 1, 4]
    assert values.live.status(0) == (states.AGAIN, 3, 3)
    waits_for[waits] = Waiting.CAPACITY
    values.live.set_view(replace(view, round=4), book)
    assert values.live.status(0) == (states.CAPACITY, 3, 3)
    assert kept(values, "status = waiting") == [0]
    assert kept(values, "status = waiting: capacity") == [0]
    assert kept(values, "status = liquidated and round = 3") == [0, 3]
