"""The loan book as arrays: accounts with their collateral and debt legs, and the terms that parameters put on them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.base.types import Floats, Ints, Wholes, frozen
from engine.book.layout import Layout
from engine.book.terms import terms_of
from engine.kernels.constants import BONUS, THRESHOLD

if TYPE_CHECKING:
    from engine.kernels import Legs
    from engine.scenario.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Book:
    """A loan book as arrays (Method, section 1). All arrays are read-only.

    Account i is the i-th (market, account) pair in order of its first row. Its collateral legs are
    ``collateral_start[i]`` up to, not including, ``collateral_start[i + 1]``, in the order of the assets; rows of one
    account with the same asset are one leg. Debt legs likewise.

    Parameters
    ----------
    layout
        What depends on the loans alone.
    terms
        Shape (T, 2): the threshold and the bonus that each source of terms comes to under the scenario's parameters.
    """

    layout: Layout
    terms: Floats

    def __len__(self) -> int:
        return len(self.layout)

    @property
    def collateral_start(self) -> Wholes:
        """Shape (n + 1,), int64."""
        return self.layout.collateral_start

    @property
    def collateral_asset(self) -> Ints:
        """Shape (collateral legs,), int32, into `asset_names`."""
        return self.layout.collateral_asset

    @property
    def collateral_amount(self) -> Floats:
        """Shape (collateral legs,), tokens, at least 0."""
        return self.layout.collateral_amount

    @property
    def collateral_terms(self) -> npt.NDArray[np.uint32]:
        """Shape (collateral legs,), uint32: the row of `terms` that holds for each leg."""
        return self.layout.collateral_terms

    @property
    def debt_start(self) -> Wholes:
        """Shape (n + 1,), int64."""
        return self.layout.debt_start

    @property
    def debt_asset(self) -> Ints:
        """Shape (debt legs,), int32, into `asset_names`."""
        return self.layout.debt_asset

    @property
    def debt_amount(self) -> Floats:
        """Shape (debt legs,), tokens, at least 0."""
        return self.layout.debt_amount

    @property
    def market(self) -> Ints:
        """Shape (n,), int32, into `market_names`."""
        return self.layout.market

    @property
    def account_names(self) -> npt.NDArray[np.object_]:
        """Shape (n,), object array of str."""
        return self.layout.account_names

    @property
    def asset_names(self) -> tuple[str, ...]:
        """In the order of the scenario."""
        return self.layout.asset_names

    @property
    def market_names(self) -> tuple[str, ...]:
        """In the order of the scenario."""
        return self.layout.market_names

    @property
    def row_account(self) -> Ints:
        """Shape (rows,), int32: the account that each row of the loan table belongs to."""
        return self.layout.row_account

    @property
    def row_leg(self) -> Ints:
        """Shape (rows,), int32: the collateral leg that each row belongs to, -1 for a row without collateral."""
        return self.layout.row_leg

    @property
    def row_debt_leg(self) -> Ints:
        """Shape (rows,), int32: the debt leg that each row belongs to, -1 for a row without debt."""
        return self.layout.row_debt_leg

    @cached_property
    def collateral_threshold(self) -> Floats:
        """Shape (collateral legs,): the row's own threshold, else the category's, else the market's."""
        return frozen(self.terms[self.collateral_terms, THRESHOLD])

    @cached_property
    def collateral_bonus(self) -> Floats:
        """Shape (collateral legs,): the row's own bonus, else the category's, else the market's."""
        return frozen(self.terms[self.collateral_terms, BONUS])

    def entry_prices(self, first_prices: Floats) -> tuple[Floats, Floats]:
        """Return (collateral legs,) and (debt legs,): what the profit of each counts from, USD a token.

        Parameters
        ----------
        first_prices
            (K,) the oracle prices before round 1, which stand in for entry prices that are not known.
        """
        prices = []
        for entered, asset in (
            (self.layout.collateral_entry, self.collateral_asset),
            (self.layout.debt_entry, self.debt_asset),
        ):
            first: Floats = first_prices[asset]
            prices.append(np.where(np.isnan(entered), first, entered) if len(entered) else first)
        return prices[0], prices[1]

    @property
    def legs(self) -> Legs:
        """What of the book does not change in a run, as the kernels take it."""
        from engine.kernels import Legs

        return Legs(
            collateral_start=self.collateral_start,
            collateral_asset=self.collateral_asset,
            collateral_terms=self.collateral_terms,
            terms=self.terms,
            debt_start=self.debt_start,
            debt_asset=self.debt_asset,
            market=self.market,
        )

    @classmethod
    def from_scenario(cls, scenario: Scenario) -> Book:
        """Return a scenario's book: its rows grouped into accounts and legs.

        The scenario's loans must have been checked (`engine.scenario.validation.loan_faults`). They are laid out once:
        what is laid out is kept with them and used again by every scenario that has them, and while the parameters put
        the same terms on it the book is the same object.
        """
        return scenario.loans.kept.get(_LastBook, _LastBook).under(scenario)


class _LastBook:
    """The book of some loans as it was last used; several threads may ask for it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._book: Book | None = None

    def under(self, scenario: Scenario) -> Book:
        parameters = scenario.parameters
        names = tuple(parameters.assets), tuple(parameters.markets)
        with self._lock:
            book = self._book
            if book is None or (book.asset_names, book.market_names) != names:
                layout = Layout.of(scenario.loans, *names)
                self._book = book = Book(layout, terms_of(parameters, layout))
                return book
            terms = terms_of(parameters, book.layout)
            if not np.array_equal(terms, book.terms, equal_nan=True):
                self._book = book = Book(book.layout, terms)
            return book
