"""What figures of studies are called by people: ``VaR 99 of total loss`` for ``total_loss_usd.var_99``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from cascade_gui.wording.parameter_names import spoken
from engine.base.faults import BadInput

if TYPE_CHECKING:
    from engine.scenario.schema import Parameters

_BROKEN: Final = "broken_correlation."
_WORDS: Final = {
    "accounts": "accounts with debt",
    "alone_price": "after the sale alone",
    "attack_bonuses_usd": "bonuses of all liquidations",
    "attack_break_even_price": "price below which buying back pays",
    "attack_cost_usd": "what the sale costs the seller",
    "attack_profit_usd": "what the seller gains at today's price",
    "attack_short_usd": "gain of the seller's short",
    "bad_debt_usd": "bad debt",
    "borrower_loss_usd": "loss of borrowers",
    "bought_for_usd": "bought back for",
    "buy_back_price": "price",
    "buys_back_at": "he buys back at",
    "by": "by",
    "holding_depth": "smallest depth at which no shock is critical",
    "insolvent_debt_usd": "debt beyond its collateral",
    "last_price": "price at the end",
    "lender_loss_usd": "loss of lenders",
    "liquidatable_left": "accounts left liquidatable",
    "liquidatable_left_debt_usd": "debt left liquidatable",
    "liquidator_profit_usd": "profit of liquidators",
    "max_reproduction_number": "largest reproduction number",
    "nakamoto": "fewest accounts with half of the debt",
    "rated_reproduction_number": "reproduction number of a round large enough to rate",
    "repaid_usd": "debt repaid",
    "runaway_account_debt_usd": "debt of the account that makes it run away",
    "sale_tokens": "tokens sold",
    "seized_usd": "collateral seized",
    "short_usd": "gain of the short",
    "starts_it": "it starts the cascade",
    "to_liquidation": "to liquidation now",
    "top_1_share": "share of the largest account",
    "top_10_share": "share of the ten largest",
    "top_100_share": "share of the hundred largest",
    "total_loss_usd": "total loss",
    "toxic_ltv": "toxic loan-to-value",
}
"""Names that are not said as they are written."""
_PATTERNS: Final = (
    (re.compile(r"var_(\d+)"), "VaR {0} of {of}"),
    (re.compile(r"lar_(\d+)"), "LaR {0}, {of}"),
    (re.compile(r"es_(\d+)"), "ES {0} of {of}"),
    (re.compile(r"effect_(\d+)"), "{of}: effect {0}"),
    (re.compile(r"mean"), "mean {of}"),
    (re.compile(r"median"), "median {of}"),
    (re.compile(r"min"), "least {of}"),
    (re.compile(r"max"), "largest {of}"),
    (re.compile(r"max_at"), "{of} is largest at"),
    (re.compile(r"slope"), "slope of {of}"),
    (re.compile(r"curvature"), "curvature of {of}"),
    (re.compile(r"effect"), "effect on {of}"),
    (re.compile(r"shock"), "{of} at a shock of"),
    (re.compile(r"mean_size(_\d+)?"), "mean size of effects on {of}"),
    (re.compile(r"deviation"), "deviation of effects on {of}"),
    (re.compile(r"at_low"), "{of} at the lower bound"),
    (re.compile(r"at_high"), "{of} at the upper bound"),
    (re.compile(r"now"), "{of} now"),
    (re.compile(r"before"), "{of} before"),
    (re.compile(r"after"), "{of} after"),
    (re.compile(r"difference"), "difference of {of}"),
    (re.compile(r"without_bonuses"), "{of}, without bonuses"),
    (re.compile(r"low"), "{of}, low end"),
    (re.compile(r"high"), "{of}, high end"),
)


_NAMED: Final = re.compile(
    r"\b(?:assets|markets|liquidators|shock|simulation)(?:\.[\w-]+)+(?<![.-])|\b[a-z]+(?:_[a-z]+)*_usd(?:\.[a-z]\w*)?\b"
)
"""Paths of parameters and names of figures, as they stand in sentences of the engine."""


def spoken_figure(name: str, parameters: Parameters | None = None) -> str:
    """Return what a figure or a column is called.

    Parameters
    ----------
    name
        As it stands in results: ``total_loss_usd.var_99``, or the path of a parameter.
    parameters
        Of the scenario, which knows what its parameters are called.

    Examples
    --------
    >>> spoken_figure("total_loss_usd.var_99"), spoken_figure("fall.WETH.mean"), spoken_figure("newly_made")
    ('VaR 99 of total loss', 'Mean fall of WETH', 'Newly made')
    """
    if parameters is not None:
        try:
            return _capital(spoken(parameters, name))
        except BadInput:
            pass
    rest = name.removeprefix(_BROKEN)
    text = _of_parts(rest.split("."))
    if rest != name:
        text = _translate("{figure}, broken correlation").format(figure=text)
    return _capital(text)


def within(figure: str) -> str:
    """Return what a figure is called within a sentence.

    Examples
    --------
    >>> within("Total loss"), within("VaR 99 of total loss")
    ('total loss', 'VaR 99 of total loss')
    """
    is_word = figure[1:2].islower() and figure[:3] not in {"VaR", "LaR"}
    return figure[:1].lower() + figure[1:] if is_word else figure


def in_words(text: str, parameters: Parameters) -> str:
    """Return a sentence of the engine with figures and parameters by what people call them.

    Examples
    --------
    >>> in_words("Effects on total_loss_usd of liquidators.gas_usd 50 to 150.", scenario.parameters)
    'Effects on total loss of gas 50 to 150.'
    """
    return _NAMED.sub(lambda found: within(spoken_figure(found[0], parameters)), text)


def _of_parts(parts: list[str]) -> str:
    text = _translate(_WORDS.get(parts[0], parts[0].removesuffix("_usd").replace("_", " ")))
    for part in parts[1:]:
        for pattern, words in _PATTERNS:
            found = pattern.fullmatch(part)
            if found is not None:
                text = _translate(words).format(*found.groups(), of=text)
                break
        else:  # the name of an asset, an account or a market
            text = _translate("{figure} of {owner}").format(figure=text, owner=part)
    return text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _translate(text: str) -> str:
    return QCoreApplication.translate("FigureWords", text)
