"""The columns of the loan table, in the order in which they stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from collections.abc import Sequence


class Kind(Enum):
    """What a column's values are, which decides how they are written, read and sorted."""

    ACCOUNT = "account"
    NAME = "name"
    AMOUNT = "amount"
    SHARE = "share"
    USD = "usd"
    HEALTH = "health"
    PRICE = "price"
    STATUS = "status"
    SIDE = "side"
    TIMES = "times"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Parameters
    ----------
    key
        The name of a column of the loan file, or of a calculated value.
    kind
        What its values are.
    width, least
        Wished width in pixels, and the one down to which it shrinks in a narrow window.
    editable
        Whether the user types into it; the others are calculated.
    live
        Whether its values belong to the shown round. What is typed into such a column is the book's.
    hidden
        Whether it is hidden until asked for.
    """

    key: str
    kind: Kind
    width: int
    least: int
    editable: bool = False
    live: bool = False
    hidden: bool = False

    @property
    def is_text(self) -> bool:
        """Whether the values are names rather than numbers."""
        return self.kind in {Kind.ACCOUNT, Kind.NAME, Kind.STATUS}


COLUMNS: Final = (
    Column("account", Kind.ACCOUNT, 104, 66, editable=True),
    Column("market", Kind.NAME, 108, 76, editable=True),
    Column("collateral_asset", Kind.NAME, 96, 74, editable=True),
    Column("collateral_amount", Kind.AMOUNT, 112, 84, editable=True, live=True),
    Column("collateral_usd", Kind.USD, 88, 62, live=True),
    Column("debt_asset", Kind.NAME, 84, 54, editable=True),
    Column("debt_amount", Kind.AMOUNT, 112, 84, editable=True, live=True),
    Column("debt_usd", Kind.USD, 88, 62, live=True),
    Column("liquidation_threshold", Kind.SHARE, 96, 84, editable=True, hidden=True),
    Column("liquidation_bonus", Kind.SHARE, 88, 68, editable=True, hidden=True),
    Column("category", Kind.NAME, 96, 76, editable=True, hidden=True),
    Column("entry_price", Kind.PRICE, 92, 72, editable=True, hidden=True),
    Column("health", Kind.HEALTH, 96, 60, live=True),
    Column("ltv", Kind.SHARE, 76, 66, live=True),
    Column("liquidation_price", Kind.PRICE, 128, 92, live=True),
    Column("distance", Kind.SHARE, 96, 78, live=True),
    Column("lost", Kind.USD, 72, 54, live=True),
    Column("lost_in_round", Kind.USD, 96, 76, live=True, hidden=True),
    Column("side", Kind.SIDE, 60, 54, live=True, hidden=True),
    Column("size", Kind.AMOUNT, 84, 54, live=True, hidden=True),
    Column("entry", Kind.PRICE, 84, 64, live=True, hidden=True),
    Column("mark", Kind.PRICE, 84, 64, live=True, hidden=True),
    Column("margin", Kind.USD, 84, 60, live=True, hidden=True),
    Column("leverage", Kind.TIMES, 76, 62, live=True, hidden=True),
    Column("profit", Kind.USD, 92, 60, live=True, hidden=True),
    Column("status", Kind.STATUS, 160, 104, live=True),
)
INDEX: Final = {column.key: at for at, column in enumerate(COLUMNS)}
OF_POSITIONS: Final = ("side", "size", "entry", "mark", "margin", "leverage", "profit")
"""Columns that are shown where a market is a margin engine."""
OF_LOANS: Final = ("collateral_usd", "debt_usd", "ltv", "distance", "lost")
"""Columns that make room for them where every market is one."""
RISING_FIRST: Final = frozenset({"health", "distance", "status", "margin", "profit"})
"""Columns of numbers whose smallest is the worst: the first click on their head puts these on top. Of all other
numbers the largest comes first, of names the first in the alphabet."""
EDITABLE: Final = tuple(at for at, column in enumerate(COLUMNS) if column.editable)
FIRST_LIVE: Final = next(at for at, column in enumerate(COLUMNS) if column.live)
"""From here on columns are drawn again when the round changes."""


def fitted_widths(shown: Sequence[int], room: int) -> list[tuple[int, int]]:
    """Return columns with widths that fill the room, all alike: from their least to a little over their wished ones.

    The last one gets its least width: the table lets it take what is left.
    """
    least = sum(COLUMNS[at].least for at in shown)
    give = sum(COLUMNS[at].width - COLUMNS[at].least for at in shown)
    share = min(1.6, max(0.0, (room - least) / max(1, give)))
    widths = [COLUMNS[at].least + int((COLUMNS[at].width - COLUMNS[at].least) * share) for at in shown]
    return list(zip(shown, [*widths[:-1], COLUMNS[shown[-1]].least], strict=True))


def title(key: str, shown_round: int | None = None) -> str:
    """Return the head of a column as it stands over the table.

    Parameters
    ----------
    key
        The column.
    shown_round
        The round that the live columns belong to; None before a run.
    """
    if key == "status":
        if shown_round is None:
            return _tr("Status")
        if shown_round == 0:
            return _tr("At the start")
        return _tr("At round {0}").format(shown_round)
    return _titles()[key]


@cache
def _titles() -> dict[str, str]:
    """Return the heads of the columns; the header is drawn anew with every round, which asks for each of them."""
    return {
        "account": _tr("Account"),
        "market": _tr("Market"),
        "collateral_asset": _tr("Collateral"),
        "collateral_amount": _tr("Amount"),
        "collateral_usd": _tr("USD"),
        "debt_asset": _tr("Debt"),
        "debt_amount": _tr("Amount"),
        "debt_usd": _tr("USD"),
        "liquidation_threshold": _tr("Threshold"),
        "liquidation_bonus": _tr("Bonus"),
        "category": _tr("Category"),
        "entry_price": _tr("Entry price"),
        "health": _tr("Health"),
        "ltv": _tr("LTV"),
        "liquidation_price": _tr("Liq. price"),
        "distance": _tr("Distance"),
        "lost": _tr("Lost"),
        "lost_in_round": _tr("Lost in round"),
        "side": _tr("Side"),
        "size": _tr("Size"),
        "entry": _tr("Entry"),
        "mark": _tr("Mark"),
        "margin": _tr("Equity"),
        "leverage": _tr("Lev."),
        "profit": _tr("Profit"),
    }


def long_title(key: str) -> str:
    """Return the name of a column where it stands alone: in messages, undo steps and the header's menu."""
    longer = {
        "collateral_amount": _tr("Collateral amount"),
        "collateral_usd": _tr("Collateral, USD"),
        "debt_amount": _tr("Debt amount"),
        "debt_usd": _tr("Debt, USD"),
        "liquidation_threshold": _tr("Liquidation threshold"),
        "liquidation_bonus": _tr("Liquidation bonus"),
        "liquidation_price": _tr("Liquidation price"),
        "distance": _tr("To liquidation"),
        "lost": _tr("Lost by liquidations, USD"),
        "lost_in_round": _tr("Lost in the round, USD"),
        "size": _tr("Position size"),
        "entry": _tr("Entry, or price at the start"),
        "mark": _tr("Mark price"),
        "margin": _tr("Equity, USD"),
        "leverage": _tr("Leverage"),
        "profit": _tr("Unrealised profit, USD"),
    }
    return longer.get(key) or title(key)


def explanation(key: str) -> str:
    """Return one sentence on what a column holds, for the header's tool tip."""
    return {
        "account": _tr("Who borrows. Rows of one account and market belong together."),
        "market": _tr("The lending market whose rules hold."),
        "collateral_asset": _tr("The asset that secures the loan; may be blank."),
        "collateral_amount": _tr(
            "Tokens of collateral at the end of the shown round; what the book has stands small beside it where that "
            "is another number. Editing changes the book."
        ),
        "collateral_usd": _tr("The collateral at the end of the shown round, at that round's oracle price."),
        "debt_asset": _tr("The asset that is owed; may be blank."),
        "debt_amount": _tr(
            "Tokens owed at the end of the shown round; what the book has stands small beside it where that is another "
            "number. Editing changes the book."
        ),
        "debt_usd": _tr("The debt at the end of the shown round, at that round's oracle price."),
        "liquidation_threshold": _tr("Overrides the market's liquidation threshold for this row; blank: the market's."),
        "liquidation_bonus": _tr("Overrides the market's liquidation bonus for this row; blank: the market's."),
        "category": _tr("One of the market's efficiency modes, the same on all rows of an account; blank: none."),
        "entry_price": _tr(
            "What the row's position in a margin engine was entered at; blank: not known, its profit counts from the "
            "start."
        ),
        "health": _tr(
            "Collateral times threshold over debt, of the whole account at the shown round. Below 1 it is liquidatable."
        ),
        "ltv": _tr("Debt over collateral, of the whole account at the shown round."),
        "liquidation_price": _tr(
            "The price of the row's collateral at which health is 1, with every other price held. "
            "Of a short, dollars that stand against another asset, the price of what is owed: WETH ↑ 1,800 is "
            "liquidated when WETH rises above 1,800."
        ),
        "distance": _tr(
            "How far that price is from today's: 6 % means after a fall of 6 %, ↑ 6 % after a rise of 6 %. Below zero "
            "the price is past it: -6 % means that a rise of 6 % leads back. Past stands for more than 100 %."
        ),
        "lost": _tr(
            "What liquidations up to the shown round cost the account: seized less repaid, at the oracle prices of "
            "their rounds, before what a margin engine paid out. Sort by it to see who lost most."
        ),
        "lost_in_round": _tr("The same in the shown round alone."),
        "side": _tr(
            "Long: the row holds an asset that is not what margin is paid in. Short: it owes one. "
            "Only accounts of margin engines have positions."
        ),
        "size": _tr("Tokens of the position that are open at the end of the shown round."),
        "entry": _tr(
            "What profit counts from, as in the queue of deleveraging: the position's entry price; where the book has "
            "none, in grey, the oracle price at the start. Entry prices are typed into the column Entry price."
        ),
        "mark": _tr("The oracle price of the position's asset in the shown round."),
        "margin": _tr("What the whole account holds less what it owes, at the shown round: deposit and profit."),
        "leverage": _tr("All positions of the account over its equity, at the shown round."),
        "profit": _tr(
            "What the open position has gained since its entry, or the start where the book has no entry price: size "
            "times mark less entry, of a short turned."
        ),
        "status": _tr("What has happened to the account by the shown round."),
    }[key]


def _tr(text: str) -> str:
    return QCoreApplication.translate("loan_table", text)
