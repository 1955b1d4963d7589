"""A loan book and what belongs to it, from files, as one scenario: what ``cascade import`` does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.faults import BadInput, Fault
from engine.importing.around import Around
from engine.importing.asking import Answer, Notes, Question, Unanswered
from engine.importing.asset_terms import AssetTerms, asset_terms
from engine.importing.book_reading import Reading, read_book
from engine.importing.book_source import read_book_source
from engine.importing.categories import with_names_for_numbers
from engine.importing.checks import compare
from engine.importing.choices import ImportChoices
from engine.importing.filling import Filling
from engine.importing.share_forms import LARGEST_BONUS
from engine.importing.source import Source
from engine.scenario.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.scenario.presets import Preset
    from engine.scenario.schema import Parameters

LARGEST_TOTAL = 1e13
"""A book worth more USD than this is asked about: its amounts are in raw units, or its prices are."""


@dataclass(frozen=True)
class BookImport:
    """A book read, and the scenario that it makes.

    Parameters
    ----------
    reading
        What was read from the book.
    scenario
        None while something is asked, wrong or missing.
    notes
        All lines, questions and faults: of the book, the tables, and what the scenario lacks.
    assets
        What is taken for each asset of the book, and where from; empty while the book itself is asked about.
    draft
        The scenario's parameters as far as they are known: without assets that lack a price and collateral that lacks
        a threshold. None while the book itself is asked about, and where they make no scenario.
    wrong
        What is wrong with rows of the book whose accounts were left out, or that came in marked.
    proposed
        The preset whose rules are taken as nobody chose any, None if there is none.
    """

    reading: Reading
    scenario: Scenario | None
    notes: Notes
    assets: tuple[AssetTerms, ...] = ()
    draft: Parameters | None = None
    wrong: tuple[Fault, ...] = ()
    proposed: Preset | None = None


def import_book(
    book: str | Path | Source, choices: ImportChoices | None = None, *, template: Scenario | None = None
) -> BookImport:
    """Read a loan book and fill in the rest; what is not certain or missing stands in the notes.

    What several sources tell is taken from the first of: what was typed for an asset, the tables of parameters and
    liquidity, the book's own price columns, the preset, the template.

    Parameters
    ----------
    book
        A loan book in any shape (see `engine.importing.choices.SHAPES`), or one that was opened before: a large one is
        then read again, with other choices, without opening it.
    choices
        How it is to be read, and the files and names that fill in the rest.
    template
        A scenario whose parameters are the base, in place of the file that `choices` name.

    Raises
    ------
    BadInput
        If a file cannot be read at all, or a choice does not fit it.
    """
    choices = choices or ImportChoices()
    around = Around.read(choices, template)
    source = book if isinstance(book, Source) else read_book_source(book, choices)
    reading = read_book(source, choices, known=around.known(), assets=around.assets())
    notes = reading.notes
    notes.said[:0] = around.notes.said
    notes.questions[:0] = around.notes.questions
    if notes.questions or reading.is_refused or (notes.faults and choices.wrong == "refuse"):
        return BookImport(reading, None, notes)
    if not len(reading.loans):
        allowed = "a book with a right row that holds or owes something"
        notes.faults.append(Fault(reading.source.name, "no loan is left", allowed))
        return BookImport(reading, None, notes)
    numbers = {} if around.preset is None else around.preset.category_numbers
    reading = replace(reading, loans=with_names_for_numbers(reading.loans, {**numbers, **around.modes.numbers}))
    wrong = tuple(notes.faults)
    filling = Filling(around, Path(source.name if isinstance(book, Source) else book), reading, choices, notes)
    _ask_bonuses(filling.parameters, choices, reading, notes)
    if not filling.faults:
        _ask_total(filling.parameters, reading, notes)
    assets = asset_terms(reading, filling)
    notes.faults[:] = [*filling.faults, *(wrong if choices.wrong == "mark" else ())]
    if notes.faults or notes.questions:
        return BookImport(reading, None, notes, assets, _draft(filling), wrong, filling.proposed)
    draft = filling.draft()
    try:
        scenario: Scenario | None = Scenario.checked(draft, reading.loans)
    except BadInput as error:
        notes.faults[:] = _with_categories_named(error.faults, reading)
        return BookImport(reading, None, notes, assets, draft, wrong, filling.proposed)
    compare(reading, draft, notes)
    scenario = None if notes.questions else scenario
    return BookImport(reading, scenario, notes, assets, draft, wrong, filling.proposed)


def build_scenario(
    book: str | Path,
    params: str | Path | None = None,
    liquidity: str | Path | None = None,
    preset: str | None = None,
    template: str | Path | Scenario | None = None,
    choices: ImportChoices | None = None,
) -> Scenario:
    """Read a loan book and fill in the rest, as `import_book`; what stands in the way is raised.

    Parameters
    ----------
    book
        A loan book.
    params, liquidity, preset, template
        As in `choices`, for short; a template may be a scenario.
    choices
        All the rest.

    Returns
    -------
    Scenario
        Without a shock unless the template or a price path has one.

    Raises
    ------
    Unanswered
        With what is not certain.
    BadInput
        With one fault for each thing that is wrong or missing.
    """
    given = {"params": params, "liquidity": liquidity, "preset": preset}
    told = {name: str(value) for name, value in given.items() if value is not None}
    choices = (choices or ImportChoices()).changed(**told)
    scenario = template if isinstance(template, Scenario) else None
    if template is not None and scenario is None:
        choices = choices.changed(template=str(template))
    made = import_book(book, choices, template=scenario)
    if made.scenario is None:
        if made.notes.questions:
            raise Unanswered(made.notes.questions)
        raise BadInput(made.notes.faults)
    return made.scenario


def _draft(filling: Filling) -> Parameters | None:
    """Return what is known of an unfinished scenario, None where that is none, as without any price."""
    try:
        return filling.draft()
    except BadInput:
        return None


def _ask_bonuses(parameters: dict[str, Any], choices: ImportChoices, reading: Reading, notes: Notes) -> None:
    """Ask about bonuses above 50 %, wherever they come from, unless the user said how they are written."""
    if choices.bonus_form is not None:
        return
    for market, entry in parameters["markets"].items():
        for asset, terms in entry.get("collateral", {}).items():
            bonus = terms.get("liquidation_bonus") or 0.0
            if bonus > LARGEST_BONUS:
                notes.ask(
                    Question(
                        "liquidation_bonus",
                        f"{reading.source.name}, {asset} in market {market}",
                        f"A liquidation bonus of {bonus * 100:.4g} % gives away more than half of the debt.",
                        (
                            Answer("it is meant so", "--bonus-form fraction", {"bonus_form": "fraction"}),
                            Answer("another form", "--bonus-form multiplier", {"bonus_form": "multiplier"}),
                        ),
                    )
                )


def _with_categories_named(faults: Sequence[Fault], reading: Reading) -> list[Fault]:
    """Return faults with one for all categories of accounts that no market has, as nothing tells their thresholds."""
    rest = [fault for fault in faults if not fault.where.endswith(", category")]
    if "category" not in reading.columns or len(rest) == len(faults):
        return list(faults)
    names = ", ".join(list(dict.fromkeys(fault.found for fault in faults if fault not in rest))[:6])
    allowed = (
        "those of an efficiency mode beside the reserves (--params), of a --preset or a --template; or the market's "
        "own, without a column of categories (--map category=)"
    )
    where = f"{reading.source.name}, column {reading.columns['category'][0]}"
    return [*rest, Fault(where, f"accounts in categories whose thresholds nothing tells ({names})", allowed)]


def _ask_total(parameters: dict[str, Any], reading: Reading, notes: Notes) -> None:
    """Ask about a book whose worth is absurd: beyond 10 trillion USD, or a million times what the file says itself."""
    if any(value == 0 for value in reading.choices.decimals.values()):
        return
    assets, loans = parameters["assets"], reading.loans
    totals = {}
    for side, coded, amount in (
        ("collateral", loans.collateral_asset, loans.collateral_amount),
        ("debt", loans.debt_asset, loans.debt_amount),
    ):
        price = np.array([*(assets.get(name, {}).get("price", 0.0) for name in coded.names), 0.0])
        usd = np.nan_to_num(amount) * price[coded.codes]
        totals[side] = float(usd.sum())
        own = reading.own.total_usd(f"{side}_usd")
        if totals[side] > LARGEST_TOTAL or (own > 0 and totals[side] > 1e6 * own):
            row = int(np.argmax(usd))
            asset = coded.names[coded.codes[row]]
            than = f"the file says {own:,.0f}" if own > 0 else "more than all there is"
            notes.ask(
                Question(
                    "decimals",
                    f"{reading.source.name}, {side}",
                    f"The {side} is worth {totals[side]:.3g} USD ({than}); largest: {asset}. Are amounts in raw units?",
                    (
                        Answer("its decimals", f"--decimals {asset}=N"),
                        Answer("amounts are tokens", f"--decimals {asset}=0", {"decimals": {asset: 0}}),
                    ),
                )
            )
