"""Synthetic loan books: drawn from distributions and a seed, the same on every machine.

Nothing in them is real. They are for trying rules out, for tests, and for books that are not public.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from engine.base.faults import BadInput, Fault
from engine.scenario.loans import CodedColumn, LoanTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.base.types import Floats

MOST_ACCOUNTS = 5_000_000


@dataclass(frozen=True, slots=True)
class Uniform:
    """Loan-to-value spread evenly.

    Parameters
    ----------
    low, high
        Bounds, shares in [0, 2].
    """

    low: float = 0.2
    high: float = 0.75

    def draw(self, random: np.random.Generator, count: int) -> Floats:
        """Draw `count` loan-to-values."""
        return random.uniform(self.low, self.high, count)

    def faults(self) -> Iterator[Fault]:
        """Yield what is wrong with the parameters."""
        yield from _bounds(self.low, self.high)


@dataclass(frozen=True, slots=True)
class Beta:
    """Loan-to-value with a beta distribution between two bounds.

    Parameters
    ----------
    a, b
        The shape, above 0: its mean is ``a / (a + b)`` of the way from `low` to `high`.
    low, high
        Bounds, shares in [0, 2].
    """

    a: float = 4.0
    b: float = 3.0
    low: float = 0.0
    high: float = 0.8

    def draw(self, random: np.random.Generator, count: int) -> Floats:
        """Draw `count` loan-to-values."""
        return self.low + (self.high - self.low) * random.beta(self.a, self.b, count)

    def faults(self) -> Iterator[Fault]:
        """Yield what is wrong with the parameters."""
        yield from _bounds(self.low, self.high)
        yield from _above_zero({"ltv.a": self.a, "ltv.b": self.b})


@dataclass(frozen=True, slots=True)
class Normal:
    """Loan-to-value with a normal distribution, cut off at two bounds (drawn again beyond them).

    Parameters
    ----------
    mean, deviation
        Of the distribution before the cut; the mean must lie between the bounds.
    low, high
        Bounds, shares in [0, 2].
    """

    mean: float = 0.5
    deviation: float = 0.15
    low: float = 0.0
    high: float = 0.8

    def draw(self, random: np.random.Generator, count: int) -> Floats:
        """Draw `count` loan-to-values."""
        values = random.normal(self.mean, self.deviation, count)
        outside = np.flatnonzero((values < self.low) | (values > self.high))
        while len(outside):
            values[outside] = random.normal(self.mean, self.deviation, len(outside))
            outside = outside[(values[outside] < self.low) | (values[outside] > self.high)]
        return values

    def faults(self) -> Iterator[Fault]:
        """Yield what is wrong with the parameters."""
        yield from _bounds(self.low, self.high)
        yield from _above_zero({"ltv.deviation": self.deviation})
        if not self.low <= self.mean <= self.high:
            yield Fault("ltv.mean", f"{self.mean:g}", f"between {self.low:g} and {self.high:g}")
        elif self.deviation > 0 and self.high - self.low < 0.01 * self.deviation:
            yield Fault("ltv.deviation", f"{self.deviation:g}", "at most 100 times the distance of the bounds")


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Sizes whose logarithm is normal: most are small, a few are large.

    Parameters
    ----------
    median
        USD of collateral.
    sigma
        Standard deviation of the natural logarithm, at least 0.
    """

    median: float = 10_000.0
    sigma: float = 2.0

    def draw(self, random: np.random.Generator, count: int) -> Floats:
        """Draw `count` sizes in USD."""
        return self.median * np.exp(self.sigma * random.standard_normal(count))

    def faults(self) -> Iterator[Fault]:
        """Yield what is wrong with the parameters."""
        yield from _above_zero({"size.median": self.median})
        if not 0 <= self.sigma <= 10:
            yield Fault("size.sigma", f"{self.sigma:g}", "0 to 10")


@dataclass(frozen=True, slots=True)
class Pareto:
    """Sizes with a power-law tail.

    Parameters
    ----------
    smallest
        USD of collateral, above 0.
    alpha
        Exponent of the tail, above 0: the smaller, the more the largest own.
    """

    smallest: float = 1_000.0
    alpha: float = 1.2

    def draw(self, random: np.random.Generator, count: int) -> Floats:
        """Draw `count` sizes in USD."""
        return self.smallest * (1.0 + random.pareto(self.alpha, count))

    def faults(self) -> Iterator[Fault]:
        """Yield what is wrong with the parameters."""
        yield from _above_zero({"size.smallest": self.smallest})
        if not 0.3 <= self.alpha <= 100:
            yield Fault("size.alpha", f"{self.alpha:g}", "0.3 to 100")


@dataclass(frozen=True, slots=True)
class Equal:
    """All of one size.

    Parameters
    ----------
    usd
        USD of collateral, above 0.
    """

    usd: float = 10_000.0

    def draw(self, random: np.random.Generator, count: int) -> Floats:  # noqa: ARG002 - nothing is drawn
        """Return `count` sizes in USD."""
        return np.full(count, self.usd)

    def faults(self) -> Iterator[Fault]:
        """Yield what is wrong with the parameters."""
        yield from _above_zero({"size.usd": self.usd})


@dataclass(frozen=True)
class SyntheticBook:
    """What to draw.

    Parameters
    ----------
    accounts
        How many accounts, each with one collateral and one debt.
    collateral, debt
        Assets with their weights: ``{"WETH": 3, "WBTC": 1}`` gives three quarters of the accounts WETH.
    prices
        USD price of every asset named there.
    ltv
        Distribution of debt over collateral at those prices.
    size
        Distribution of the collateral in USD.
    market
        The market of all accounts.
    seed
        The same seed gives the same book.
    """

    accounts: int = 1_000
    collateral: Mapping[str, float] = field(default_factory=lambda: {"WETH": 1.0})
    debt: Mapping[str, float] = field(default_factory=lambda: {"USDC": 1.0})
    prices: Mapping[str, float] = field(default_factory=dict)
    ltv: Uniform | Beta | Normal = field(default_factory=Beta)
    size: Lognormal | Pareto | Equal = field(default_factory=Lognormal)
    market: str = "market"
    seed: int = 0


def synthetic_book(book: SyntheticBook) -> LoanTable:
    """Draw a loan book.

    Raises
    ------
    BadInput
        If a parameter is out of its range or an asset has no price; every fault names its parameter.
    """
    faults = list(_faults(book))
    if faults:
        raise BadInput(faults)
    random = np.random.Generator(np.random.PCG64(book.seed))
    usd = book.size.draw(random, book.accounts)
    debt_usd = usd * book.ltv.draw(random, book.accounts)
    collateral, collateral_price = _assets(random, book.collateral, book)
    debt, debt_price = _assets(random, book.debt, book)
    account = np.array(
        [f"s{number:0{len(str(book.accounts))}d}" for number in range(1, book.accounts + 1)], dtype=object
    )
    none = np.full(book.accounts, np.nan)
    return LoanTable(
        account,
        CodedColumn(np.zeros(book.accounts, dtype=np.int32), (book.market,)),
        collateral,
        usd / collateral_price,
        debt,
        debt_usd / debt_price,
        none,
        none.copy(),
    )


def _assets(
    random: np.random.Generator, weights: Mapping[str, float], book: SyntheticBook
) -> tuple[CodedColumn, Floats]:
    names = tuple(name for name, weight in weights.items() if weight > 0)
    share = np.cumsum([weights[name] for name in names])
    codes = np.searchsorted(share / share[-1], random.random(book.accounts), side="right").astype(np.int32)
    codes = np.minimum(codes, np.int32(len(names) - 1))
    return CodedColumn(codes, names), np.array([book.prices[name] for name in names])[codes]


def _faults(book: SyntheticBook) -> Iterator[Fault]:
    if not 1 <= book.accounts <= MOST_ACCOUNTS:
        yield Fault("accounts", f"{book.accounts}", f"1 to {MOST_ACCOUNTS:,}")
    if book.seed < 0:
        yield Fault("seed", f"{book.seed}", "a whole number of at least 0")
    if not book.market:
        yield Fault("market", "blank", "a name")
    for side, weights in (("collateral", book.collateral), ("debt", book.debt)):
        for name, weight in weights.items():
            if not (np.isfinite(weight) and weight >= 0):
                yield Fault(f"{side}.{name}", f"{weight:g}", "a weight of at least 0")
            elif weight > 0 and not book.prices.get(name, 0) > 0:
                yield Fault(f"prices.{name}", f"{book.prices.get(name, 'none')}", "a price above 0")
        if not any(weight > 0 for weight in weights.values()):
            yield Fault(side, "no asset", "at least one with a weight above 0")
    yield from book.ltv.faults()
    yield from book.size.faults()


def _bounds(low: float, high: float) -> Iterator[Fault]:
    if not 0 <= low < high <= 2:
        yield Fault("ltv", f"{low:g} to {high:g}", "two different shares from 0 to 2, the smaller first")


def _above_zero(values: Mapping[str, float]) -> Iterator[Fault]:
    for name, value in values.items():
        if not (np.isfinite(value) and value > 0):
            yield Fault(name, f"{value:g}", "a number above 0")
