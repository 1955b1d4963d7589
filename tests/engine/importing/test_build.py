from __future__ import annotations

import pytest

import engine
from engine.base.faults import BadInput
from engine.importing.build import build_scenario
from engine.importing.parameter_tables import read_liquidity, read_parameters
from engine.reading.round_view import initial_view
from tests.shared import SHARED, needs_shared

BOOK = "account,collateral_asset,collateral_amount,debt_asset,debt_amount\na,WETH,1,USDC,1200\nb,WETH,2,USDC,900\n"
PARAMS = "asset,price,liquidation_threshold,liquidation_bonus,depth_2pct_usd\nWETH,2000,82.5%,8%,1.5M\nUSDC,1,,,\n"
CURVES = "asset,drop,usd\nWETH,0.05,3M\nWETH,0.01,1M\n"


@pytest.fixture
def file(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def test_that_a_book_and_a_table_of_parameters_make_a_scenario_that_runs(file):
    scenario = build_scenario(file("my book.csv", BOOK), params=file("params.csv", PARAMS))
    assert scenario.name == "my book"
    market = scenario.parameters.markets["market"]
    assert market.collateral["WETH"].liquidation_threshold == pytest.approx(0.825)
    assert scenario.parameters.assets["WETH"].liquidity.depth_2pct_usd == 1.5e6
    assert engine.run(scenario).summary()["liquidations"] == 0


def test_that_curves_and_a_preset_fill_in_the_rest(file):
    scenario = build_scenario(
        file("book.csv", BOOK), file("params.csv", PARAMS), file("curves.csv", CURVES), preset="morpho-blue"
    )
    assert scenario.parameters.assets["WETH"].liquidity.points == ((0.01, 1e6), (0.05, 3e6))
    market = scenario.parameters.markets["morpho-blue"]
    assert market.rules.incentive.kind == "lltv"


def test_that_a_preset_brings_collateral_parameters_and_the_table_goes_first(file):
    params = file("params.csv", "asset,price,lt\nWETH,2000,0.7\nUSDC,1,\n")
    scenario = build_scenario(file("book.csv", BOOK), params, preset="compound-v2")
    entry = scenario.parameters.markets["compound-v2"].collateral["WETH"]
    assert (entry.liquidation_threshold, entry.liquidation_bonus) == (0.7, 0.08)


def test_that_a_template_is_the_base(file, tmp_path):
    template = build_scenario(file("book.csv", BOOK), file("params.csv", PARAMS))
    engine.save(template, tmp_path / "template.json")
    other = file("other.csv", BOOK.replace("1200", "1300"))
    for given in (template, tmp_path / "template.json"):
        scenario = build_scenario(other, template=given)
        assert scenario.parameters.markets == template.parameters.markets
        assert scenario.parameters.assets == template.parameters.assets
        assert scenario.loans.debt_amount.tolist() == [1300, 900]


def test_that_missing_prices_and_thresholds_are_named_once_each(file):
    with pytest.raises(BadInput) as caught:
        build_scenario(file("book.csv", BOOK))
    price = "no price; allowed: one in the table of parameters, a price column of the book, a template, or --price"
    threshold = "no liquidation_threshold; allowed: one in the table of parameters (0: no collateral), a preset"
    assert str(caught.value).splitlines() == [
        f"book.csv, asset WETH: {price}",
        f"book.csv, asset USDC: {price}",
        f"book.csv, WETH as collateral in market market: {threshold}, a template, or --threshold",
    ]


def test_that_an_unknown_preset_is_refused(file):
    with pytest.raises(BadInput, match="no preset 'aave'"):
        build_scenario(file("book.csv", BOOK), preset="aave")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("asset,prize\nWETH,1\n", "no price and no risk parameter"),
        ("price\n1\n", "no asset"),
        ("asset,price\nWETH,0\n", "row 2, column price: '0'; allowed: a number above 0"),
        ("asset,price\nWETH,x\n", "row 2, column price: 'x'"),
        ("asset,price\nWETH,1\nWETH,2\n", "row 3: WETH again, as in row 2"),
        ("asset,price\n,1\n", "row 2, column asset: blank"),
        ("asset,lt\nWETH,-1\n", "row 2, column lt: '-1'"),
    ],
)
def test_that_wrong_parameters_are_named(file, text, said):
    with pytest.raises(BadInput, match=said):
        read_parameters(file("params.csv", text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("asset,drop,usd\nWETH,0.1,100\nWETH,0.05,200\n", "drops that rise"),
        ("asset,drop,usd\nWETH,0.1,\n", "row 2, column usd: blank"),
        ("asset,size_usd,slippage\nWETH,100,1.5\n", "slippage of 1.5"),
        ("asset,quote,size_usd,slippage\nWETH,USDC,1,0\nWETH,DAI,1,0\n", "sold for DAI, USDC"),
        ("asset,depth\nWETH,1\n", "no drop"),
    ],
)
def test_that_wrong_curves_are_named(file, text, said):
    with pytest.raises(BadInput, match=said):
        read_liquidity(file("curves.csv", text))


@needs_shared
def test_that_the_real_book_is_imported_with_nothing_but_the_preset():
    scenario = build_scenario(SHARED / "data" / "compound_v2_2023-05-09_positions.csv", preset="compound-v2")
    assert len(set(scenario.loans.account)) == 5234
    assert scenario.parameters.assets["WETH"].price == 1841.620626
    assert len(scenario.parameters.assets) == 19


def test_that_a_preset_brings_its_categories_for_the_assets_that_there_are(file):
    params = file("params.csv", "asset,price\nWETH,2000\nUSDC,1\n")
    book = file("book.csv", BOOK.replace("debt_amount", "debt_amount,emode").replace("1200", "1200,ETH correlated"))
    scenario = build_scenario(file("book.csv", book.read_text().replace("900", "900,")), params, preset="aave-v3-0")
    market = scenario.parameters.markets["aave-v3-0"]
    assert market.categories["ETH correlated"].assets == ("WETH",)
    assert scenario.loans.category.values() == ["ETH correlated", None]
    initial = initial_view(scenario)
    assert initial.health.tolist() == pytest.approx([2000 * 0.93 / 1200, 4000 * 0.83 / 900])


@pytest.mark.parametrize("written", ["1", "ETH correlated"])
def test_that_a_protocols_number_of_a_category_is_its_name(file, written):
    book = BOOK.replace("debt_amount", "debt_amount,emode").replace("1200", f"1200,{written}").replace("900", "900,0")
    params = file("params.csv", "asset,price\nWETH,2000\nUSDC,1\n")
    scenario = build_scenario(file("book.csv", book), params, preset="aave-v3-0")
    assert scenario.loans.category.values() == ["ETH correlated", None]


def test_that_a_threshold_is_not_asked_for_where_the_category_gives_it(file):
    """`params` name no collateral: the category of the first account does, the second one's threshold is missing."""
    mode = {"assets": ["WETH"], "liquidation_threshold": 0.9, "liquidation_bonus": 0.02}
    assets, market = (
        {"WETH": {"price": 2000.0}, "USDC": {"price": 1.0}},
        {"collateral": {}, "categories": {"eth": mode}},
    )
    given = {"format": "cascade-scenario/1", "assets": assets, "markets": {"market": market}, "loans": []}
    template = engine.from_dict(given)
    params = file("params.csv", "asset,price\nWETH,2000\nUSDC,1\n")
    book = BOOK.replace("debt_amount", "debt_amount,emode").replace("1200", "1200,eth")
    made = build_scenario(file("book.csv", book.replace("900", "900,eth")), params, template=template)
    assert made.parameters.markets["market"].collateral == {}
    assert initial_view(made).health.tolist() == pytest.approx([2000 * 0.9 / 1200, 4000 * 0.9 / 900])
    with pytest.raises(BadInput, match="WETH as collateral in market market: no liquidation_threshold"):
        build_scenario(file("book.csv", book.replace("900", "900,")), params, template=template)


def test_that_a_category_that_no_market_has_is_refused(file):
    book = BOOK.replace("debt_amount", "debt_amount,emode").replace("1200", "1200,7").replace("900", "900,")
    with pytest.raises(BadInput, match=r"column emode: accounts in categories whose thresholds nothing tells \('7'\)"):
        build_scenario(file("book.csv", book), file("params.csv", PARAMS))
