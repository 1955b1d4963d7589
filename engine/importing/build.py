"""A loan book and what belongs to it, from files, as one scenario: what ``cascade import`` does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.base.faults import BadInput, Fault
from engine.importing.around import Around
from engine.importing.asking import Answer, Notes, Question, Unanswered
from engine.importing.book_reading import Reading, read_book
from engine.importing.categories import pairs_that_need_terms, with_names_for_numbers
from engine.importing.checks import compare
from engine.importing.choices import ImportChoices
from engine.importing.depths import proposed_depth
from engine.importing.numbers import number_from_text
from engine.importing.parameter_tables import read_part
from engine.importing.price_paths import read_price_path
from engine.importing.published_parameters import with_rules
from engine.importing.read_source import read_source
from engine.importing.share_forms import LARGEST_BONUS
from engine.importing.source import Source
from engine.scenario.loans import BLANK, CodedColumn, LoanTable
from engine.scenario.scenario import Scenario
from engine.scenario.schema import FORMAT, Category, Parameters

_INFINITE = (None, {"model": "infinite"})
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
    """

    reading: Reading
    scenario: Scenario | None
    notes: Notes


def import_book(
    book: str | Path | Source, choices: ImportChoices | None = None, *, template: Scenario | None = None
) -> BookImport:
    """Read a loan book and fill in the rest; what is not certain or missing stands in the notes.

    What several sources tell is taken from the first of: the tables of parameters and liquidity, the book's own price
    columns, the preset, the template.

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
    if isinstance(book, Source):
        source = book
    else:
        source = read_source(book, sheet=choices.sheet, part=choices.list, header_row=choices.header_row)
    reading = read_book(source, choices, known=around.known(), assets=around.assets())
    notes = reading.notes
    notes.said[:0] = around.notes.said
    notes.questions[:0] = around.notes.questions
    if notes.questions or (notes.faults and choices.wrong == "refuse"):
        return BookImport(reading, None, notes)
    if around.preset is not None:
        reading = replace(reading, loans=with_names_for_numbers(reading.loans, around.preset.category_numbers))
    data = _Data(around, Path(source.name if isinstance(book, Source) else book))
    data.take_assets(reading)
    data.take_markets(reading, choices)
    data.say_bonuses(reading, notes)
    data.take_depths(reading, choices, notes)
    data.take_path(choices, notes)
    lacking = [*data.faults]
    _ask_bonuses(data.parameters, choices, reading, notes)
    if not lacking:
        _ask_total(data.parameters, reading, notes)
    if lacking or notes.questions:
        notes.faults[:] = lacking
        return BookImport(reading, None, notes)
    notes.faults.clear()
    scenario = Scenario.checked(Parameters.from_dict(data.parameters), reading.loans)
    compare(reading, scenario.parameters, notes)
    return BookImport(reading, None if notes.questions else scenario, notes)


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


def own_thresholds(loans: LoanTable, market: str, asset: str) -> float | None:
    """Return the threshold of the first row of collateral if all rows of it have their own, else None.

    A market lists its collateral; where every row brings its own threshold, which goes first, the listed one is not
    used.
    """
    if market not in loans.market.names or asset not in loans.collateral_asset.names:
        return None
    rows = loans.collateral_asset.codes == loans.collateral_asset.names.index(asset)
    rows &= loans.market.codes == loans.market.names.index(market)
    own = loans.liquidation_threshold[rows]
    return None if not len(own) or np.isnan(own).any() else float(own[0])


def used_names(column: CodedColumn) -> list[str]:
    """Return the names of a column that stand in some row."""
    present = np.bincount(column.codes[column.codes != BLANK], minlength=len(column.names))
    return [name for name, count in zip(column.names, present.tolist(), strict=True) if count]


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
        own = reading.own.usd.get(f"{side}_usd", 0.0)
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


class _Data:
    """The scenario file that is being put together, and what is still missing."""

    def __init__(self, around: Around, book: Path) -> None:
        self.faults: list[Fault] = []
        self.around = around
        if around.template is not None:
            self.parameters: dict[str, Any] = around.template.parameters.to_dict()
        else:
            self.parameters = {"format": FORMAT, "assets": {}, "markets": {}, "notes": f"Imported from {book.name}."}
        self.parameters["name"] = book.stem
        self.book = book.name

    def take_assets(self, reading: Reading) -> None:
        """Take the prices and liquidity of the assets that the book names."""
        assets: dict[str, Any] = self.parameters["assets"]
        table, curves = self.around.table, self.around.curves
        used = dict.fromkeys([*used_names(reading.loans.collateral_asset), *used_names(reading.loans.debt_asset)])
        prices = dict(reading.prices)
        prices |= {row.asset: row.price for row in table if row.price is not None}
        depths = {row.asset: row.depth_2pct_usd for row in table if row.depth_2pct_usd is not None}
        for name in used:
            if name in prices:
                assets.setdefault(name, {})["price"] = prices[name]
            elif name not in assets:
                allowed = "one in the table of parameters, a price column of the book, or a template"
                self.faults.append(Fault(f"{self.book}, asset {name}", "no price", allowed))
        for name, entry in assets.items():
            if name in prices:
                entry["price"] = prices[name]
            if name in depths:
                entry["liquidity"] = {"model": "exponential", "depth_2pct_usd": depths[name]}
            if name in curves:
                entry["liquidity"] = curves[name]

    def take_markets(self, reading: Reading, choices: ImportChoices) -> None:
        """Take the rules and risk parameters of the markets that the book names."""
        markets: dict[str, Any] = self.parameters["markets"]
        preset = self.around.preset
        for name in used_names(reading.loans.market):
            market = markets.setdefault(name, {"collateral": {}})
            if preset is not None:
                rules = preset.rules.model_dump(mode="json")
                market["rules"] = with_rules(rules, self.around.offered, preset.name)
                market["collateral"] |= {
                    asset: entry.model_dump(mode="json")
                    for asset, entry in preset.collateral.items()
                    if asset in self.parameters["assets"]
                }
                categories = preset.categories_of(self.parameters["assets"])
                if categories:
                    given = {mode: entry.model_dump(mode="json") for mode, entry in categories.items()}
                    market["categories"] = market.get("categories", {}) | given
            for row in self.around.table:
                if row.collateral and row.market in {None, name} and row.asset in self.parameters["assets"]:
                    market["collateral"][row.asset] = market["collateral"].get(row.asset, {}) | row.collateral
        self._check_markets(reading, markets)
        modes = {
            name: {mode: Category.model_validate(entry) for mode, entry in market.get("categories", {}).items()}
            for name, market in markets.items()
        }
        for name, asset in pairs_that_need_terms(reading.loans, modes):
            entry = markets[name]["collateral"].setdefault(asset, {})
            constant = choices.constants.get("liquidation_threshold")
            if constant is not None and "liquidation_threshold" not in entry:
                entry["liquidation_threshold"] = _share(constant)
            own = own_thresholds(reading.loans, name, asset)
            if own is not None:
                entry.setdefault("liquidation_threshold", own)
            if "liquidation_threshold" not in entry:
                where = f"{self.book}, {asset} as collateral in market {name}"
                allowed = "one in the table of parameters (0: no collateral), a preset or a template"
                self.faults.append(Fault(where, "no liquidation_threshold", allowed))

    def _check_markets(self, reading: Reading, markets: dict[str, Any]) -> None:
        """Ask if the table's rows are all of markets that the book does not have: none of them would count."""
        named = dict.fromkeys(row.market for row in self.around.table if row.market is not None and row.collateral)
        if not named or any(name in markets for name in named) or None in {row.market for row in self.around.table}:
            return
        few = ", ".join([name for name in named if name][:4])
        reading.notes.ask(
            Question(
                "market",
                f"{self.book}, market",
                f"The table of parameters is of {few}, the book of {', '.join(list(markets)[:4])}: which is it?",
                tuple(Answer("", f"--market {name}", {"market": name}) for name in [*named][:4] if name),
            )
        )

    def take_depths(self, reading: Reading, choices: ImportChoices, notes: Notes) -> None:
        """Propose a depth for the assets of the book that have none, and say which are left without."""
        loans, assets = reading.loans, self.parameters["assets"]
        used = dict.fromkeys([*used_names(loans.collateral_asset), *used_names(loans.debt_asset)])
        bare = [name for name in used if name in assets and assets[name].get("liquidity") in _INFINITE]
        proposals = {name: proposed_depth(name) if choices.depth == "proposed" else None for name in bare}
        shown = []
        for name, proposal in proposals.items():
            if proposal is not None:
                assets[name]["liquidity"] = {"model": "exponential", "depth_2pct_usd": proposal.depth_2pct_usd}
                shown.append(f"{name} {proposal.depth_2pct_usd:,.0f} USD ({proposal.basis})")
        if shown:
            notes.say(
                f"{self.book}: 2 % depths are assumed, as nothing tells them: {'; '.join(shown[:6])}"
                + (f" and {len(shown) - 6} more" if len(shown) > 6 else "")
                + "; --depth none leaves them infinite, --liquidity or a column depth_2pct_usd gives yours"
            )
        without = [name for name, proposal in proposals.items() if proposal is None]
        if without:
            notes.say(f"{self.book}: infinite liquidity, their sale moves no price: {', '.join(without[:8])}")

    def say_bonuses(self, reading: Reading, notes: Notes) -> None:
        """Say for which collateral nobody gives a bonus: liquidators then earn nothing on it."""
        modes = {
            name: {mode: Category.model_validate(entry) for mode, entry in market.get("categories", {}).items()}
            for name, market in self.parameters["markets"].items()
        }
        without = [
            asset
            for market, asset in pairs_that_need_terms(reading.loans, modes)
            if "liquidation_bonus" not in self.parameters["markets"][market]["collateral"].get(asset, {})
        ]
        if without:
            names = ", ".join(list(dict.fromkeys(without))[:8])
            notes.say(f"{self.book}: no liquidation bonus for {names}: 0 % is taken")

    def take_path(self, choices: ImportChoices, notes: Notes) -> None:
        """Take the shock from a price path."""
        if choices.path is None or self.faults:
            return
        prices = {name: float(entry["price"]) for name, entry in self.parameters["assets"].items()}
        returns = read_price_path(read_part(choices.path), prices, choices, notes)
        if returns:
            self.parameters["shock"] = {"kind": "path", "returns": returns}


def _share(text: str) -> float:
    value = number_from_text(text)
    if value is None or not 0 <= value <= 1:
        raise BadInput.at("constant liquidation_threshold", repr(text), "a share such as 0.83 or 83%")
    return value
