"""Which column of a file means what: guessed from the column names, shown to the user, changed by him."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from engine.base.faults import BadInput, Fault
from engine.importing.column_names import plain_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.importing.source import Source

Shape = Literal["loans", "tidy", "liquidation_price"]


@dataclass(frozen=True, slots=True)
class ImportField:
    """One thing that a column of the file can mean.

    Parameters
    ----------
    name
        Its key in `ColumnMapping.columns`.
    label
        What the import dialog calls it.
    required
        Whether some column must mean it.
    synonyms
        Column names that are taken for it, in lower case without spaces and signs; the likeliest first.
    """

    name: str
    label: str
    required: bool
    synonyms: tuple[str, ...]


_ACCOUNT = ImportField(
    "account", "Account", True,
    ("account", "accountid", "owner", "borrower", "user", "userid", "wallet", "address", "walletaddress", "vault",
     "vaultid", "cdp", "urn", "position", "positionid", "loan", "loanid", "id"),
)  # fmt: skip
_MARKET = ImportField(
    "market", "Market", False, ("market", "marketname", "protocol", "platform", "venue", "comptroller")
)
_COLLATERAL = ImportField(
    "collateral_asset", "Collateral asset", True,
    ("collateralasset", "collateraltoken", "collateralsymbol", "collateralcurrency", "collateral", "collasset", "coll"),
)  # fmt: skip
_COLLATERAL_AMOUNT = ImportField(
    "collateral_amount", "Collateral amount (tokens)", True,
    ("collateralamount", "collateralqty", "collateralquantity", "collateraltokens", "collateralbalance",
     "amountcollateral", "collamount", "colamount", "ink"),
)  # fmt: skip
_DEBT = ImportField(
    "debt_asset", "Debt asset", True,
    ("debtasset", "debttoken", "debtsymbol", "debtcurrency", "borrowasset", "borrowedasset", "borrowtoken", "loanasset",
     "loantoken", "debt"),
)  # fmt: skip
_DEBT_AMOUNT = ImportField(
    "debt_amount", "Debt amount (tokens)", True,
    ("debtamount", "debtqty", "debtquantity", "debttokens", "debtbalance", "borrowamount", "borrowedamount",
     "borrowbalance", "borrowed", "loanamount", "amountdebt", "outstanding"),
)  # fmt: skip
_THRESHOLD = ImportField(
    "liquidation_threshold", "Liquidation threshold", False,
    ("liquidationthreshold", "threshold", "lt", "lltv", "liquidationltv", "liquidationfactor"),
)  # fmt: skip
_BONUS = ImportField(
    "liquidation_bonus", "Liquidation bonus", False,
    ("liquidationbonus", "bonus", "lb", "incentive", "liquidationpenalty"),
)  # fmt: skip
_CATEGORY = ImportField(
    "category", "Category (efficiency mode)", False,
    ("category", "emode", "emodecategory", "emodecategoryid", "emodeid", "emodelabel", "emodename", "efficiencymode",
     "useremode", "useremodecategory", "useremodecategoryid", "riskcategory"),
)  # fmt: skip
_PRICE = ("priceusd", "usdprice", "price", "oracleprice", "pricedollar")

FIELDS: dict[Shape, tuple[ImportField, ...]] = {
    "loans": (
        _ACCOUNT,
        _MARKET,
        _COLLATERAL,
        _COLLATERAL_AMOUNT,
        _DEBT,
        _DEBT_AMOUNT,
        _THRESHOLD,
        _BONUS,
        _CATEGORY,
        ImportField("collateral_price", "Collateral price (USD)", False, tuple(f"collateral{name}" for name in _PRICE)),
        ImportField("debt_price", "Debt price (USD)", False, tuple(f"debt{name}" for name in _PRICE)),
    ),
    "tidy": (
        _ACCOUNT,
        _MARKET,
        ImportField("asset", "Asset", True, ("asset", "token", "symbol", "coin", "currency", "assetsymbol", "reserve")),
        ImportField("side", "Side (collateral or debt)", True, ("side", "type", "kind", "direction", "positiontype")),
        ImportField("amount", "Amount (tokens)", True, ("amount", "balance", "quantity", "qty", "tokens", "size")),
        ImportField("price_usd", "Price (USD)", False, _PRICE),
        _CATEGORY,
    ),
    "liquidation_price": (
        _ACCOUNT,
        _MARKET,
        _COLLATERAL,
        _COLLATERAL_AMOUNT,
        ImportField(
            "liquidation_price", "Liquidation price (USD)", True,
            ("liqprice", "liquidationprice", "liqpriceusd", "liquidationpriceusd"),
        ),
        _CATEGORY,
    ),
}  # fmt: skip

SHAPE_LABELS: dict[Shape, str] = {
    "loans": "One row a loan",
    "tidy": "One row a position: account, asset, side, amount",
    "liquidation_price": "Liquidation prices: owner, price, collateral, amount",
}


@dataclass(frozen=True)
class ColumnMapping:
    """How a file's columns are read.

    Parameters
    ----------
    shape
        What a row is: a loan, one side of a position, or a position with its liquidation price.
    columns
        For each field that is read (see `FIELDS`), the name of its column in the file.
    market
        The market of all rows when no column tells it.
    debt_asset
        For liquidation prices: what the debt is in; it is taken at 1 USD.
    threshold
        For liquidation prices: the liquidation threshold of collateral that has none elsewhere.
    decimal_comma
        Whether numbers are written ``1.234,56``; None: as the file looks.
    """

    shape: Shape
    columns: Mapping[str, str] = field(default_factory=dict)
    market: str = "market"
    debt_asset: str = "USD"
    threshold: float | None = None
    decimal_comma: bool | None = None

    @property
    def missing(self) -> tuple[ImportField, ...]:
        """The required fields that no column is given for."""
        return tuple(entry for entry in FIELDS[self.shape] if entry.required and entry.name not in self.columns)


def guess_mapping(source: Source, shape: Shape | None = None) -> ColumnMapping:
    """Guess what the columns mean from their names.

    Parameters
    ----------
    source
        The file.
    shape
        What a row is, if that is known; else the shape that leaves the fewest required fields without a
        column and uses the most columns.

    Returns
    -------
    ColumnMapping
        It may be incomplete: see its `missing`.
    """
    if shape is not None:
        return ColumnMapping(shape, _guessed(source, shape))
    guesses = [ColumnMapping(option, _guessed(source, option)) for option in FIELDS]
    return min(guesses, key=lambda guess: (len(guess.missing), -len(guess.columns)))


def mapping_faults(source: Source, mapping: ColumnMapping) -> list[Fault]:
    """Return what is wrong with a mapping for this source: fields without column, unknown or doubled columns."""
    known = ", ".join(source.columns)
    faults = [
        Fault(f"{source.name}, columns", f"no {entry.name}", f"a column of that name, or one chosen of {known}")
        for entry in mapping.missing
    ]
    names = {entry.name for entry in FIELDS[mapping.shape]}
    for name, column in mapping.columns.items():
        if name not in names:
            faults.append(Fault("mapping", f"unknown field {name!r}", "one of " + ", ".join(sorted(names))))
        if column not in source.columns:
            faults.append(Fault(f"{source.name}, columns", f"there is no column {column!r}", "one of " + known))
    used = list(mapping.columns.values())
    twice = sorted({column for column in used if used.count(column) > 1})
    faults += [
        Fault(f"{source.name}, column {column}", "chosen twice", "each column for one thing") for column in twice
    ]
    return faults


def checked_mapping(source: Source, mapping: ColumnMapping | None) -> ColumnMapping:
    """Return the mapping, guessed if none is given.

    Raises
    ------
    BadInput
        With the faults of `mapping_faults`.
    """
    mapping = mapping or guess_mapping(source)
    faults = mapping_faults(source, mapping)
    if faults:
        raise BadInput(faults)
    return mapping


def _guessed(source: Source, shape: Shape) -> dict[str, str]:
    names = {plain_name(column): column for column in reversed(source.columns)}
    taken: set[str] = set()
    columns: dict[str, str] = {}
    for entry in FIELDS[shape]:
        match = next((name for name in entry.synonyms if name in names and name not in taken), None)
        if match is not None:
            taken.add(match)
            columns[entry.name] = names[match]
    return columns
