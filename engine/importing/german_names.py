"""What German tables call their columns: words for a side put together with words for what is told of it."""

from __future__ import annotations

from itertools import product
from typing import Final

_COLLATERAL: Final = (
    "sicherheit", "sicherheiten", "sicherheits", "besicherung", "besicherungs", "pfand", "collateral",
)  # fmt: skip
_DEBT: Final = (
    "schuld", "schulden", "schuldner", "kredit", "darlehen", "darlehens", "verbindlichkeit", "verbindlichkeiten",
)  # fmt: skip
_ASSET: Final = ("waehrung", "wahrung", "asset", "token", "coin", "art", "symbol", "name")
_AMOUNT: Final = ("menge", "betrag", "hoehe", "hohe", "anzahl", "bestand", "stueck", "summe", "saldo", "position")
_PRICE: Final = ("kurs", "preis", "kursusd", "preisusd")
_WORTH: Final = ("wertusd", "wertinusd", "gegenwertusd", "marktwertusd")
_BETWEEN: Final = ("", "der", "des", "in", "fuer")


def _joined(sides: tuple[str, ...], parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return each part after and before each side: ``sicherheitmenge``, ``mengedersicherheit``."""
    after = (side + part for side, part in product(sides, parts))
    before = (part + word + side for side, part, word in product(sides, parts, _BETWEEN))
    return (*after, *before)


def _worth(sides: tuple[str, ...]) -> tuple[str, ...]:
    after = (side + part for side, part in product(sides, _WORTH))
    before = (f"wert{word}{side}usd" for side, word in product(sides, _BETWEEN))
    return (*after, *before)


_COLLATERAL_ALONE: Final = ("sicherheit", "sicherheiten", "besicherung", "pfand")
_DEBT_ALONE: Final = ("schuld", "schulden", "kredit", "darlehen", "verbindlichkeit")
EITHER: Final = frozenset((*_COLLATERAL_ALONE, *_DEBT_ALONE))
"""Names of a side alone: its asset or its amount, as the cells tell."""

GERMAN: Final[dict[str, tuple[str, ...]]] = {
    "account": (
        "kontoid", "kontoinhaber", "kreditnehmer", "darlehensnehmer", "schuldner", "inhaber", "depotnr",
        "depotnummer", "depotid", "kundenid", "vertrag", "vertragsnr", "vertragsnummer", "kreditnr", "kreditnummer",
        "darlehensnr", "darlehensnummer",
    ),
    "market": ("markt", "protokoll", "plattform", "handelsplatz"),
    "category": ("kategorie",),
    "asset": ("waehrung", "wahrung", "vermoegenswert"),
    "collateral_asset": (*_joined(_COLLATERAL, _ASSET), *_COLLATERAL_ALONE),
    "debt_asset": (*_joined(_DEBT, _ASSET), *_DEBT_ALONE),
    "collateral_amount": (*_joined(_COLLATERAL, _AMOUNT), *_COLLATERAL_ALONE),
    "debt_amount": (*_joined(_DEBT, _AMOUNT), *_DEBT_ALONE),
    "collateral_price": _joined(_COLLATERAL, _PRICE),
    "debt_price": _joined(_DEBT, _PRICE),
    "collateral_usd": _worth(_COLLATERAL),
    "debt_usd": _worth(_DEBT),
    "amount_usd": ("wertusd", "wertinusd", "gegenwertusd", "marktwertusd"),
    "side": ("art", "typ"),
    "amount": ("hoehe", "saldo", "stueckzahl"),
    "liquidation_threshold": (
        "liquidationsgrenze", "liquidationsschwelle", "liquidationsschwellenwert", "verwertungsgrenze",
        "verwertungsschwelle", "schwellenwert", "schwelle", "beleihungsgrenze", "beleihungssatz", "ltvgrenze",
    ),
    "liquidation_bonus": (
        "liquidationsbonus", "liquidationsaufschlag", "liquidationspraemie", "liquidationspramie", "verwertungsbonus",
        "verwertungspraemie", "praemie", "pramie",
    ),
    "liquidation_price": ("liquidationspreis", "liquidationskurs", "verwertungspreis"),
    "decimals": ("nachkommastellen", "dezimalstellen"),
    "time": ("datum", "zeit", "zeitpunkt", "stichtag"),
}  # fmt: skip
"""By role, further names that are taken for it, in lower case without signs, an umlaut as two letters."""
