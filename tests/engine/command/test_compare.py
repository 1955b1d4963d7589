"""``cascade compare``: real liquidations beside a run; proposals and other scenarios."""

from __future__ import annotations

import csv
import json

import pytest

import engine
from engine.files import load_scenario, save_scenario
from engine.scenario.scenario import Scenario
from tests.shared import SHARED

SCENARIO = {
    "format": "cascade-scenario/1",
    "assets": {"WETH": {"price": 2000}, "USDC": {"price": 1}},
    "markets": {"m": {"collateral": {"WETH": {"liquidation_threshold": 0.8, "liquidation_bonus": 0.05}}}},
    "shock": {"kind": "instant", "returns": {"WETH": -0.3}},
    "loans": [
        {"account": name, "market": "m", "collateral_asset": "WETH", "collateral_amount": 10, "debt_asset": "USDC",
         "debt_amount": debt}
        for name, debt in (("a", 12000), ("b", 13000), ("c", 1000), ("0x" + "A" * 40, 12500))
    ],
}  # fmt: skip
EVENTS = "borrower,liquidator,timestamp,repaid_usd,seized_usd\n"


@pytest.fixture
def files(tmp_path):
    def write(events, name="events.csv"):
        scenario = tmp_path / "book.cascade"
        save_scenario(Scenario.from_dict(SCENARIO), scenario)
        (tmp_path / name).write_text(events)
        return scenario, tmp_path / name

    return write


def repaid(account):
    frame = engine.run(Scenario.from_dict(SCENARIO)).events_frame()
    return float(frame[frame["account"] == account]["repaid_usd"].sum())


def test_that_who_and_how_much_are_laid_side_by_side(cascade, files, tmp_path):
    book, events = files(
        EVENTS + "a,keeper,100,6000,6300\na,keeper,200,1000,1050\nc,keeper,150,500,525\nstranger,keeper,90,70,75\n"
        f"0x{'a' * 40},keeper,110,6250,6560\n"
    )
    out = tmp_path / "accounts.csv"
    ended = cascade("compare", book, events, "--accounts", out)
    assert ended.status == 0, ended.err
    lines = ended.out.splitlines()
    assert lines[0] == "liquidated: 4 accounts in reality, 3 in the run, 2 in both"
    assert lines[1] == "of one only: 1 only in reality, 1 not in the book, 1 only in the run"
    total = sum(repaid(name) for name in ("a", "b", "0x" + "A" * 40))
    assert lines[2].startswith(f"debt repaid: 13,820 USD in reality, {total:,.6g} USD in the run (")
    assert lines[4].startswith("bad debt: not told in reality")
    rows = {row["account"]: row for row in csv.DictReader(out.read_text().splitlines())}
    assert (rows["a"]["where"], rows["a"]["real_times"], rows["a"]["real_first"]) == ("both", "2", "100")
    assert float(rows["a"]["difference_usd"]) == pytest.approx(repaid("a") - 7000)
    assert rows["0x" + "A" * 40]["where"] == "both", "addresses are compared without case"
    assert rows["b"]["where"] == "only in the run"
    assert rows["stranger"]["where"] == "not in the book"
    assert "not used: liquidator" in ended.err


def test_that_the_recording_in_the_file_is_taken(cascade, files):
    book, events = files(EVENTS + "a,keeper,100,6000,6300\n")
    scenario = load_scenario(book).with_values({"shock.returns.WETH": 0.0})
    save_scenario(scenario, book, engine.run(scenario))
    assert "0 in the run" in cascade("compare", book, events).out.splitlines()[0]
    assert "3 in the run" in cascade("compare", book, events, "--set", "shock.returns.WETH=-0.3").out.splitlines()[0]


def test_that_tokens_are_worth_what_the_scenario_says_and_raw_units_are_refused(cascade, files):
    book, events = files("user,repaid,debt_asset\na,6000,usdc\n")
    ended = cascade("compare", book, events)
    assert "debt repaid: 6,000 USD in reality" in ended.out
    assert "at the scenario's prices before the shock" in ended.err
    book, events = files("user,repaid,debt_asset\na,6000000000000000,USDC\n")
    ended = cascade("compare", book, events)
    assert (ended.status, ended.out) == (2, "")
    assert "column repaid: amounts up to 6e+15: raw units; allowed: tokens, or a column repaid_usd" in ended.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("who,repaid_usd\na,1\n", "none is who was liquidated (who, repaid_usd); allowed: a column account"),
        ("user,much\na,1\n", "none tells how much (user, much); allowed: a column repaid_usd"),
        ("user,repaid_usd\na,lots\nb,-1\n", "row 2, column repaid_usd: 'lots'; allowed: a number of at least 0"),
        ("user,repaid_usd\n,1\nb,2\n", "row 2, column user: blank; allowed: who was liquidated"),
        ("user,repaid,debt_asset\na,5,DOGE\n", "no price for DOGE; allowed: assets of the scenario, or repaid_usd"),
    ],
)
def test_that_a_list_that_says_too_little_is_refused_with_the_repair(cascade, files, text, said):
    book, events = files(text)
    ended = cascade("compare", book, events)
    assert ended.status == 2
    assert said in ended.err
    assert "Traceback" not in ended.err


def test_that_a_column_can_be_named_and_repeats_are_said(cascade, files):
    book, events = files("whose,value\na,5\na,5\n")
    ended = cascade("compare", book, events, "--map", "account=whose", "--map", "repaid_usd=value")
    assert "debt repaid: 10 USD in reality" in ended.out
    assert "1 row repeats another exactly" in ended.err
    assert "no such role" in cascade("compare", book, events, "--map", "price=value").err
    assert "has no column 'nobody'" in cascade("compare", book, events, "--map", "account=nobody").err


@pytest.mark.skipif(not SHARED.is_dir(), reason="the cases of imports are not there")
def test_that_the_public_list_is_read(cascade, files):
    book, _ = files(EVENTS)
    ended = cascade("compare", book, SHARED / "cases" / "import" / "03-liquidation-events" / "events.csv")
    assert ended.status == 0, ended.err
    assert "of one only: 0 only in reality, 2 not in the book" in ended.out
    assert "debt repaid: 21,297.6 USD in reality" in ended.out
    assert "bad debt: 8,947.1 USD in reality" in ended.out


THRESHOLD = "markets.m.collateral.WETH.liquidation_threshold"
QUICK = ("--paths", "20", "--horizon", "5min")


@pytest.fixture
def proposal(tmp_path):
    def write(changes, name="lower.json"):
        text = json.dumps({"format": "cascade-proposal/1", "name": "Lower", "changes": changes})
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


def test_that_a_proposal_is_judged_with_the_verdict_first(cascade, files, proposal, tmp_path):
    book, _ = files(EVENTS)
    out = tmp_path / "out.json"
    ended = cascade("compare", book, "--proposal", proposal({THRESHOLD: 0.7}), *QUICK, "--json", out)
    assert ended.status == 0, ended.err
    assert ended.out.splitlines()[0].startswith("Total loss is ")
    assert "what differs in the parameters:" in ended.out
    found = json.loads(out.read_text())
    python = engine.studies.compare(
        load_scenario(book), proposal=tmp_path / "lower.json", paths=20, horizon="5min"
    ).to_dict()  # fmt: skip
    assert found["figures"] == python["figures"]
    assert found["verdict"] == python["verdict"]
    assert found["settings"]["proposal"][0]["changes"] == {THRESHOLD: 0.7}


def test_that_files_tell_by_themselves_what_they_are(cascade, files, proposal, tmp_path):
    book, _ = files(EVENTS)
    other = tmp_path / "other.json"
    save_scenario(load_scenario(book).with_values({"name": "Other", THRESHOLD: 0.6}), other)
    ended = cascade(
        "compare", book, other, proposal({THRESHOLD: 0.7}), "--paths", "0", "--set", "shock.returns.WETH=-0.1"
    )
    assert ended.status == 0, ended.err
    assert "Other: In one run of" in ended.out
    assert "Lower: In one run of" in ended.out
    assert "shock.returns.WETH" not in ended.out, "what is set, is set for all"
    listed = tmp_path / "list.json"
    listed.write_text(json.dumps([{"user": "a", "repaid_usd": 6000.0}]))
    assert "liquidated: 1 " in cascade("compare", book, listed).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["{book}"], "nothing to compare with; allowed: another scenario, --proposal P.json, or a list"),
        (["{book}", "--proposal", "{wrong}"], "not in this scenario: there is no 'aave'"),
        (["{book}", "--proposal", "{range}"], "liquidation_threshold: 80"),
        (["{book}", "--proposal", "{events}"], "events.csv line 1, column 1: not JSON"),
        (["{book}", "{events}", "--proposal", "{lower}"], "a list of liquidations among others"),
        (["{book}", "{events}", "--paths", "5"], "--paths: a list of liquidations is compared"),
        (["{book}", "{lower}", "--map", "account=who"], "--map: no list of liquidations is compared"),
        (["{book}", "{lower}", "--json", "{lower}"], "the same place as"),
        (["{book}", "nowhere.cascade"], "nowhere.cascade: there is no such file"),
        (["{book}", "-"], "standard input as the second file"),
    ],
)
def test_that_what_cannot_be_compared_ends_with_one_line_and_writes_nothing(
    cascade, files, proposal, tmp_path, words, said
):
    book, events = files(EVENTS)
    names = {
        "book": book, "events": events, "lower": proposal({THRESHOLD: 0.7}),
        "wrong": proposal({"markets.aave.rules.trigger": "below"}, "wrong.json"),
        "range": proposal({THRESHOLD: 80}, "range.json"),
    }  # fmt: skip
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    ended = cascade("compare", *(word.format(**names) for word in words))
    assert (ended.status, ended.out) == (2, "")
    assert said in ended.err
    assert len(ended.err.strip().splitlines()) == 1
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
