"""The member of a file that holds the texts of cells without a value: read back, or refused with its name."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from engine.base.faults import BadInput
from engine.files.scenario_files import read_draft
from tests.engine.files.archives import archive, parts, with_provenance, zipped
from tests.engine.files.test_damage import damaged, opens_or_is_refused
from tests.engine.scenarios import SMALL

ROWS = len(SMALL["loans"])
MEMBER = "wrong_cells.json"


def file_with(content: bytes) -> bytes:
    return zipped(with_provenance({**parts(), MEMBER: content}))


def test_that_texts_of_cells_without_a_value_are_read_back(tmp_path):
    path = tmp_path / "book.cascade"
    cells = [[0, "debt_amount", "lots"], [ROWS - 1, "collateral_amount", ""]]
    path.write_bytes(file_with(json.dumps(cells).encode()))
    assert read_draft(path).unread == ((0, "debt_amount", "lots"), (ROWS - 1, "collateral_amount", ""))
    path.write_bytes(archive())
    assert read_draft(path).unread == ()


@pytest.mark.parametrize(
    "content",
    [
        {}, "lots", None, [0, "debt_amount", "lots"], [{}], [[0, "debt_amount"]], [[0, "debt_amount", "lots", 1]],
        [[-1, "debt_amount", "lots"]], [[ROWS, "debt_amount", "lots"]], [[0.0, "debt_amount", "lots"]],
        [[True, "debt_amount", "lots"]], [["0", "debt_amount", "lots"]], [[0, "debts", "lots"]], [[0, 5, "lots"]],
        [[0, ["debt_amount"], "lots"]], [[0, "debt_amount", 5]], [[0, "debt_amount", None]],
    ],
    ids=repr,
)  # fmt: skip
def test_that_what_is_no_list_of_cells_of_these_loans_is_refused_with_the_name_of_the_member(tmp_path, content):
    path = tmp_path / "book.cascade"
    path.write_bytes(file_with(json.dumps(content).encode()))
    with pytest.raises(BadInput, match=f"{MEMBER}: no list of cells of the loans"):
        read_draft(path)


@given(damaged(b'[[0, "debt_amount", "lots"], [1, "collateral_amount", "\xc3\xbc"]]'))
def test_that_a_damaged_member_with_the_right_checksum_opens_or_is_refused(content):
    opens_or_is_refused(file_with(content))
