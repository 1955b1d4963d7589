from __future__ import annotations

import numpy as np
import pytest

from engine.base.faults import BadInput
from engine.importing.synthetic import Beta, Equal, Lognormal, Normal, Pareto, SyntheticBook, Uniform, synthetic_book

PRICES = {"WETH": 2000.0, "WBTC": 30000.0, "USDC": 1.0}


def book(**changes):
    parts = {"accounts": 4000, "collateral": {"WETH": 3, "WBTC": 1, "UNUSED": 0}, "prices": PRICES, "seed": 7}
    return synthetic_book(SyntheticBook(**{**parts, **changes}))


def drawn(loans):
    price = np.array([PRICES[name] for name in loans.collateral_asset.values()])
    size = loans.collateral_amount * price
    return size, loans.debt_amount / size


def test_that_a_seed_gives_one_book():
    assert book().same_as(book())
    assert not book().same_as(book(seed=8))
    # a change here would change everyone's saved seeds
    assert book(accounts=2).debt_amount.tolist() == pytest.approx([4923.7414, 9609.9116], abs=0.001)


@pytest.mark.parametrize(
    ("ltv", "mean"), [(Uniform(0.2, 0.6), 0.4), (Beta(2, 2, 0.1, 0.7), 0.4), (Normal(0.4, 0.1, 0.2, 0.6), 0.4)]
)
def test_that_loan_to_values_follow_their_distribution(ltv, mean):
    _, drawn_ltv = drawn(book(ltv=ltv))
    assert drawn_ltv.mean() == pytest.approx(mean, abs=0.01)
    assert ltv.low <= drawn_ltv.min()
    assert drawn_ltv.max() <= ltv.high


def test_that_sizes_follow_their_distribution():
    assert np.median(drawn(book(size=Lognormal(5000, 1.5)))[0]) == pytest.approx(5000, rel=0.1)
    assert drawn(book(size=Equal(7000)))[0] == pytest.approx(7000)
    pareto = drawn(book(size=Pareto(1000, 2.0)))[0]
    assert pareto.min() >= 1000 * (1 - 1e-12)
    assert np.median(pareto) == pytest.approx(1000 * 2**0.5, rel=0.1)


def test_that_assets_come_by_weight():
    names = book().collateral_asset.values()
    assert names.count("WETH") / len(names) == pytest.approx(0.75, abs=0.03)
    assert set(names) == {"WETH", "WBTC"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"accounts": 0}, "accounts: 0"),
        ({"collateral": {"DOGE": 1}}, "prices.DOGE: none"),
        ({"collateral": {"WETH": -1}}, "collateral.WETH: -1"),
        ({"debt": {}}, "debt: no asset"),
        ({"ltv": Uniform(0.5, 0.5)}, "ltv: 0.5 to 0.5"),
        ({"ltv": Normal(0.9, 0.1, 0.2, 0.6)}, "ltv.mean: 0.9"),
        ({"ltv": Normal(0.4, 0.0)}, "ltv.deviation: 0"),
        ({"ltv": Beta(0, 1)}, "ltv.a: 0"),
        ({"size": Lognormal(-1, 1)}, "size.median: -1"),
        ({"size": Pareto(1000, 0.1)}, "size.alpha: 0.1"),
        ({"size": Equal(float("nan"))}, "size.usd: nan"),
        ({"seed": -1}, "seed: -1"),
        ({"market": ""}, "market: blank"),
    ],
)
def test_that_impossible_books_are_refused_by_name(changes, said):
    with pytest.raises(BadInput, match=said):
        book(**changes)
