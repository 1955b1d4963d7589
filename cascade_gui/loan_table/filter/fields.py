"""The names that a filter knows: columns by their key and by what stands over them."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Final

from cascade_gui.loan_table.columns import COLUMNS, long_title


@dataclass(frozen=True, slots=True)
class Field:
    """What a name in a filter means.

    Parameters
    ----------
    text
        The column compared with names, None where there is none.
    number
        The column compared with numbers, None where there is none.
    live
        Whether it belongs to the shown round.
    number_live
        Whether only the column of numbers does.
    """

    text: str | None = None
    number: str | None = None
    live: bool = False
    number_live: bool = False

    @property
    def has_live_numbers(self) -> bool:
        """Whether a comparison with a number looks at the shown round."""
        return self.live or self.number_live


ROW: Final = "row"
ROUND: Final = "round"
TOTAL_COLLATERAL: Final = "total collateral"
TOTAL_DEBT: Final = "total debt"
BOOK_COLLATERAL: Final = "collateral in the book"
BOOK_DEBT: Final = "debt in the book"

_SIDES: Final = {
    "collateral": Field(text="collateral_asset", number="collateral_usd", number_live=True),
    "debt": Field(text="debt_asset", number="debt_usd", number_live=True),
}
_MORE: Final = {
    "threshold": Field(number="liquidation_threshold"),
    "bonus": Field(number="liquidation_bonus"),
    "equity": Field(number="margin", live=True),
    "hf": Field(number="health", live=True),
    "health factor": Field(number="health", live=True),
    "price": Field(number="liquidation_price", live=True),
    "to liquidation": Field(number="distance", live=True),
    "loss": Field(number="lost", live=True),
    "lost this round": Field(number="lost_in_round", live=True),
    ROW: Field(number=ROW),
    ROUND: Field(number=ROUND, live=True),
    TOTAL_COLLATERAL: Field(number=TOTAL_COLLATERAL, live=True),
    TOTAL_DEBT: Field(number=TOTAL_DEBT, live=True),
    BOOK_COLLATERAL: Field(number=BOOK_COLLATERAL),
    BOOK_DEBT: Field(number=BOOK_DEBT),
}


def fields() -> dict[str, Field]:
    """Return what each name means; names are in lower case, with spaces for underscores."""
    known: dict[str, Field] = {}
    for column in COLUMNS:
        field = Field(text=column.key, live=column.live) if column.is_text else Field(None, column.key, column.live)
        for name in (column.key, long_title(column.key)):
            known[normal(name)] = field
    return known | _MORE | _SIDES | {normal(long_title(f"{side}_asset")): field for side, field in _SIDES.items()}


def normal(name: str) -> str:
    """Return a name as it is looked up."""
    return " ".join(name.replace("_", " ").replace(",", " ").casefold().split())


def nearest(name: str, known: dict[str, Field]) -> str | None:
    """Return the known name that was probably meant, None where none is near."""
    found = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return found[0] if found else None
