"""Names that stand for an asset: other spellings, and the receipt and debt tokens of known protocols.

What is certain is a rule here: ``aEthWETH`` is Aave's receipt for WETH, ``weth`` is WETH. What is not certain, whether
a book's ETH is its WETH, is asked: the two may be worth the same and yet differ in threshold and depth.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.importing.asking import Answer, Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.importing.asking import Notes

KNOWN = (
    "1INCH",
    "AAVE",
    "ADA",
    "APE",
    "ARB",
    "AVAX",
    "BAL",
    "BAT",
    "BCH",
    "BNB",
    "BTC",
    "BTCB",
    "BTT",
    "BUSD",
    "CAKE",
    "cbBTC",
    "cbETH",
    "COMP",
    "CRV",
    "crvUSD",
    "CVX",
    "DAI",
    "DOGE",
    "DOT",
    "ENJ",
    "ENS",
    "ETC",
    "ETH",
    "eUSD",
    "ezETH",
    "FDUSD",
    "FEI",
    "FIL",
    "FRAX",
    "frxETH",
    "FTM",
    "FXS",
    "GHO",
    "GMX",
    "GNO",
    "GRT",
    "GUSD",
    "HYPE",
    "INJ",
    "JOE",
    "KNC",
    "LDO",
    "LINK",
    "LTC",
    "LUNA",
    "LUSD",
    "MANA",
    "MATIC",
    "MIM",
    "MKR",
    "mUSD",
    "NEAR",
    "OP",
    "osETH",
    "PAXG",
    "PEPE",
    "POL",
    "pUSD",
    "PYUSD",
    "RAI",
    "RDNT",
    "REN",
    "renBTC",
    "REP",
    "rETH",
    "RPL",
    "rsETH",
    "SAI",
    "sAVAX",
    "sDAI",
    "SHIB",
    "SNX",
    "SOL",
    "STG",
    "stETH",
    "SUI",
    "sUSD",
    "sUSDe",
    "sUSDS",
    "SUSHI",
    "SXP",
    "TON",
    "TRX",
    "TUSD",
    "UNI",
    "USD",
    "USDbC",
    "USDC",
    "USDC.e",
    "USDe",
    "USDP",
    "USDS",
    "USDT",
    "USDtb",
    "UST",
    "WAVAX",
    "WBNB",
    "WBTC",
    "weETH",
    "WETH",
    "WMATIC",
    "WSTETH",
    "wstETH",
    "XAUT",
    "XLM",
    "XRP",
    "xSUSHI",
    "XVS",
    "YFI",
    "ZRX",
)
"""Assets that receipts are known to be of; their spelling where a file has another case."""

PAIRS = (
    ("ETH", "WETH"),
    ("BTC", "WBTC"),
    ("AVAX", "WAVAX"),
    ("BNB", "WBNB"),
    ("MATIC", "WMATIC"),
    ("POL", "WPOL"),
    ("USDC", "USDC.e"),
    ("BTC", "cbBTC"),
    ("BTC", "BTCB"),
    ("FTM", "WFTM"),
    ("S", "wS"),
)
"""Names that often stand for the same asset, and sometimes do not: asked about where both are about."""

_BY_LOWER = {name.lower(): name for name in KNOWN} | {"wsteth": "wstETH"}
_AAVE_CHAINS = "Eth|Arb|Opt|Ava|Pol|Bas|Bse|Bnb|Bsc|Gno|Scr|Met|Fan|Har|Lin|Zks|Son|Cel|AMM|Man|EthLido|EthEtherFi"
_RECEIPTS = (
    re.compile(rf"^(?:variableDebt|stableDebt|a|vd|sd)(?:{_AAVE_CHAINS})(?P<asset>.+)$"),
    re.compile(r"^(?:variableDebt|stableDebt|variabledebt|stabledebt)(?P<asset>.+)$"),
    re.compile(r"^(?:s?Spark\s?|sp|spDebt)(?P<asset>[A-Z].*)$"),
    re.compile(r"^(?:a|c|v|j|qi|i|q|m|am|av|vamm|d|e|o|so|b)(?P<asset>[A-Z0-9w].*)$"),
)
_NEVER = frozenset(name.lower() for name in KNOWN)


def underlying(name: str) -> str | None:
    """Return the asset that a receipt or debt token of a known protocol is of, None if the name is no such token.

    Examples
    --------
    >>> [underlying(name) for name in ("aEthWETH", "variableDebtEthUSDC", "cDAI", "jAVAX", "vUSDT", "mUSD", "alice")]
    ['WETH', 'USDC', 'DAI', 'AVAX', 'USDT', None, None]
    """
    if name.lower() in _NEVER:
        return None
    for pattern in _RECEIPTS:
        match = pattern.match(name)
        if match is not None and match["asset"].lower() in _BY_LOWER:
            return _BY_LOWER[match["asset"].lower()]
    return None


def spelled(name: str, known: Iterable[str]) -> str:
    """Return a name as it is known, or as it is usually written, where only its case differs.

    Examples
    --------
    >>> spelled("weth", []), spelled("Usdc", ["usdc"]), spelled("my token", [])
    ('WETH', 'usdc', 'my token')
    """
    lower = {target.lower(): target for target in known}
    return lower.get(name.lower()) or _BY_LOWER.get(name.lower(), name)


def resolved(
    names: Iterable[str], known: Iterable[str], given: Mapping[str, str], where: str, notes: Notes
) -> dict[str, str]:
    """Return what each name of a file stands for, where it stands for something else than it says.

    Parameters
    ----------
    names
        Asset names of the file, in order of appearance.
    known
        Assets that a table of parameters, a template or a book has; their spelling is taken.
    given
        Name to asset, as the user says; they are not asked about.
    where
        How messages call the place.
    notes
        Gets a line for each rule that was applied, and the questions.
    """
    listed = list(dict.fromkeys(names))
    targets = list(dict.fromkeys(known))
    spelled = {**{target.lower(): target for target in targets}}
    for name in listed:
        spelled.setdefault(name.lower(), _BY_LOWER.get(name.lower(), name))
    found: dict[str, str] = {}
    lines: dict[str, list[str]] = {"same": [], "receipt": []}
    for name in listed:
        if name in given:
            found[name] = given[name]
            continue
        base = underlying(name) if name not in targets else None
        meant = spelled[name.lower()] if base is None else spelled.get(base.lower(), base)
        if meant != name:
            found[name] = meant
            lines["same" if base is None else "receipt"].append(f"{name} = {meant}")
    if lines["same"]:
        notes.say(f"{where}: names that differ in case only are one asset: {_few(lines['same'])}")
    if lines["receipt"]:
        notes.say(f"{where}: receipt and debt tokens are read as what they are of: {_few(lines['receipt'])}")
    _ask_pairs({found.get(name, name): name for name in listed}, targets, given, where, notes)
    return {name: meant for name, meant in found.items() if meant != name}


def _ask_pairs(
    present: Mapping[str, str], targets: list[str], given: Mapping[str, str], where: str, notes: Notes
) -> None:
    """Ask about names that may be one asset: both in the file, or one in the file and the other known elsewhere."""
    decided = {*given, *given.values()}
    for one, other in PAIRS:
        here = [name for name in (one, other) if name in present]
        if not here or decided & {one, other, *(present[name] for name in here)}:
            continue
        both = len(here) == 2
        if not both and (here[0] in targets or not {one, other} & set(targets)):
            continue
        from_name, to_name = (one, other) if both or here[0] == one else (other, one)
        written = present.get(from_name, from_name)
        text = (
            f"{one} and {other} both stand there: one asset or two?"
            if both
            else f"{from_name} is not known, {to_name} is: are they the same asset?"
        )
        notes.ask(
            Question(
                "alias",
                f"{where}, {written}",
                text,
                (
                    Answer(f"{written} is {to_name}", f"--alias {written}={to_name}", {"alias": {written: to_name}}),
                    Answer("two assets", f"--alias {written}={written}", {"alias": {written: written}}),
                ),
            )
        )


def _few(entries: list[str]) -> str:
    shown = ", ".join(entries[:6])
    return shown if len(entries) <= 6 else f"{shown} and {len(entries) - 6} more"
