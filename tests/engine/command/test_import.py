"""``cascade import``: its options, what it says, what it asks."""

from __future__ import annotations

import json

import pytest

from engine.command.main import main
from engine.files import load_scenario

BOOK = "account;asset;side;amount\na;ETH;collateral;10\na;USDC;debt;8.000\n"
PARAMS = "asset,price,liquidation_threshold,liquidationBonus\nWETH,2000,83,1.05\nUSDC,1,,\n"


@pytest.fixture
def files(tmp_path, monkeypatch):
    (tmp_path / "book.csv").write_text(BOOK)
    (tmp_path / "params.csv").write_text(PARAMS)
    (tmp_path / "path.csv").write_text("date,ETH,USDC\n2022-01-01,100,1\n2022-01-02,90,1\n2022-01-03,80,1\n")
    with monkeypatch.context() as inside:  # left again before the guard of the test looks for files
        inside.chdir(tmp_path)
        yield tmp_path


def run(capsys, *words):
    status = main(["import", "book.csv", *words])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_that_questions_end_with_status_2_and_each_names_its_option(files, capsys):
    status, out, err = run(capsys, "-o", "out.json", "--params", "params.csv")
    assert status == 2
    assert out == ""
    assert "--decimal-comma (8.000 is 8000)" in err
    assert not (files / "out.json").exists()
    status, _, err = run(capsys, "-o", "out.json", "--params", "params.csv", "--decimal-comma")
    assert status == 2
    assert "--alias ETH=WETH" in err


def test_that_answers_make_a_scenario_and_what_was_certain_is_said(files, capsys):
    status, out, err = run(
        capsys,
        "-o",
        "out.json",
        "--params",
        "params.csv",
        "--decimal-comma",
        "--alias",
        "ETH=WETH",
        "--path",
        "path.csv",
    )
    assert status == 0
    assert "1 loan, 1 account" in out
    for line in ("83 read as 0.83", "1.05 read as 5 %", "2 % depths are assumed", "worst health 2.075"):
        assert line in err
    scenario = load_scenario("out.json")
    assert scenario.loans.to_records()[0]["debt_amount"] == 8000
    assert scenario.parameters.shock.returns["WETH"] == pytest.approx((-0.1, -0.2))


def test_that_a_mapping_keeps_all_answers(files, capsys):
    answers = ("--decimal-comma", "--alias", "ETH=WETH", "--params", "params.csv", "--where", "account = a")
    status, *_ = run(capsys, "-o", "one.json", *answers, "--save-mapping", "mapping.json")
    assert status == 0
    saved = json.loads((files / "mapping.json").read_text())
    assert saved["format"] == "cascade-mapping/1"
    status, *_ = run(capsys, "-o", "two.json", "--mapping", "mapping.json")
    assert status == 0
    assert load_scenario("one.json").loans.same_as(load_scenario("two.json").loans)


def test_that_a_dry_run_shows_what_the_file_is_taken_for_and_writes_nothing(files, capsys):
    status, out, _ = run(capsys, "--dry-run", "--params", "params.csv", "--decimal-comma", "--alias", "ETH=WETH")
    assert status == 0
    assert "shape: positions" in out
    assert "collateral_asset WETH, collateral_amount 10.0" in out
    assert sorted(file.name for file in files.iterdir()) == ["book.csv", "params.csv", "path.csv"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--map amount=nothing", "map amount: book.csv has no column 'nothing'"),
        ("--map nothing=amount", "map nothing: no such role"),
        ("--map amount", "--map: 'amount'; allowed: NAME=VALUE"),
        ("--scale amount=amount+", "a formula that ends too early"),
        ("--scale amount=rate*2", "no column 'rate'"),
        ("--where rate=2", "no column 'rate'"),
        ("--where nonsense", "no filter"),
        ("--decimals rate", "no column 'rate'"),
        ("--mapping none.json", "none.json"),
        ("--shape nonsense", "invalid choice"),
        ("--list data", "--list"),
    ],
)
def test_that_a_choice_that_does_not_fit_is_one_line_that_names_it(files, capsys, words, said):
    if words == "--list data":
        (files / "book.csv").write_text('[{"account": "a"}]')
        said = "no list 'data'"
    status, _, err = run(capsys, "-o", "out.json", *words.split(" ", 1))
    assert status == 2
    assert said in err


def test_that_at_most_twenty_wrong_cells_are_named_and_the_others_counted(files, capsys):
    rows = "".join(f"a{number},WETH,collateral,x\n" for number in range(100))
    (files / "book.csv").write_text("account,asset,side,amount\nb,WETH,collateral,1\n" + rows * 1)
    status, _, err = run(capsys, "-o", "out.json", "--map", "amount=amount")
    assert status == 2
    assert err.count("column amount: 'x'") == 20
    assert "80 more lines like these" in err


def test_that_a_mapping_with_an_unknown_key_is_refused(files, capsys):
    (files / "mapping.json").write_text('{"format": "cascade-mapping/1", "shap": "loans", "wrong": "skip"}')
    status, _, err = run(capsys, "-o", "out.json", "--mapping", "mapping.json")
    assert status == 2
    assert "mapping.json, shap: unknown key" in err
    assert "mapping.json, wrong: 'skip'; allowed: one of refuse, leave-out-accounts" in err
