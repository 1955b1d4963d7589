"""The decimal sign of a file: what is asked where its numbers say both or neither, and of which column."""

from __future__ import annotations

import pytest

from engine.importing.build import import_book
from engine.importing.choices import ImportChoices

HEAD = "account;collateral_asset;collateral_amount;debt_asset;debt_amount;liquidation_threshold\n"
CHOICES = ImportChoices(depth="none", prices={"WETH": 2000.0, "USDC": 1.0})


def question_of(tmp_path, *rows):
    path = tmp_path / "book.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    (question,) = import_book(path, CHOICES).notes.questions
    assert question.role == "decimal_sign"
    return question


@pytest.mark.parametrize(
    ("row", "column", "cells"),
    [
        ("a;WETH;12,5;USDC;18250,75;0.8", "liquidation_threshold", ("'12,5' in collateral_amount", "'0.8' in liq")),
        ("a;WETH;12.5;USDC;18250,75;0.8", "debt_amount", ("'18250,75' in debt_amount", "'12.5' in collateral_amount")),
        ("a;WETH;12.5;USDC;1.234.567;0.8", "debt_amount", ("'1.234.567' in debt_amount", "'12.5' in collateral_am")),
        ("a;WETH;12.5;USDC;18250,75\u00a0;0.8", "debt_amount", ("in debt_amount", "'12.5' in collateral_amount")),
        ("a;WETH;1,234,567;USDC;18250,75;0,8", "collateral_amount", ("in debt_amount", "'1,234,567' in collateral_")),
    ],
)
def test_that_of_numbers_with_both_signs_the_column_unlike_the_others_is_asked_about(tmp_path, row, column, cells):
    question = question_of(tmp_path, row, "b;WETH;2;USDC;100;")
    assert question.where == f"book.csv, column {column}"
    assert all(cell in question.text for cell in cells), question.text


def test_that_a_number_that_can_be_read_both_ways_is_asked_about_in_its_own_column(tmp_path):
    question = question_of(tmp_path, "a;WETH;2;USDC;1.825;")
    assert question.where == "book.csv, column debt_amount"
    assert [answer.label for answer in question.answers] == ["1.825 is 1825", "1.825 is 1.825"]
