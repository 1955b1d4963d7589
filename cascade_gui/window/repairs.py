"""What can be done at once about something that keeps the scenario from running: a text for a button, and the deed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QInputDialog

from cascade_gui.scenario_panel.edits import with_risk_parameters
from cascade_gui.wording import numbers
from engine.base.faults import BadInput
from engine.importing.asset_aliases import PAIRS, spelled, underlying
from engine.scenario.schema import Parameters
from engine.scenario.unpriced import unpriced
from engine.scenario.validation import THRESHOLD_LIMIT, unlisted_collateral

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from cascade_gui.document.document import Document
    from cascade_gui.loan_table.editing import LoanEditor
    from engine.scenario.loans import CodedColumn, LoanTable

_PER_CENT: Final = 100.0
_SIDES: Final = ("collateral_asset", "debt_asset")


@dataclass(frozen=True, slots=True)
class Repair:
    """An obvious way out, one step that can be undone.

    Attributes
    ----------
    text
        What stands on its button.
    help_text
        What exactly is done.
    do
        Does it.
    """

    text: str
    help_text: str
    do: Callable[[], None]


def repairs(document: Document, editor: LoanEditor) -> list[Repair]:
    """Return what can be done about the loans as they stand; nothing where there is no obvious way.

    Parameters
    ----------
    document
        The scenario.
    editor
        Changes its loans.
    """
    parameters, loans = document.parameters, document.loans.to_table()
    return [
        *_prices(document),
        *_listings(document, loans),
        *_per_cents(editor, loans),
        *_names(editor, loans, tuple(parameters.assets)),
    ]


def _prices(document: Document) -> Iterator[Repair]:
    """Ask for prices that an import left open."""
    for asset in unpriced(document.parameters):
        text, question = _tr("Price of {0} …").format(asset), _tr("USD a token")

        def take(typed: str, path: str = f"assets.{asset}.price") -> None:
            value = numbers.parse_number(typed)
            fault = document.fault_of(path, value)
            if fault is not None:  # the field stays blank
                raise BadInput((fault,))
            document.set_parameter(path, value)

        yield Repair(text, _tr("Type what one {0} costs in USD.").format(asset), partial(_ask, text, question, take))


def _ask(title: str, question: str, take: Callable[[str], None]) -> None:
    """Ask for a number until it is one that is allowed, or nobody wants to tell it."""
    asked, typed = question, ""
    while True:
        typed, accepted = QInputDialog.getText(QApplication.activeWindow(), title, asked, text=typed)
        if not accepted:
            return
        try:
            take(typed)
        except BadInput as refusal:
            asked = f"{question}: {refusal.faults[0].allowed or refusal.faults[0].found}"
        except ValueError as refusal:
            asked = f"{question}: {refusal}"
        else:
            return


def _listings(document: Document, loans: LoanTable) -> Iterator[Repair]:
    """Add collateral that loans have and their market does not take."""
    parameters = document.parameters
    for market, asset in unlisted_collateral(parameters, loans):
        terms = _careful_terms(parameters, market, asset)
        if terms is None:
            text = _tr("Threshold of {0} …").format(asset)
            told = _tr("Type the liquidation threshold at which {0} takes {1}.").format(market, asset)
            question = _tr("Liquidation threshold in %")
            yield Repair(text, told, partial(_ask, text, question, partial(_list_typed, document, market, asset)))
            continue
        threshold, bonus, origin = terms
        text = _tr("Add {asset} as collateral")
        if len(parameters.markets) > 1:
            text = _tr("Add {asset} as collateral of {market}")
        help_text = _tr(
            "{market} takes {asset} with a threshold of {threshold} and a bonus of {bonus}, {origin}. Change them "
            "under Market."
        ).format(
            market=market, asset=asset, threshold=numbers.percent_short(threshold),
            bonus=numbers.percent_short(bonus), origin=origin,
        )  # fmt: skip
        text = text.format(asset=asset, market=market)
        yield Repair(text, help_text, partial(_list, document, market, asset, threshold, bonus, text))


def _careful_terms(parameters: Parameters, market: str, asset: str) -> tuple[float, float, str] | None:
    """Return threshold and bonus for new collateral and where they are from; None where nothing is known.

    Those of the asset in another market, else the lowest threshold and the largest bonus of the market: a loan is
    then rather told too early than too late.
    """
    for name, other in parameters.markets.items():
        if asset in other.collateral:
            listed = other.collateral[asset]
            return listed.liquidation_threshold, listed.liquidation_bonus, _tr("as in {0}").format(name)
    own = [each for each in parameters.markets[market].collateral.values() if each.liquidation_threshold > 0]
    if not own:
        return None
    threshold = min(each.liquidation_threshold for each in own)
    bonus = max(each.liquidation_bonus for each in own)
    return threshold, bonus, _tr("the most careful of this market")


def _list_typed(document: Document, market: str, asset: str, typed: str) -> None:
    threshold = numbers.parse_risk_share(typed, "liquidation_threshold")
    terms = {asset: {"liquidation_threshold": threshold}}
    changed = with_risk_parameters(document.parameters, market, terms)
    document.replace_parameters(changed, _tr("Add {0} to {1}").format(asset, market))


def _list(document: Document, market: str, asset: str, threshold: float, bonus: float, text: str) -> None:
    data = document.parameters.to_dict()
    data["markets"][market]["collateral"][asset] = {"liquidation_threshold": threshold, "liquidation_bonus": bonus}
    document.replace_parameters(Parameters.from_dict(data), text)


def _per_cents(editor: LoanEditor, loans: LoanTable) -> Iterator[Repair]:
    """Read thresholds that are too large for shares as per cent."""
    threshold = loans.liquidation_threshold
    rows = np.flatnonzero((threshold >= THRESHOLD_LIMIT) & (threshold < THRESHOLD_LIMIT * _PER_CENT)).astype(np.int64)
    if not len(rows):
        return
    first = numbers.significant(float(threshold[rows[0]]))
    text = _tr("{0} means {0} %").format(first)
    help_text = _tr("Read {0} as per cent.").format(
        _tr("one threshold") if len(rows) == 1 else _tr("{0} thresholds").format(numbers.count(len(rows)))
    )
    written = [numbers.percent_short(value / _PER_CENT) for value in threshold[rows].tolist()]
    yield Repair(text, help_text, partial(editor.repair, {"liquidation_threshold": (rows, written)}, text))


def _names(editor: LoanEditor, loans: LoanTable, assets: Collection[str]) -> Iterator[Repair]:
    """Take names that are not known for the known ones that they are other spellings or tokens of."""
    for name in dict.fromkeys(each for side in _SIDES for each in _used(getattr(loans, side)) if each not in assets):
        target = _other_name(name, assets)
        if target is None:
            continue
        texts = {}
        for side in _SIDES:
            column: CodedColumn = getattr(loans, side)
            if name in column.names:
                rows = np.flatnonzero(column.codes == column.names.index(name)).astype(np.int64)
                texts[side] = (rows, [target] * len(rows))
        text = _tr("{0} means {1}").format(name, target)
        help_text = _tr("Write {1} where the loans say {0}.").format(name, target)
        yield Repair(text, help_text, partial(editor.repair, texts, text))


def _used(column: CodedColumn) -> list[str]:
    """Return the names that rows have, in order of their codes."""
    return [str(column.names[code]) for code in np.unique(column.codes[column.codes >= 0]).tolist()]


def _other_name(name: str, assets: Collection[str]) -> str | None:
    partners = (other for pair in PAIRS for one, other in (pair, pair[::-1]) if one == name)
    for candidate in (spelled(name, assets), underlying(name), *partners):
        if candidate is not None and candidate in assets:
            return candidate
    return None


def _tr(text: str) -> str:
    return QCoreApplication.translate("Repairs", text)
