"""No text of the import that the window can show holds an option of the command or a path of the scenario file."""

from __future__ import annotations

import re

import pytest

from cascade_gui.importing.option_words import about_the_book, in_words
from engine.base.faults import BadInput
from engine.importing.asking import Unanswered
from engine.importing.book_source import read_book_source
from engine.importing.build import import_book
from engine.importing.choices import ImportChoices
from tests.shared import SHARED

_CASES = sorted(path for path in SHARED.glob("cases/import/*/*") if path.name != "README")
_PATH = re.compile(r"\b(?:assets|markets|shock|rules|simulation|liquidators|safety)\.[a-z]\S*|\$\.|\[\d+\]\.")
_ANSWERED = 5

MADE_UP = {
    "raw.csv": "account,collateral_asset,collateral_amount,debt_asset,debt_amount\nx,foo,3000000000000000000,USDC,1\n",
    "sides.csv": "user,token,side,amount\nx,WETH,long,1\nx,USDC,short,5\n",
    "unsigned.csv": "user,token,amount\nx,WETH,1\nx,USDC,5\n",
    "bonus.csv": "account,collateral_asset,collateral_amount,debt_asset,debt_amount,bonus\nx,WETH,1,USDC,1,0.8\n",
    "prices.csv": "time,BTC,ETH\n1,20000,1000\n2,21000,1100\n",
    "events.csv": "liquidator,user,seized,repaid,collateral,debt\na,b,1,900,WETH,USDC\n",
    "perpetuals.csv": "address,coin,size,entry_price,leverage\nw,BTC,1,40000,10\nv,ETH,-2,2000,5\n",
    "totals.csv": "user,total_collateral_usd,total_debt_usd\nx,1000,500\n",
    "wide.csv": "user,weth_supply,weth_debt\nx,1,0\n",
    "liquidation.csv": "owner,liqPrice,collateral,collateralAmount\n0xa,1500,WETH,2\n",
    "twice.csv": "account,collateral_asset,collateral_amount,debt_asset,debt_amount\nx,ETH,1,USDC,1\nx,WETH,1,USDC,1\n",
    "unknown.csv": "foo,bar,baz\n1,2,3\n",
}


def texts_of(path):
    """Yield what the import says, asks and finds wrong, under each first answer to what it asks."""
    choices = ImportChoices()
    for _ in range(_ANSWERED):
        questions = []
        try:
            made = import_book(read_book_source(path, choices), choices)
            questions = made.notes.questions
            yield from made.notes.said
            yield from (str(fault) for fault in (*made.notes.faults, *made.wrong))
        except Unanswered as refusal:
            questions = refusal.questions
        except BadInput as refusal:
            yield from (str(fault) for fault in refusal.faults)
        for question in questions:
            yield from (question.text, question.where, *(answer.label for answer in question.answers))
        change = next((answer.change for question in questions for answer in question.answers if answer.change), None)
        if change is None:
            return
        choices = choices.changed(**change)


def assert_in_words(path):
    texts = list(texts_of(path))
    assert texts
    for text in texts:
        words = in_words(text)
        assert "--" not in words, words
        assert not _PATH.search(words), words


@pytest.mark.parametrize("path", _CASES, ids=lambda path: f"{path.parent.name[:2]} {path.name}")
def test_that_what_is_shown_of_files_of_real_people_is_in_words(path):
    assert_in_words(path)


@pytest.mark.parametrize("name", MADE_UP)
def test_that_what_is_shown_of_files_of_other_kinds_is_in_words(tmp_path, name):
    (tmp_path / name).write_text(MADE_UP[name], encoding="utf-8")
    assert_in_words(tmp_path / name)


def test_that_lines_leave_out_the_file_that_the_dialog_is_about_and_name_others():
    assert about_the_book("book.csv: not used: colour", "book.csv") == "Not used: colour"
    assert about_the_book("params.csv: not used: colour", "book.csv") == "params.csv: not used: colour"
