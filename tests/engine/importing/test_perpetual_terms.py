"""Books of perpetual positions: whose rules they get, and where their maintenance margins are from."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import engine
from engine.command.main import main
from engine.importing.build import BookImport, import_book
from engine.importing.choices import ImportChoices
from engine.reading.round_view import initial_view
from engine.scenario.scenario import Scenario
from engine.scenario.schema import FORMAT

HEAD = "account,coin,side,size,entry_price,leverage,mark_price"
BOOK = f"{HEAD}\na,BTC,long,1,40000,10,41000\nb,ETH,short,10,2000,5,2100\n"
MARGINS = {"BTC": 0.99, "ETH": 0.96}
LENDING = Scenario.from_dict(
    {
        "format": FORMAT,
        "assets": {"ETH": {"price": 2100.0}, "BTC": {"price": 41000.0}, "USDC": {"price": 1.0}},
        "markets": {"aave": {"collateral": {name: {"liquidation_threshold": 0.8} for name in ("ETH", "BTC")}}},
        "loans": [],
    }
)  # fmt: skip


@pytest.fixture
def read(tmp_path):
    def reading(text: str = BOOK, *, template: Scenario | None = None, **choices) -> BookImport:
        path = tmp_path / "book.csv"
        path.write_text(text)
        return import_book(path, ImportChoices(depth="none").changed(**choices), template=template)

    return reading


def said(made: BookImport) -> str:
    return " ".join(made.notes.said)


def lacking(made: BookImport) -> dict[str, tuple[str, ...]]:
    return {terms.asset: terms.missing for terms in made.assets if terms.missing}


def rules(made: BookImport) -> dict[str, str]:
    """Return how each market of the scenario settles."""
    assert made.scenario is not None, [*made.notes.questions, *made.notes.faults]
    return {name: market.rules.settlement.kind for name, market in made.scenario.parameters.markets.items()}


def health(made: BookImport) -> list[float]:
    assert made.scenario is not None, [*made.notes.questions, *made.notes.faults]
    return initial_view(made.scenario).health.tolist()


def with_column(name: str, first: str, second: str) -> str:
    rows = BOOK.splitlines()
    return "\n".join(f"{row},{cell}" for row, cell in zip(rows, (name, first, second), strict=True)) + "\n"


def test_that_positions_without_a_preset_come_under_a_margin_engine_and_their_margins_are_asked_for(read):
    made = read()
    assert made.scenario is None
    assert made.proposed is not None
    assert made.proposed.name == "perpetual-margin"
    assert "rules of a margin engine are taken, not of a lending market" in said(made)
    assert lacking(made) == {"BTC": ("threshold",), "ETH": ("threshold",)}
    assert [str(fault).partition(";")[0] for fault in made.notes.faults] == [
        "book.csv, BTC: no maintenance margin", "book.csv, ETH: no maintenance margin",
    ]  # fmt: skip
    made = read(thresholds=MARGINS)
    assert rules(made) == {"perpetual-margin": "margin"}
    assert health(made) == pytest.approx([41000 * 0.99 / 36000, 24000 / 1.04 / 21000])


def test_that_entry_prices_are_kept_with_each_position_in_its_own_row(read):
    text = BOOK.replace("\nw2,", "\nw1,", 1)
    made = read(text, thresholds=MARGINS, constants={"margin_mode": "cross"})
    assert [
        (row.get("collateral_asset"), row.get("debt_asset"), row.get("entry_price"))
        for row in made.scenario.loans.to_records()
    ] == [("BTC", "USD", 40000.0), ("USD", "ETH", 2000.0)]
    assert "profit counts from the entry" in said(made)


def test_that_the_command_names_the_option_and_takes_it(read, tmp_path, capsys):
    read()
    words = ["import", str(tmp_path / "book.csv"), "-o", str(tmp_path / "out.json")]
    assert main(words) == 2
    error = capsys.readouterr().err
    assert "--maintenance-margin BTC=2%" in error
    assert "rules of a margin engine" in error
    assert main([*words, "--maintenance-margin", "BTC=1%", "--maintenance-margin", "ETH=0.04"]) == 0
    capsys.readouterr()
    assert (
        engine.load(tmp_path / "out.json").parameters == read(thresholds=MARGINS, depth="proposed").scenario.parameters
    )
    assert main([*words, "--maintenance-margin", "BTC=100%"]) == 2
    assert "a share such as ETH=0.02" in capsys.readouterr().err


def test_that_a_short_of_the_engine_is_closed_where_its_margin_is_the_one_asked(read):
    scenario = read(thresholds=MARGINS).scenario
    for price, closed in ((24000 / 1.04 / 10 - 1, 0), (24000 / 1.04 / 10 + 1, 1)):
        shocked = scenario.with_values({"shock.returns.ETH": price / 2100 - 1})
        assert engine.run(shocked).summary()["accounts_liquidated"] == closed


def test_that_a_lending_market_that_is_open_gives_positions_neither_its_rules_nor_its_thresholds(read):
    made = read(template=LENDING)
    assert lacking(made) == {"BTC": ("threshold",), "ETH": ("threshold",)}
    made = read(template=LENDING, thresholds=MARGINS)
    assert rules(made) == {"aave": "liquidator", "perpetual-margin": "margin"}
    assert made.scenario.parameters.markets["aave"] == LENDING.parameters.markets["aave"]
    assert health(made) == health(read(thresholds=MARGINS))


def test_that_a_lending_market_that_is_chosen_for_positions_is_said_to_be_none(read):
    for chosen in ({"market": "aave", "template": LENDING}, {"preset": "aave-v3-3"}):
        made = read(thresholds=MARGINS, **chosen)
        assert made.scenario is not None
        assert "is no margin engine: perpetual positions come under its rules all the same" in said(made)
    assert "is no margin engine" not in said(read(thresholds=MARGINS, preset="dydx-v4"))


def test_that_a_margin_engine_that_is_open_takes_the_positions_in(read):
    template = Scenario(read(thresholds=MARGINS).scenario.parameters, read().reading.loans)
    made = read(BOOK.replace("a,BTC,long,1,", "a,BTC,long,2,"), template=template)
    assert made.proposed is None
    assert rules(made) == {"perpetual-margin": "margin"}
    assert health(made) == health(read(thresholds=MARGINS))


def test_that_a_chosen_preset_gives_the_margins_and_shorts_of_other_margins_bring_their_own(read):
    text = BOOK + "c,SOL,short,100,100,4,100\n"
    made = read(text, preset="perpetual-margin")
    assert made.proposed is None
    assert health(made)[1:] == pytest.approx([24000 / 1.02 / 21000, 12500 / 1.05 / 10000])
    thresholds = made.scenario.loans.liquidation_threshold
    assert [round(float(each), 4) for each in thresholds[1:]] == [pytest.approx(float("nan"), nan_ok=True), 0.9524]
    made = read(text.replace("SOL", "XYZ"), preset="perpetual-margin")
    assert lacking(made) == {"XYZ": ("threshold",)}


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("maintenance_margin_rate", "0.01", "0.04"),
        ("mmr", "1%", "4%"),
        ("maintMarginRatio", "1", "4"),
        ("maintenance margin bps", "100", "400"),
        ("maintMargin", "410", "840"),  # USD of positions worth 41,000 and 21,000
    ],
)
def test_that_margins_of_the_file_are_read_however_they_are_written(read, name, first, second):
    made = read(with_column(name, first, second))
    assert made.reading.columns["maintenance_margin"] == (name,)
    assert health(made) == pytest.approx(health(read(thresholds=MARGINS)))
    typed = read(with_column(name, first, second), thresholds={"BTC": 0.95})
    assert health(typed)[0] == pytest.approx(41000 * 0.95 / 36000), "what is typed goes first"


def test_that_margins_that_may_be_shares_or_per_cent_are_asked_about(read):
    text = with_column("mmr", "0.4", "0.5")
    made = read(text)
    assert {question.role for question in made.notes.questions} == {"maintenance_margin"}
    assert all("--threshold-form" in str(question.fault()) for question in made.notes.questions)
    assert health(read(text, threshold_form="percent"))[0] == pytest.approx(41000 * 0.996 / 36000)


def test_that_margins_of_a_table_of_parameters_hold(read, tmp_path):
    table = tmp_path / "params.csv"
    table.write_text("asset,maintenance_margin\nBTC,1%\nETH,4%\n")
    made = read(params=str(table))
    assert health(made) == pytest.approx(health(read(thresholds=MARGINS)))
    assert {terms.threshold.origin for terms in made.assets if terms.is_perpetual} == {"table"}


def test_that_the_margins_at_which_the_files_own_prices_fit_are_told(read):
    made = read(with_column("liqPrice", f"{36000 / 0.97:.6f}", f"{2400 / 1.012:.6f}"))
    assert "own liquidation prices fit maintenance margins of BTC 3 %, ETH 1.2 %" in said(made)


TWO = f"{HEAD},liquidation_price\nw,BTC,long,1,40000,10,40000,{{}}\nw,ETH,short,10,2000,5,2000,{{}}\n"
HALF = {"BTC": 0.98, "ETH": 0.98}


def test_that_another_liquidation_price_is_told_with_what_it_points_to(read):
    isolated = TWO.format("", f"{24000 / 1.02 / 10:.4f}")
    assert "as if it were isolated" in said(read(isolated, thresholds=HALF, constants={"margin_mode": "cross"}))
    cross = {"margin_mode": "cross"}
    higher = said(read(TWO.format("", "2500"), thresholds=HALF, constants=cross))
    # 8,000 of margin less 10 x 500, of 40,000 + 25,000
    assert "w has 3,000 USD left, 4.62 % of what its 2 positions are worth together, and 2 % is asked here" in higher
    assert "a higher maintenance margin there" in higher
    below = said(read(TWO.format("", "3000"), thresholds=HALF, constants=cross))
    assert "w would be 2,000 USD below zero: it holds more than is listed" in below


def test_that_a_margin_that_is_what_a_cross_position_requires_is_said(read):
    head = "account,coin,side,size,entry_price,leverage,leverage_type,mark_price,margin_used"
    made = read(f"{head}\na,BTC,long,1,40000,10,cross,41000,4100\nb,ETH,short,10,2000,5,isolated,2100,4000\n",
                thresholds=MARGINS)  # fmt: skip
    assert "what they require" in said(made)
    assert "--map account_value=COLUMN" in said(made)
    made = read(f"{head}\na,BTC,long,1,40000,10,cross,41000,4000\n", thresholds=MARGINS)
    assert "what they require" not in said(made)


def test_that_a_mapping_keeps_typed_margins(read, tmp_path):
    choices = ImportChoices(thresholds=MARGINS)
    choices.save(tmp_path / "mapping.json")
    assert json.loads((tmp_path / "mapping.json").read_text())["thresholds"] == MARGINS
    assert ImportChoices.load(tmp_path / "mapping.json") == choices


def test_that_shorts_of_a_cross_account_ask_for_their_margin_though_its_cash_is_owed(read):
    # 13,000 USD of value, 42,000 long and 16,500 short: it owes 12,500 USD
    head = "account,coin,side,size,entry_price,leverage,mark_price,account_value,leverage_type"
    rows = "\na,BTC,long,0.7,60000,20,60000,13000,cross\na,ETH,short,5.5,3000,20,3000,13000,cross\n"
    made = read(head + rows, thresholds={"BTC": 0.98, "ETH": 0.9})
    held = 42000 * 0.98 + 16500  # of the cash 16,500 x 1.1 is held against the short, at 1 / 1.1
    assert health(made) == pytest.approx([held / (16500 + 12500 + 16500 * 1.1)])
    asked = 42000 * 0.02 + 16500 * 0.1
    loss = 13000 - asked  # at which the account has its maintenance margin left
    fall = made.scenario.with_values({"shock.returns.BTC": -loss / 42000 / 0.98 - 1e-4})
    assert engine.run(fall).summary()["accounts_liquidated"] == 1
    fall = made.scenario.with_values({"shock.returns.BTC": -loss / 42000 / 0.98 + 1e-3})
    assert engine.run(fall).summary()["accounts_liquidated"] == 0


@pytest.mark.parametrize("dollar", ["USDT", "USDC", "USD"])
def test_that_an_engine_pays_in_what_margin_is_paid_in(read, dollar):
    rows = BOOK.splitlines()
    text = "\n".join([f"{rows[0]},margin_coin", *(f"{row},{dollar}" for row in rows[1:])]) + "\n"
    made = read(text, thresholds=MARGINS, depth="proposed")
    (market,) = made.scenario.parameters.markets.values()
    assert market.rules.settlement.quote_asset == dollar
    assert engine.run(made.scenario).summary()["liquidations"] == 0


def test_that_margin_in_coins_is_refused(read):
    rows = BOOK.splitlines()
    made = read("\n".join([f"{rows[0]},margin_coin", f"{rows[1]},BTC", f"{rows[2]},USDT"]) + "\n", thresholds=MARGINS)
    assert ["contracts with margin in coins are not read" in str(fault) for fault in made.notes.faults] == [True]
    assert "row 2, column margin_coin: 'BTC'" in str(made.notes.faults[0])


BINANCE = (
    "symbol,positionAmt,entryPrice,markPrice,liquidationPrice,leverage,marginType,isolatedMargin,notional,maintMargin\n"
    "BTCUSDT,0.5,60000,58000,54350,10,cross,0.0,29000,116\nETHUSDT,-8,3000,3100,0,5,isolated,4000,-24800,124\n"
    "XRPUSDT,0.0,0,0.5,0,20,cross,0.0,0,0\n"
)


def test_that_an_isolated_margin_of_0_is_none(read):
    made = read(BINANCE, constants={"account": "me"})
    assert "0 for 1 position, whose margin is taken as size x entry / leverage" in said(made)
    cash = 60000 * 0.5 - 3000
    assert health(made) == pytest.approx([29000 * 0.996 / cash, 28000 / 1.005 / 24800])
    without = BINANCE.replace(",leverage,", ",other,")
    made = read(without, constants={"account": "me"})
    assert "allowed: a margin above 0, or the position's leverage" in str(made.notes.faults[0])


def test_that_prices_are_what_positions_are_worth_by_their_size(read):
    made = read(BINANCE.replace("markPrice", "funding"), constants={"account": "me"})
    assert "prices are what positions are worth by their size" in said(made)
    assert {name: asset.price for name, asset in made.scenario.parameters.assets.items()} == {
        "BTC": 58000.0, "ETH": 3100.0, "USD": 1.0,
    }  # fmt: skip
    twice = BINANCE.replace("markPrice", "funding") + "BTCUSDT,1,60000,1,0,10,cross,0.0,70000,100\n"
    made = read(twice, constants={"account": "me"})
    assert any("the same price in all rows of an asset" in str(fault) for fault in made.notes.faults)


def test_that_prices_follow_from_what_has_been_gained(read):
    head = "account,coin,size,entry_price,equity,unrealizedPnl"
    text = f"{head}\na,ETH,10,2950,12500,500\na,BTC,-0.2,61000,12500,200\nb,ETH,-1,2800,800,-200\n"
    made = read(text, thresholds={"ETH": 0.98, "BTC": 0.98})
    assert "prices are entry prices and what has been gained or lost since, by size" in said(made)
    prices = {name: asset.price for name, asset in made.scenario.parameters.assets.items()}
    assert prices == {"ETH": pytest.approx(3000), "BTC": pytest.approx(60000), "USD": 1.0}
    shown = initial_view(made.scenario)
    assert (shown.collateral_usd - shown.debt_usd).tolist() == pytest.approx([12500, 800])


def test_that_prices_that_only_the_value_of_accounts_needs_are_asked_beside_the_margins(read):
    text = "account,coin,size,entry_price,equity\na,ETH,10,2950,12500\nb,ETH,-1,2800,800\n"
    assert lacking(read(text)) == {"ETH": ("price", "threshold")}
    made = read(text, prices={"ETH": 3000.0}, thresholds={"ETH": 0.98})
    shown = initial_view(made.scenario)
    assert (shown.collateral_usd - shown.debt_usd).tolist() == pytest.approx([12500, 800])


@pytest.mark.parametrize(
    ("name", "long", "short"), [("isLong", "true", "false"), ("is_long", "1", "0"), ("isShort", "False", "True")]
)
def test_that_a_column_of_yes_and_no_tells_longs_from_shorts(read, name, long, short):
    made = read(BOOK.replace("long", long).replace("short", short).replace("side", name), thresholds=MARGINS)
    assert health(made) == health(read(thresholds=MARGINS))


POSITION = st.tuples(
    st.sampled_from([1, -1]),
    st.floats(0.01, 1e4),
    st.floats(0.5, 1.5),
    st.floats(1.2, 50),
    st.sampled_from(["BTC", "ETH", "SOL"]),
)
MARKS = {"BTC": 41000.0, "ETH": 2100.0, "SOL": 120.0}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(POSITION, min_size=1, max_size=8), st.fixed_dictionaries(dict.fromkeys(MARKS, st.floats(0.004, 0.2))))
def test_that_a_position_is_closed_when_it_has_less_than_its_maintenance_margin(read, positions, margins):
    rows = [
        (f"a{number}", asset, sign * size, MARKS[asset] * entry, leverage, MARKS[asset])
        for number, (sign, size, entry, leverage, asset) in enumerate(positions)
    ]
    text = "account,coin,size,entry_price,leverage,mark_price\n" + "\n".join(",".join(map(repr, row)) for row in rows)
    text = text.replace("'", "") + "\n"
    constants = {} if any(row[2] < 0 for row in rows) else {"side": "long"}
    made = read(text, thresholds={asset: 1 - margin for asset, margin in margins.items()}, constants=constants)
    shown = initial_view(made.scenario)
    for row, value, ratio in zip(rows, (shown.collateral_usd - shown.debt_usd).tolist(), health(made), strict=True):
        _, asset, size, entry, leverage, mark = row
        left = abs(size) * entry / leverage + size * (mark - entry)
        worth = abs(size) * mark
        assert value == pytest.approx(left, abs=1e-6 * worth)
        if abs(left / worth - margins[asset]) > 1e-6:
            assert (ratio < 1) == (left / worth < margins[asset])


def test_that_it_is_asked_whether_margins_are_shared_where_the_files_own_prices_say_they_are_not(read):
    prices = f"{36000 / 0.98:.4f}", f"{24000 / 1.02 / 10:.4f}"
    rows = f"w,BTC,long,1,40000,10,40000,{prices[0]}\nw,ETH,short,10,2000,5,2000,{prices[1]}\n"
    text = f"{HEAD},liquidation_price\n{rows}"
    made = read(text, thresholds=HALF)
    (question,) = made.notes.questions
    assert "In 2 of 2 positions of accounts with several" in question.text
    isolated, cross = (read(text, thresholds=HALF, **answer.change) for answer in question.answers[:2])
    assert health(isolated) == pytest.approx([40000 * 0.98 / 36000, 24000 / 1.02 / 20000])
    assert not isolated.notes.differences
    assert len(health(cross)) == 1
    assert "as if it were isolated" in said(cross)


def test_that_it_is_asked_whether_margins_are_shared_where_nothing_tells(read):
    text = BOOK.replace("\nb,", "\na,")
    made = read(text, thresholds=MARGINS)
    (question,) = made.notes.questions
    assert "Some accounts have several positions: do these share their margins?" in question.text
    for mode, accounts in (("isolated", 2), ("cross", 1), ("fixed", 2)):
        assert len(health(read(text, thresholds=MARGINS, constants={"margin_mode": mode}))) == accounts
    whole = 41000 * 0.99 + 24000 / 1.04 - 36000
    text = text.replace("price\n", "price,liquidation_price\n").replace("2100\n", f"2100,{whole / 10:.4f}\n")
    made = read(text.replace("41000\n", "41000,\n"), thresholds=MARGINS)
    assert len(health(made)) == 1
    assert "share their margins, as the file's own liquidation prices do in 1 of 1 positions" in said(made)


def test_that_positions_without_an_account_are_faults_and_no_more(read):
    made = read(
        BOOK + ",SOL,long,1,100,5,100\nc,BTC,long,1,40000,10,41000\nc,ETH,long,0,2000,5,2100\n", thresholds=MARGINS
    )
    assert [str(fault) for fault in made.notes.faults] == ["book.csv, row 4, column account: blank; allowed: a name"]
