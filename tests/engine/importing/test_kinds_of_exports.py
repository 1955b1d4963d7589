"""Kinds of exports beyond the public cases: each is read right, asked about, or refused in words."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.base.faults import BadInput
from engine.importing.book_reading import Reading, read_book
from engine.importing.book_shapes import Known
from engine.importing.choices import ImportChoices
from engine.importing.read_source import read_source

KNOWN = Known({"WETH": 2000.0, "USDC": 1.0, "WBTC": 60000.0, "DAI": 1.0}, {"WETH": 0.8, "WBTC": 0.75})
POSITIONS = "account,asset,side,amount\n"
LOANS = "account,collateral_asset,collateral_amount,debt_asset,debt_amount{}\na,WETH,10,USDC,10000{}\n"
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def read(tmp_path):
    def reading(text: str | object, known: Known = KNOWN, **choices) -> Reading:
        path = tmp_path / ("book.csv" if isinstance(text, str) else "book.json")
        path.write_text(text if isinstance(text, str) else json.dumps(text))
        given = ImportChoices(**choices)
        return read_book(read_source(path, part=given.list), given, known=known)

    return reading


def sides(reading: Reading) -> list[tuple]:
    """Return what each account holds and owes; nothing may be asked or wrong."""
    assert not reading.notes.questions, [str(question.fault()) for question in reading.notes.questions]
    assert not reading.notes.faults, [str(fault) for fault in reading.notes.faults]
    found = [
        (row["account"], side, row[f"{side}_asset"], pytest.approx(row[f"{side}_amount"]))
        for row in reading.loans.to_records()
        for side in ("collateral", "debt")
        if f"{side}_asset" in row
    ]
    return sorted(found, key=lambda each: each[:3])


def asked(reading: Reading) -> set[str]:
    return {question.role for question in reading.notes.questions}


A_LOAN = [("a", "collateral", "WETH", 10), ("a", "debt", "USDC", 16000)]

READ = {
    "raw units with a column of decimals": (
        "account,asset,side,amount,decimals\na,WETH,collateral,10000000000000000000,18\na,USDC,debt,16000000000,6\n",
        {}, A_LOAN),
    "tokens beside a column of decimals": (
        "account,asset,side,amount,decimals\na,WETH,collateral,10,18\na,USDC,debt,16000,6\n", {}, A_LOAN),
    "signed amounts": ("wallet,token,balance\na,WETH,10\na,USDC,-16000\n", {}, A_LOAN),
    "names in another case": (POSITIONS + "a,weth,collateral,10\na,usdc,debt,16000\n", {}, A_LOAN),
    "receipt and debt tokens": (
        POSITIONS + "a,aEthWETH,collateral,10\na,variableDebtEthUSDC,debt,16000\n", {}, A_LOAN),
    "the words of Messari": (POSITIONS + "a,WETH,COLLATERAL,10\na,USDC,BORROWER,16000\n", {}, A_LOAN),
    "groups of columns": ("user,weth_supply,weth_debt,usdc_supply,usdc_debt\na,10,0,0,16000\n", {}, A_LOAN),
    "groups of columns without signs": ("user,wethSupply,usdcDebt\na,10,16000\n", {}, A_LOAN),
    "columns that are called like tokens": ("user,WETH,USDC\na,10,-16000\n", {}, A_LOAN),
    "groups of columns by a pattern": (
        "user,sup.WETH,dbt.USDC\na,10,16000\n", {"columns": {"supplied": "sup.{asset}", "borrowed": "dbt.{asset}"}},
        A_LOAN),
    "variable and stable debt": (
        "user,symbol,currentATokenBalance,currentVariableDebt,currentStableDebt\na,WETH,10,0,0\na,USDC,0,15000,1000\n",
        {}, A_LOAN),
    "amounts in dollars": ("account,asset,side,amount_usd\na,WETH,collateral,20000\na,USDC,debt,16000\n", {}, A_LOAN),
    "blanks of all kinds": (
        LOANS.format("", "").split("\n")[0] + "\na,WETH,10,<nil>,-\na,null,None,USDC,16000\n", {}, A_LOAN),
    "a filter": (POSITIONS + "a,WETH,collateral,10\na,USDC,debt,16000\nb,DAI,debt,1\n",
                 {"where": ("account != b",)}, A_LOAN),
    "a filter of sizes": (POSITIONS + "a,WETH,collateral,10\na,USDC,debt,16000\nb,DAI,debt,1\n",
                          {"where": ("amount >= 10",)}, A_LOAN),
    "the newest rows": (
        ("account,asset,side,amount,timestamp\na,WETH,collateral,9,1\na,USDC,debt,8,1\na,WETH,collateral,10,2\n"
         "a,USDC,debt,16000,2\n"), {"where": ("newest timestamp",)}, A_LOAN),
    "a repeated row taken once": (
        POSITIONS + "a,WETH,collateral,10\na,WETH,collateral,10\na,USDC,debt,16000\n", {"repeats": "once"}, A_LOAN),
    "a formula": ("account,asset,side,shares,rate\na,WETH,collateral,5,2\na,USDC,debt,8000,2\n",
                  {"scale": {"amount": "shares * rate"}, "shape": "positions"}, A_LOAN),
    "an order of names that is not ours": (
        "who,what,kind,how many\na,WETH,collateral,10\na,USDC,debt,16000\n",
        {"columns": {"account": "who", "asset": "what", "amount": "how many"}}, A_LOAN),
    "JSON keyed by account": (
        {"a": {"collateral_asset": "WETH", "collateral_amount": 10, "debt_asset": "USDC", "debt_amount": 16000},
         "b": {"collateral_asset": "WETH", "collateral_amount": 1}},
        {}, [*A_LOAN, ("b", "collateral", "WETH", 1)]),
    "reserves of users with nested names and raw units": (
        {"data": {"userReserves": [
            {"user": {"id": "a"}, "reserve": {"symbol": "WETH", "decimals": 18},
             "currentATokenBalance": "10000000000000000000", "currentTotalDebt": "0"},
            {"user": {"id": "a"}, "reserve": {"symbol": "USDC", "decimals": 6},
             "currentATokenBalance": "0", "currentTotalDebt": "16000000000"}]}},
        {}, A_LOAN),
    "positions of a market with nested assets": (
        {"data": {"marketPositions": {"items": [
            {"user": {"address": "a"}, "market": {"uniqueKey": "m", "lltv": "860000000000000000",
             "loanAsset": {"symbol": "USDC", "decimals": 6}, "collateralAsset": {"symbol": "WETH", "decimals": 18}},
             "collateral": "10000000000000000000", "borrowAssets": "16000000000"}]}}},
        {}, A_LOAN),
    "lists of supplies and borrows within users": (
        {"data": {"users": [{"id": "a", "supplies": [{"asset": "WETH", "amount": "10"}],
                             "borrows": [{"asset": "USDC", "amount": "16000"}]}]}},
        {}, A_LOAN),
    "lists of supplies and borrows keyed by account": (
        {"a": {"supply": [{"symbol": "WETH", "amount": 10}], "borrow": [{"symbol": "USDC", "amount": 16000}]},
         "b": {"supply": [{"symbol": "WETH", "amount": 1}], "borrow": []}},
        {}, [*A_LOAN, ("b", "collateral", "WETH", 1)]),
    "a loan with its own liquidation price": (
        "borrower,collateralToken,collateralAmount,loanToken,loanAmount,liquidationPrice\na,WETH,10,USDC,16000,2000\n",
        {}, A_LOAN),
    "a blank flag of a debt": (
        "account,asset,side,amount,is_collateral\na,WETH,supply,10,1\na,USDC,supply,5,0\na,USDC,borrow,16000,\n",
        {}, A_LOAN),
    "a balance beside a debt": ("account,token,balance,debt\na,WETH,10,0\na,USDC,0,16000\n", {}, A_LOAN),
    "one of two lists": (
        {"v2": [{"account": "b", "asset": "WETH", "side": "debt", "amount": 1}],
         "v3": [{"account": "a", "asset": "WETH", "side": "collateral", "amount": 10},
                {"account": "a", "asset": "USDC", "side": "debt", "amount": 16000}]},
        {"list": "v3"}, A_LOAN),
    "a cross account of perpetuals with its value": (
        [{"user": "a", "accountValue": "5000", "positions": [
            {"position": {"coin": "WETH", "szi": "-2", "entryPx": "2100", "leverage": {"type": "cross", "value": 5}}},
            {"position": {"coin": "WBTC", "szi": "0.1", "entryPx": "59000", "leverage": {"type": "cross", "value": 5}}},
        ]}],
        {}, [("a", "collateral", "USD", 3000), ("a", "collateral", "WBTC", 0.1), ("a", "debt", "WETH", 2)]),
    "perpetuals with signed sizes and leverage, named by instrument": (
        "trader,market,size,entry price,leverage\na,WETH-PERP,-2,2100,5\n", {},
        [("a", "collateral", "USD", 2 * 2100 + 840), ("a", "debt", "WETH", 2)]),
    "shorts by sign among liquidation prices": (
        "owner,liquidation_price,collateral,collateral_amount\na,1500,WETH,2\nb,2600,WETH,-2\n", {},
        [("a", "collateral", "WETH", 2), ("a", "debt", "USD", 2400), ("b", "collateral", "USD", 6500),
         ("b", "debt", "WETH", 2)]),
    "totals with a part that is told by asset": (
        "account,total_collateral_usd,weth_collateral_usd,total_debt_usd,lt\na,10000,6000,7000,0.8\n", {},
        [("a", "collateral", "BASKET", 4000), ("a", "collateral", "WETH", 3), ("a", "debt", "USD", 7000)]),
}  # fmt: skip


@pytest.mark.parametrize("kind", READ)
def test_that_it_is_read_without_a_question(read, kind):
    text, choices, expected = READ[kind]
    assert sides(read(text, **choices)) == expected


ASKED = {
    "raw units that nothing scales": (
        POSITIONS + "a,WETH,collateral,10000000000000000000\na,USDC,debt,160\n", "decimals"),
    "the notation of contracts": (POSITIONS + "a,WETH,collateral,10\na,USDC,debt,5000000e6\n", "decimals"),
    "a column that says that it is raw": (
        "account,collateral_asset,collateral_wei,debt_asset,debt_raw\na,WETH,5,USDC,160\n", "decimals"),
    "amounts without sides": ("wallet,token,balance\na,WETH,10\na,USDC,16000\n", "side"),
    "ETH and WETH in one book": (POSITIONS + "a,ETH,collateral,10\nb,WETH,collateral,3\n", "alias"),
    "ETH where WETH is known": (POSITIONS + "a,ETH,collateral,10\n", "alias"),
    "rows that repeat": (POSITIONS + "a,WETH,collateral,10\na,WETH,collateral,10\n", "repeats"),
    "loans that repeat": (LOANS.format("", "") + "a,WETH,10,USDC,10000\n", "repeats"),
    "rows of two times": (
        "account,asset,side,amount,timestamp\na,WETH,collateral,9,1\na,WETH,collateral,10,2\n", "time"),
    "thousands after tabs": ("account\tasset\tside\tamount\na\tUSDC\tdebt\t8,000\n", "decimal_sign"),
    "both decimal signs": ("account;asset;side;amount\na;WETH;collateral;1.5\na;USDC;debt;800,25\n", "decimal_sign"),
    "a bonus of 0.95": (LOANS.format(",liquidation_bonus", ",0.95"), "liquidation_bonus"),
    "a bonus of 80 %": (LOANS.format(",liquidation_bonus", ",80%"), "liquidation_bonus"),
    "a bonus of 60": (LOANS.format(",liquidation_bonus", ",60"), "liquidation_bonus"),
    "a bonus of 105": (LOANS.format(",liquidation_bonus", ",105"), "liquidation_bonus"),
    "bonuses in two forms": (
        LOANS.format(",liquidation_bonus", ",5") + "b,WETH,1,USDC,1,0.05\n", "liquidation_bonus"),
    "a threshold of 1.5": (LOANS.format(",lt", ",1.5"), "liquidation_threshold"),
    "thresholds in two forms": (LOANS.format(",lt", ",83") + "b,WETH,1,USDC,1,0.82\n", "liquidation_threshold"),
    "a liquidation price above the price": (
        "owner,liquidation_price,collateral,collateral_amount\na,2600,WETH,2\n", "side"),
    "a price in raw units": ("account,asset,side,amount,price\na,WETH,debt,5,180000000000\n", "price"),
    "rows with an id of their own": (
        "id,asset,side,amount\n1,WETH,collateral,10\n2,USDC,debt,5\n3,USDC,debt,7\n", "account"),
    "a dollar at 0.0004": ("account,asset,side,amount,price\na,USDC,debt,5,0.0004\n", "price"),
    "receipts without a rate": ("user,symbol,cTokenBalance,borrowBalance\na,cDAI,5,0\n", "scale"),
    "columns that say nothing": ("x,y\n1,2\n", "shape"),
    "columns of tokens without debt": ("user,WETH,USDC\na,10,16000\n", "side"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ASKED)
def test_that_what_is_not_certain_is_asked_with_an_option_that_answers_it(read, kind):
    text, role = ASKED[kind]
    reading = read(text)
    assert role in asked(reading)
    assert all("--" in str(question.fault()) for question in reading.notes.questions)


@pytest.mark.parametrize("kind", ASKED)
def test_that_each_choice_of_a_question_is_an_answer_to_it(read, kind):
    text, _ = ASKED[kind]
    for question in read(text).notes.questions:
        for answer in question.answers:
            if answer.change:
                again = read(text, **answer.change)
                assert (question.role, question.where) not in {(q.role, q.where) for q in again.notes.questions}


REFUSED = {
    "liquidations": ("tx,liquidator,borrower,repayAmount,seizeTokens\n0x1,0xl,0xb,5,6\n", "list of liquidations"),
    "prices": ("date,WETH,USDC\n2022-01-01,2000,1\n2022-01-02,1900,1\n", "list of prices"),
    "parameters": ("asset,price,liquidation_threshold\nWETH,2000,0.8\n", "risk parameters"),
    "a table without rows": (POSITIONS, "no row"),
    "a column that there is not": (POSITIONS + "a,WETH,debt,1\n", "no column"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_that_what_is_no_book_is_told_in_words(read, kind):
    text, said = REFUSED[kind]
    choices = {"columns": {"amount": "none"}} if "there is not" in kind else {}
    with pytest.raises(BadInput, match=said):
        read(text, **choices)


def test_that_an_amount_in_per_cent_is_refused(read):
    (fault,) = read(POSITIONS + "a,WETH,collateral,50%\na,USDC,debt,5\n").notes.faults
    assert "column amount: '50%'" in str(fault)


@pytest.mark.parametrize("cell", ["1.23457E+37", "1.1111111111111111e+37"])
def test_that_ids_of_which_a_spreadsheet_cut_the_digits_are_refused(read, cell):
    (fault,) = read(POSITIONS + f"{cell},WETH,collateral,10\n").notes.faults
    assert "a spreadsheet has cut this one" in str(fault)


@pytest.mark.parametrize("cell", ["5%", "5", "500", "10500", "1.05", "105%", "0.05", "1050000000000000000", "5e16"])
def test_that_bonuses_are_told_apart(read, cell):
    assert read(LOANS.format(",liquidation_bonus", f",{cell}")).loans.liquidation_bonus[0] == pytest.approx(0.05)


@pytest.mark.parametrize("cell", ["83%", "0.83", "83", "8300", "830000000000000000", "0.83e18"])
def test_that_thresholds_are_told_apart(read, cell):
    assert read(LOANS.format(",lltv", f",{cell}")).loans.liquidation_threshold[0] == pytest.approx(0.83)


@given(st.integers(1, 10**30), st.integers(0, 30))
@quick
def test_that_raw_units_lose_no_digit(read, raw, decimals):
    reading = read(POSITIONS + f"a,X,collateral,{raw}\n", decimals={"X": decimals})
    assert reading.loans.collateral_amount[0] == float(Decimal(raw).scaleb(-decimals))


@given(st.integers(0, 16**40 - 1), st.lists(st.booleans(), min_size=40, max_size=40))
@quick
def test_that_an_address_is_one_account_in_any_case(read, number, capitals):
    first = f"0x{number:040x}"
    other = "0x" + "".join(
        letter.upper() if capital else letter for letter, capital in zip(first[2:], capitals, strict=True)
    )
    reading = read(POSITIONS + f"{first},WETH,collateral,10\n{other},USDC,debt,16000\n")
    assert set(reading.loans.account) == {first}
    assert len(reading.loans) == 1


@given(st.floats(0.001, 1e9), st.integers(0, 3))
@quick
def test_that_a_decimal_comma_is_read_as_a_decimal_point(read, amount, places):
    german = f"{amount:,.{places}f}".translate(str.maketrans(",.", ".,"))
    rows = "account;asset;side;amount\na;WETH;collateral;{}\nb;WETH;collateral;{}\n"
    reading = read(rows.format(german, "0,5"))
    assert 0.5 in reading.loans.collateral_amount
    expected = float(f"{amount:.{places}f}")
    assert expected == 0 or expected in reading.loans.collateral_amount


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz_,;.\n0123456789", max_size=200))
@quick
def test_that_any_table_is_read_asked_about_or_refused(read, text):
    try:
        reading = read("account,asset,amount\n" + text)
    except BadInput:
        return
    assert reading.loans is not None


def test_that_markets_of_single_assets_are_asked_about_and_are_one(read):
    rows = "account,market,asset,side,amount\na,Aave WETH,WETH,COLLATERAL,10\na,Aave USDC,USDC,BORROWER,16000\n"
    reading = read(rows)
    assert asked(reading) == {"market"}
    one, apart = reading.notes.questions[0].answers
    assert sides(read(rows, **one.change)) == A_LOAN
    assert set(read(rows, **one.change).loans.market.values()) == {"market"}
    assert set(read(rows, **apart.change).loans.market.values()) == {"Aave WETH", "Aave USDC"}
    assert not asked(read(rows + "b,Aave WETH,WETH,COLLATERAL,1\nb,Aave WETH,USDC,BORROWER,1\n"))


def test_that_cells_with_a_dollar_sign_are_worth_and_no_tokens(read):
    reading = read("wallet,asset,side,amount\na,WETH,supply,$20000\na,USDC,borrow,$16000\n")
    assert sides(reading) == A_LOAN
    reading = read('wallet,total collateral,total debt,liq. threshold\na,$1.25M,"$800,000",82.5%\n')
    assert reading.shape == "totals"
    assert sides(reading) == [("a", "collateral", "BASKET", 1.25e6), ("a", "debt", "USD", 800_000)]


def test_that_a_column_in_dollars_that_is_chosen_for_an_amount_is_no_tokens(read):
    text = "wallet,coin,side,{}\na,WETH,supply,{}20000\na,USDC,borrow,{}16000\n"
    for head, sign in (("what it is", "$"), ("what ($)", "")):
        reading = read(text.format(head, sign, sign), columns={"amount": head})
        assert sides(reading) == A_LOAN
        assert any("USD are read as tokens at the price" in line for line in reading.notes.said)


WORTH = "user,collateral_token,collateral_amount,collateral_usd,debt_token,debt_amount,debt_usd\n"


def test_that_prices_are_what_the_file_says_amounts_are_worth(read):
    text = WORTH + "a,WBTC,10,600010,LUSD,16000,16000\nb,WBTC,1,60000,LUSD,9,9\n"
    reading = read(text, Known())
    assert reading.prices == {"WBTC": pytest.approx(60000.5), "LUSD": 1.0}
    assert any("prices are what amounts are worth there: WBTC 60000.5, LUSD 1 USD" in line
               for line in reading.notes.said)  # fmt: skip
    assert "WBTC" not in read(text, Known({"WBTC": 60000.0})).prices, "a price from elsewhere goes first"
    positions = "account,asset,side,amount,marketValue\na,WBTC,supply,2,120000\na,LUSD,borrow,5000,5000\n"
    assert read(positions, Known()).prices == {"WBTC": 60000.0, "LUSD": 1.0}


@pytest.mark.parametrize(
    "rows",
    ["a,WBTC,10,600000,LUSD,16000,16000\nb,WBTC,1,55000,LUSD,9,9\n",
     "a,WBTC,1000000000,600000,LUSD,16000000000,16000\n", "a,WBTC,1.5,600000,LUSD,1600.5,16000\n"],
    ids=["of several prices", "in raw units", "with a dollar that is none"],
)  # fmt: skip
def test_that_no_price_is_made_of_worth_that_may_mean_something_else(read, rows):
    reading = read(WORTH + rows, Known())
    assert "WBTC" not in reading.prices


def test_that_lists_of_supplied_and_borrowed_tokens_are_the_sides_whatever_else_stands_beside(read):
    tokens = {"supply_token_list": [{"symbol": "WETH", "amount": 10}],
              "reward_token_list": [{"symbol": "CRV", "amount": 3}],
              "borrow_token_list": [{"symbol": "USDC", "amount": 16000}]}  # fmt: skip
    reading = read([{"user": "a", "items": [{"detail": tokens}]}])
    assert sides(reading) == A_LOAN
    assert any("not used: items.detail.reward_token_list" in line for line in reading.notes.said)


def test_that_assets_and_amounts_beside_a_liquidation_price_are_collateral(read):
    for head in ("account,asset,amount,liq price,current price,side", "account,collateral,size,liqPrice,price,side"):
        reading = read(f"{head}\na,WETH,2,1500,2000,Long\nb,WETH,2,2600,2000,Short\n")
        assert reading.shape == "liquidation_prices"
        assert ("a", "debt", "USD", 2400) in sides(reading)
    reading = read("account,asset,amount,liq price,side\na,WETH,10,1600,supply\na,USDC,16000,,borrow\n")
    assert sides(reading) == A_LOAN
