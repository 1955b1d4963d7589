"""What the loan table asks of the engine's view of a round and of its book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cascade_gui.document.loan_store import Rows
    from engine.base.types import Floats, Ints
    from engine.reading.positions import Positions
    from engine.reading.recorded_run import RecordedRun
    from engine.reading.row_amounts import RowsBefore, RowSide


class View(Protocol):
    """What the table reads of an `engine.reading.round_view.RoundView`: one entry an account or a row."""

    @property
    def round(self) -> int:
        """The shown round."""

    @property
    def prices(self) -> Floats:
        """The price of each asset."""

    @property
    def state(self) -> Any:
        """The amounts of the legs, ``collateral_amount`` and ``debt_amount``."""

    def begins_as(self, other: Any) -> bool:
        """Whether rows showed the same before the first round as they did in the run of another view."""

    def rows_before(self, rows: Rows) -> RowsBefore:
        """Return what some rows showed before the first round."""

    def positions(self, collateral: RowSide, debt: RowSide) -> Positions | None:
        """Return the positions of margin engines; None where there is none."""

    @property
    def health(self) -> Floats:
        """Health factor of each account."""

    @property
    def ltv(self) -> Floats:
        """Loan to value of each account."""

    @property
    def collateral_usd(self) -> Floats:
        """Collateral of each account."""

    @property
    def debt_usd(self) -> Floats:
        """Debt of each account."""

    def lost(self, *, in_round: bool = False) -> Floats:
        """Return what each account lost by liquidations up to the round, or in it alone."""

    @property
    def book(self) -> Any:
        """The accounts, with the market of each."""

    @property
    def market_settlements(self) -> Any:
        """Who settles each market: the kind of its settlement."""

    @property
    def recording(self) -> RecordedRun | None:
        """The run that it is of; None before one."""

    @property
    def status(self) -> npt.NDArray[np.int8]:
        """State of each account."""

    @property
    def status_round(self) -> npt.NDArray[np.int32]:
        """The round in which each account got into its state."""

    @property
    def first_liquidated(self) -> npt.NDArray[np.int32]:
        """The round in which each account was first liquidated, 0 for none."""

    @property
    def last_deleveraged(self) -> npt.NDArray[np.int32]:
        """The round in which each account last bore losses of others, 0 for none."""

    @property
    def waits_for(self) -> npt.NDArray[np.int8]:
        """Why each account that can be liquidated has not been."""

    @property
    def row_liquidation_price(self) -> Floats:
        """Liquidation price of each row: of its collateral, or of what a short owes."""

    @property
    def row_price_asset(self) -> npt.NDArray[np.int32]:
        """The asset whose price that is, for each row; -1 where there is no price."""

    @property
    def row_price_rises(self) -> npt.NDArray[np.bool_]:
        """Whether a rise to that price liquidates, not a fall, for each row."""

    @property
    def row_distance(self) -> Floats:
        """How far that price is away, for each row."""


class BookOfView(Protocol):
    """What the table reads of an `engine.book.book.Book`."""

    @property
    def row_account(self) -> npt.NDArray[np.int32]:
        """The account of each row."""

    @property
    def row_leg(self) -> Ints:
        """The collateral leg of each row, -1 for none."""

    @property
    def row_debt_leg(self) -> Ints:
        """The debt leg of each row, -1 for none."""

    @property
    def collateral_amount(self) -> Floats:
        """Tokens of each collateral leg before the first round."""

    @property
    def debt_amount(self) -> Floats:
        """Tokens of each debt leg before the first round."""

    @property
    def collateral_asset(self) -> Ints:
        """The asset of each collateral leg."""

    @property
    def debt_asset(self) -> Ints:
        """The asset of each debt leg."""

    @property
    def account_names(self) -> npt.NDArray[np.object_]:
        """The name of each account."""

    @property
    def market(self) -> npt.NDArray[np.int32]:
        """The market of each account."""

    @property
    def market_names(self) -> Any:
        """The names of the markets."""

    @property
    def asset_names(self) -> Any:
        """The names of the assets."""
