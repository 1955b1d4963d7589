"""A book filled in to a whole scenario: prices, liquidity, rules and risk parameters, and what is still missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.faults import BadInput, Fault
from engine.importing.around import PROPOSED
from engine.importing.asking import Answer, Question
from engine.importing.categories import pairs_that_need_terms
from engine.importing.collateral_rows import CollateralRows
from engine.importing.depths import ProposedDepth, proposed_depth
from engine.importing.numbers import number_from_text
from engine.importing.price_paths import read_price_path
from engine.importing.published_parameters import with_rules
from engine.importing.read_part import read_part
from engine.scenario.loans import BLANK, CodedColumn
from engine.scenario.presets import load_preset
from engine.scenario.rule_bonuses import RuleBonus, rule_bonus
from engine.scenario.schema import FORMAT, Category, Parameters
from engine.scenario.schema.markets import Rules

if TYPE_CHECKING:
    from pathlib import Path

    from engine.importing.around import Around
    from engine.importing.asking import Notes
    from engine.importing.book_reading import Reading
    from engine.importing.choices import ImportChoices
    from engine.scenario.presets import Preset

_SAME = 1e-9


class Filling:
    """The scenario file that is being put together, and what is still missing.

    Parameters
    ----------
    around
        What is known beside the book.
    book
        The book's file, which names the scenario.
    reading
        What was read from it.
    choices
        What the user says.
    notes
        Gets what was done.

    Attributes
    ----------
    parameters
        The scenario without its loans, as plain data.
    faults
        One line for each thing that is missing.
    proposals
        The depths that are assumed, by asset.
    borrowed
        Market and asset of collateral whose terms are another market's, with that market.
    relying
        Market and asset of collateral of which some row relies on its market's terms.
    held
        The book's rows by market and collateral.
    proposed
        The preset whose rules are taken as nobody chose any, None if there is none.
    """

    def __init__(self, around: Around, book: Path, reading: Reading, choices: ImportChoices, notes: Notes) -> None:
        self.faults: list[Fault] = []
        self.proposals: dict[str, ProposedDepth] = {}
        self.borrowed: dict[tuple[str, str], str] = {}
        self.relying: set[tuple[str, str]] = set()
        self.proposed: Preset | None = None
        self.around = around
        if around.template is not None:
            self.parameters: dict[str, Any] = around.template.parameters.to_dict()
        else:
            self.parameters = {"format": FORMAT, "assets": {}, "markets": {}, "notes": f"Imported from {book.name}."}
        self.parameters["name"] = book.stem
        self.book = book.name
        self._reading, self._notes, self.choices = reading, notes, choices
        loans = reading.loans
        self.held = CollateralRows(loans)
        self.used = tuple(dict.fromkeys([*used_names(loans.collateral_asset), *used_names(loans.debt_asset)]))
        self.take_assets()
        self.take_markets()
        self.say_bonuses()
        self.take_depths()
        self.take_path()
        self.say_typed_unused()

    def take_assets(self) -> None:
        """Take the prices and liquidity of the assets that the book names."""
        assets: dict[str, Any] = self.parameters["assets"]
        rows, curves = self.around.rows, self.around.curves
        prices = dict(self._reading.prices)
        prices |= {row.asset: row.price for row in rows if row.price is not None}
        depths = {row.asset: row.depth_2pct_usd for row in rows if row.depth_2pct_usd is not None}
        typed = self.choices.depths
        for name in self.used:
            if name in prices:
                assets.setdefault(name, {})["price"] = prices[name]
            elif assets.get(name, {}).get("price") is None:
                allowed = "one in the table of parameters, a price column of the book, a template, or --price"
                self.faults.append(Fault(f"{self.book}, asset {name}", "no price", allowed))
        self._say_prices(prices)
        for name, entry in assets.items():
            if name in prices:
                entry["price"] = prices[name]
            if name in depths and name not in typed:
                entry["liquidity"] = {"model": "exponential", "depth_2pct_usd": depths[name]}
            if name in curves and name not in typed:
                entry["liquidity"] = curves[name]
            if name in typed:
                depth = typed[name]
                infinite: dict[str, Any] = {"model": "infinite"}
                entry["liquidity"] = infinite if depth is None else {"model": "exponential", "depth_2pct_usd": depth}

    def _say_prices(self, prices: dict[str, float]) -> None:
        """Say where the template's prices give way to those of the book or the table."""
        if self.around.template is None:
            return
        held = {name: asset.price for name, asset in self.around.template.parameters.assets.items()}
        other = [
            f"{name} {held[name]:.6g} becomes {price:.6g}"
            for name, price in prices.items()
            if name in held and name not in self.choices.prices and abs(price / held[name] - 1) > _SAME
        ]
        if other:
            more = f" and {len(other) - 6} more" if len(other) > 6 else ""
            self._notes.say(f"{self.book}: prices of the scenario give way: {', '.join(other[:6])}{more}")

    def take_markets(self) -> None:
        """Take the rules and risk parameters of the markets that the book names."""
        markets: dict[str, Any] = self.parameters["markets"]
        preset = self.around.preset
        first = next(iter(markets), None)
        known = {*self.parameters["assets"], *self.used}
        self._say_market(list(markets))
        for name in used_names(self._reading.loans.market):
            if name not in markets and preset is None:
                markets[name] = self._new_market(name, first)
            market = markets.setdefault(name, {"collateral": {}})
            if preset is not None:
                rules = preset.rules.model_dump(mode="json")
                market["rules"] = with_rules(rules, self.around.offered, preset.name)
                market["collateral"] |= {
                    asset: entry.model_dump(mode="json") for asset, entry in preset.collateral.items() if asset in known
                }
                categories = preset.categories_of(self.parameters["assets"])
                if categories:
                    given = {mode: entry.model_dump(mode="json") for mode, entry in categories.items()}
                    market["categories"] = market.get("categories", {}) | given
            self._take_modes(market, known)
            self._take_margin_asset(name, market)
            for row in self.around.rows:
                if row.collateral and row.market in {None, name} and row.asset in known:
                    market["collateral"][row.asset] = market["collateral"].get(row.asset, {}) | row.collateral
        self._check_markets(markets)
        self._fill_terms(markets)

    def _new_market(self, name: str, first: str | None) -> dict[str, Any]:
        """Return a market of a book that nothing describes: with the rules of the scenario's first one, if it has any.

        Perpetual positions get those of a margin engine, of the scenario's or of the preset that is proposed.
        """
        markets: dict[str, Any] = self.parameters["markets"]
        if self._reading.perpetuals is not None:
            first = next(iter(self.around.margin_markets()), None)
            if first is None:
                self.proposed = load_preset(PROPOSED)
                self._notes.say(
                    f"{self.book}: rows are perpetual positions, so the rules of a margin engine are taken, not of a "
                    f"lending market: {self.proposed.title} ({PROPOSED}); --preset NAME or --template FILE takes others"
                )
                return {"collateral": {}, "rules": self.proposed.rules.model_dump(mode="json")}
        if first is None:
            return {"collateral": {}}
        self._notes.say(f"{self.book}: market {name} gets the rules of {first}, the scenario's first market")
        rules = markets[first].get("rules")
        return {"collateral": {}} | ({} if rules is None else {"rules": rules})

    def _take_margin_asset(self, name: str, market: dict[str, Any]) -> None:
        """Name what a margin engine pays in, if its rules leave it open; say if a market of positions is none."""
        settlement = market.get("rules", {}).get("settlement", {})
        positions = self._reading.perpetuals
        if positions is None or settlement.get("quote_asset") is not None:
            return
        if settlement.get("kind", "liquidator") != "margin":
            self._notes.say(
                f"{self.book}: market {name} is no margin engine: perpetual positions come under its rules all the "
                "same, as its name or preset was chosen"
            )
            return
        paid_in = [name for name in positions.paid_in if name in self.used]
        if paid_in:
            settlement["quote_asset"] = paid_in[0]

    def _take_modes(self, market: dict[str, Any], known: set[str]) -> None:
        """Give a market the efficiency modes of the table of parameters, for the assets that there are."""
        for name, entry in self.around.modes.categories.items():
            assets = [asset for asset in entry["assets"] if asset in known]
            if assets:
                market["categories"] = {**market.get("categories", {}), name: {**entry, "assets": assets}}

    def _say_market(self, markets: list[str]) -> None:
        """Say in which of several markets the loans of a book are that names none."""
        named = "market" in self._reading.columns or "market" in self.choices.constants or self.choices.market
        if len(markets) > 1 and not named:
            self._notes.say(
                f"{self.book}: no column names a market, the loans are in {markets[0]}, the first of "
                f"{', '.join(markets[:6])}; --market says another"
            )

    def _fill_terms(self, markets: dict[str, Any]) -> None:
        """Give collateral that its market does not list the terms of another market, or of the book's rows."""
        constant = self.choices.constants.get("liquidation_threshold")
        pairs = pairs_that_need_terms(self._reading.loans, self.categories())
        self.relying = set(pairs)
        positions = self._reading.perpetuals
        lacking = () if positions is None else positions.lacking
        self._ask_margins(lacking)
        for name, asset in pairs:
            entry = markets[name]["collateral"].setdefault(asset, {})
            if constant is not None and "liquidation_threshold" not in entry:
                entry["liquidation_threshold"] = _share(constant)
            if positions is not None and asset in positions.thresholds:
                entry.setdefault("liquidation_threshold", positions.thresholds[asset])
            other = next((each for each in self._template_markets() if asset in markets[each]["collateral"]), None)
            if "liquidation_threshold" not in entry and other not in {None, name}:
                self.borrowed[name, asset] = str(other)
                markets[name]["collateral"][asset] = entry = {**markets[other]["collateral"][asset], **entry}
            own = self.held.own_term(name, asset, "liquidation_threshold")
            if own is not None:
                entry.setdefault("liquidation_threshold", own)
            if "liquidation_threshold" not in entry and not lacking:  # which says what is missing
                where = f"{self.book}, {asset} as collateral in market {name}"
                allowed = "one in the table of parameters (0: no collateral), a preset, a template, or --threshold"
                self.faults.append(Fault(where, "no liquidation_threshold", allowed))
        by_market: dict[tuple[str, str], list[str]] = {}
        for (name, asset), other in self.borrowed.items():
            by_market.setdefault((name, other), []).append(asset)
        for (name, other), names in by_market.items():
            self._notes.say(f"{self.book}: {', '.join(names[:8])} in market {name} as in market {other}")

    def _ask_margins(self, lacking: tuple[str, ...]) -> None:
        """Say for which perpetuals nothing tells the maintenance margin, and at which the file's own prices fit."""
        positions = self._reading.perpetuals
        if positions is None or not lacking:
            return
        for asset in lacking:
            allowed = (
                f"a column of the book or of the table of parameters, --maintenance-margin {asset}=2%, or a --preset"
            )
            self.faults.append(Fault(f"{self.book}, {asset}", "no maintenance margin", allowed))
        fits = {asset: margin for asset, margin in positions.fitting_margins().items() if asset in lacking}
        if fits:
            shown = ", ".join(f"{asset} {margin * 100:.3g} %" for asset, margin in list(fits.items())[:8])
            self._notes.say(f"{self.book}: the file's own liquidation prices fit maintenance margins of {shown}")

    def _template_markets(self) -> list[str]:
        """Return the template's markets whose terms others may have: for perpetual positions its margin engines."""
        if self._reading.perpetuals is not None:
            return self.around.margin_markets()
        return [] if self.around.template is None else list(self.around.template.parameters.markets)

    def categories(self) -> dict[str, dict[str, Category]]:
        """Return the categories of each market by name."""
        return {
            name: {mode: Category.model_validate(entry) for mode, entry in market.get("categories", {}).items()}
            for name, market in self.parameters["markets"].items()
        }

    def _check_markets(self, markets: dict[str, Any]) -> None:
        """Ask if the table's rows are all of markets that the book does not have: none of them would count."""
        named = dict.fromkeys(row.market for row in self.around.table if row.market is not None and row.collateral)
        if not named or any(name in markets for name in named) or None in {row.market for row in self.around.table}:
            return
        few = ", ".join([name for name in named if name][:4])
        self._notes.ask(
            Question(
                "market",
                f"{self.book}, market",
                f"The table of parameters is of {few}, the book of {', '.join(list(markets)[:4])}: which is it?",
                tuple(Answer("", f"--market {name}", {"market": name}) for name in [*named][:4] if name),
            )
        )

    def take_depths(self) -> None:
        """Propose a depth for the assets of the book that have none, and say which are left without.

        An asset whose sales move no price in the template keeps that: somebody has chosen it.
        """
        assets, choices = self.parameters["assets"], self.choices
        chosen = {*choices.depths, *(() if self.around.template is None else self.around.template.parameters.assets)}
        without = []
        for name in self.used:
            liquidity = assets.setdefault(name, {}).get("liquidity")
            if liquidity is not None and liquidity["model"] != "infinite":
                continue
            proposal = proposed_depth(name) if choices.depth == "proposed" and name not in chosen else None
            if proposal is None:
                without.append(name)
                continue
            assets[name]["liquidity"] = {"model": "exponential", "depth_2pct_usd": proposal.depth_2pct_usd}
            self.proposals[name] = proposal
        shown = [f"{name} {each.depth_2pct_usd:,.0f} USD ({each.basis})" for name, each in self.proposals.items()]
        if shown:
            self._notes.say(
                f"{self.book}: 2 % depths are assumed, as nothing tells them: {'; '.join(shown[:6])}"
                + (f" and {len(shown) - 6} more" if len(shown) > 6 else "")
                + "; --depth none leaves them infinite, --liquidity or a column depth_2pct_usd gives yours"
            )
        if without:
            self._notes.say(f"{self.book}: infinite liquidity, their sale moves no price: {', '.join(without[:8])}")

    def _pays_bonuses(self, market: str) -> bool:
        """Whether a market's liquidators live by a bonus; whoever else settles it does without."""
        settlement = self.parameters["markets"][market].get("rules", {}).get("settlement", {})
        return str(settlement.get("kind", "liquidator")) == "liquidator"

    def say_bonuses(self) -> None:
        """Say for which collateral nobody gives a bonus: liquidators then earn nothing on it."""
        self._say_bonuses_of_rules()
        without = [
            asset
            for market, asset in sorted(self.relying)
            if self._pays_bonuses(market)
            and self.bonus_of_rules(market, asset) is None
            and "liquidation_bonus" not in self.parameters["markets"][market]["collateral"].get(asset, {})
        ]
        if without:
            names = ", ".join(list(dict.fromkeys(without))[:8])
            self._notes.say(
                f"{self.book}: no liquidation bonus for {names}: 0 % is taken, at which nobody is paid to liquidate"
            )

    def bonus_of_rules(self, market: str, asset: str) -> RuleBonus | None:
        """Return the bonus that a market's rules make for a collateral; None where the listed one counts."""
        entry = self.parameters["markets"][market]
        own = self.held.own_terms(market, asset, "liquidation_threshold")
        threshold = entry["collateral"].get(asset, {}).get("liquidation_threshold")
        if len(own) and not np.isnan(own).any():
            threshold = float(own[0]) if (own == own[0]).all() else None
        return rule_bonus(Rules.model_validate(entry.get("rules", {})), threshold)

    def _say_bonuses_of_rules(self) -> None:
        """Say for which collateral the rules make the bonus, and which one is given for nothing."""
        told: dict[str, dict[str, None]] = {}
        unused: list[str] = []
        for market, asset in self.held.pairs:
            bonus = self.bonus_of_rules(market, asset)
            entry = self.parameters["markets"][market]["collateral"].get(asset)
            if bonus is None or entry is None:
                continue
            shown = "" if bonus.value is None else f" {100 * bonus.value:.4g} %"
            told.setdefault(bonus.by, {})[asset + shown] = None
            own = self.held.own_term(market, asset, "liquidation_bonus") or entry.get("liquidation_bonus")
            if own or asset in self.choices.bonuses:
                unused.append(asset)
        for by, found in told.items():
            self._notes.say(f"{self.book}: the rules make the bonus from {by}: {', '.join([*found][:8])}")
        if unused:
            names = ", ".join(list(dict.fromkeys(unused))[:8])
            self._notes.say(f"{self.book}: the bonus that is given for {names} has no effect under these rules")

    def take_path(self) -> None:
        """Take the shock from a price path."""
        if self.choices.path is None or self.faults:
            return
        prices = {name: float(entry["price"]) for name, entry in self.parameters["assets"].items() if entry["price"]}
        returns = read_price_path(read_part(self.choices.path, "path"), prices, self.choices, self._notes)
        if returns:
            self.parameters["shock"] = {"kind": "path", "returns": returns}

    def say_typed_unused(self) -> None:
        """Say which assets of typed prices and terms the scenario does not have."""
        typed = dict.fromkeys(name for values in self.choices.by_asset().values() for name in values)
        unused = [name for name in typed if name not in self.used and name not in self.parameters["assets"]]
        if unused:
            self._notes.say(f"{self.book}: no such asset, what was typed for it is not used: {', '.join(unused[:8])}")

    def draft(self) -> Parameters:
        """Return what is known: a price that nothing tells is blank, collateral without a threshold is left out."""
        assets = {name: {"price": None, **entry} for name, entry in self.parameters["assets"].items()}
        markets = {
            name: market
            | _modes_of(market, assets)
            | {
                "collateral": {
                    asset: terms
                    for asset, terms in market["collateral"].items()
                    if "liquidation_threshold" in terms and asset in assets
                }
            }
            for name, market in self.parameters["markets"].items()
        }
        return Parameters.from_dict({**self.parameters, "assets": assets, "markets": markets})


def _modes_of(market: dict[str, Any], assets: dict[str, Any]) -> dict[str, Any]:
    """Return a market's efficiency modes without assets that there are not."""
    if not market.get("categories"):
        return {}
    kept = {
        name: {**entry, "assets": [asset for asset in entry["assets"] if asset in assets]}
        for name, entry in market["categories"].items()
    }
    return {"categories": kept}


def used_names(column: CodedColumn) -> list[str]:
    """Return the names of a column that stand in some row."""
    present = np.bincount(column.codes[column.codes != BLANK], minlength=len(column.names))
    return [name for name, count in zip(column.names, present.tolist(), strict=True) if count]


def _share(text: str) -> float:
    value = number_from_text(text)
    if value is None or not 0 <= value <= 1:
        raise BadInput.at("constant liquidation_threshold", repr(text), "a share such as 0.83 or 83%")
    return value
