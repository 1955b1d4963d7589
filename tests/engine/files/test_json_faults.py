"""A ``.json`` scenario with a fault in it: the line names the place, and no two faults hide each other."""

from __future__ import annotations

import json
import os

import pytest

from engine.base.faults import BadInput
from engine.files import check_ending, load_scenario, read_file, scenario_files
from engine.files.strict_json import parse
from tests.engine.scenarios import SMALL, changed, small

ROW = SMALL["loans"][0]


def refusals(tmp_path, content: bytes | dict) -> list[str]:
    path = tmp_path / "book.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    with pytest.raises(BadInput) as caught:
        load_scenario(path)
    return [str(fault) for fault in caught.value.faults]


def text(old: str, new: str) -> bytes:
    found = json.dumps(SMALL)
    assert old in found
    return found.replace(old, new).encode()


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "book.json line 1, column 1: not JSON: Expecting value"),
        (b'{"format": ', "line 1, column 12: not JSON"),
        (b"[]", "book.json: holds list; allowed: a group of keys in braces"),
        (b"3", "book.json: holds int"),
        (b"\xff\xfe{\x00}\x00", "book.json: byte 1 is not UTF-8"),
        (b'{"a": "\xe9"}', "book.json: byte 8 is not UTF-8"),
        (b"PK\x03\x04", "book.json: is a ZIP archive"),
        (b"[" * 100_000, "nested more than 32 deep"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "nested more than 32 deep"),
        (b'{"format": 1, "format": 2}', "the key 'format' stands twice in one group"),
        (text('"account": "a1"', '"account": "a1", "account": "a2"'), "the key 'account' stands twice in one group"),
        (
            text('"USDC": {"price": 1.0}', '"USDC": {"price": 1.0}, "USDC": {"price": 1.0}'),
            "the key 'USDC' stands twice",
        ),
        (text('"a1"', r'"\ud800"'), "half of a surrogate pair"),
        (text("-0.3", "NaN"), "shock.returns.WETH: nan"),
        (text("-0.3", "Infinity"), "shock.returns.WETH: inf"),
        (text("1841.62", "1e999"), "assets.WETH.price: inf"),
        (text("1841.62", "9" * 400), "assets.WETH.price: inf"),
        (text("12000", "NaN"), "loans row 1, debt_amount: nan"),
        (text("12000", "9" * 5000), "loans row 1, debt_amount: inf"),
        (text("12000", "-1"), "loans row 1, debt_amount: -1"),
        (text("12000", '"12000"'), "loans row 1, debt_amount: '12000'"),
        (text('"debt_amount"', '"debt_amuont"'), "loans row 1, debt_amuont: unknown key"),
        (small(format="cascade-scenario/2"), "format: cascade-scenario/2: the file was written by a newer version"),
        (small(format="cascade-scenario/0"), "format: 'cascade-scenario/0'; allowed: cascade-scenario/1"),
        (small(format=1), "format: 1; allowed: cascade-scenario/1"),
        (small(format=None), "format: None"),
        (small(loans=None), "loans: missing"),
        (small(loans={}), "loans: dict; allowed: a list of rows"),
        (small(loans=[7]), "loans row 1: 7"),
        (small(sh0ck={}), "sh0ck: unknown key, did you mean shock?"),
        (changed("assets.USDC.price", 0), "assets.USDC.price: 0"),
        (changed("loans.0.debt_asset", "DOGE"), "loans row 1, debt_asset: 'DOGE'; allowed: one of USDC, WETH, stETH"),
        (changed("loans.0.market", "aave"), "loans row 1, market: 'aave'; allowed: one of compound"),
        (small(loans=[{**ROW, "liquidation_threshold": 1.5}]), "loans row 1, liquidation_threshold: 1.5"),
        (changed("markets.compound.collateral.WETH.liquidation_threshold", 1.5), "WETH.liquidation_threshold: 1.5"),
        (changed("shock.returns", {"DOGE": -0.1}), "shock.returns.DOGE: unknown asset"),
        (changed("markets.compound.rules.close.close_factor", 1.5), "rules.close.close_factor: 1.5"),
    ],
)
def test_that_each_fault_is_said_in_one_line_with_its_place(tmp_path, content, line):
    found = refusals(tmp_path, content)
    assert len(found) == 1, found
    assert line in found[0]
    assert "\n" not in found[0]


def test_that_a_missing_format_is_told(tmp_path):
    data = small()
    del data["format"]
    assert refusals(tmp_path, data) == ["format: missing; allowed: cascade-scenario/1"]


def test_that_all_faults_are_told_at_once(tmp_path):
    rows = [{**ROW, "debt_amount": -1}, ROW, {**ROW, "market": "aave"}]
    assert [line.split(":")[0] for line in refusals(tmp_path, small(loans=rows))] == [
        "loans row 1, debt_amount",
        "loans row 3, market",
    ]


def test_that_a_missing_file_a_folder_and_an_unreadable_one_are_told(tmp_path):
    for path, line in [(tmp_path / "none.json", "there is no such file"), (tmp_path, "without ending")]:
        with pytest.raises(BadInput, match=line):
            load_scenario(path)
    folder = tmp_path / "folder.json"
    folder.mkdir()
    with pytest.raises(BadInput, match="is a folder"):
        load_scenario(folder)
    with pytest.raises(BadInput, match="cannot be read"):
        load_scenario("bad\0name.json")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may read everything")
def test_that_a_file_without_permission_is_told(tmp_path):
    path = tmp_path / "book.json"
    path.write_text("{}")
    path.chmod(0)
    with pytest.raises(BadInput, match="cannot be read: Permission denied"):
        load_scenario(path)


@pytest.mark.parametrize("name", ["book", "book.txt", "book.zip"])
def test_that_another_ending_is_refused(name):
    with pytest.raises(BadInput, match=r"\.cascade or \.json"):
        check_ending(name)


def test_that_a_file_over_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(scenario_files, "MOST_JSON_BYTES", 100)
    assert "larger than 0 MiB" in refusals(tmp_path, SMALL)[0]


def test_that_a_json_file_has_no_recording_and_no_provenance(tmp_path):
    path = tmp_path / "book.json"
    path.write_text(json.dumps(SMALL), encoding="utf-8")
    found = read_file(path)
    assert found.recording is None
    assert found.provenance == {}


def test_that_large_whole_numbers_are_read_exactly():
    assert parse(b"[9007199254740993, -1]", "x") == [9007199254740993, -1]
    assert parse(rb'"\ud83d\ude00"', "x") == "\U0001f600"
