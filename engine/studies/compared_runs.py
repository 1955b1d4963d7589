"""What runs of a scenario and of others came to, beside each other: figures, sentences and tables of differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.studies.pairs import Pairs, share_estimate
from engine.studies.path_settings import BROAD
from engine.studies.verdicts import meaning, of_critical_shock, of_own_shock, over_paths

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.studies.alternatives import Alternative
    from engine.studies.gathering import Made
    from engine.studies.outcome import Columns

Figures = dict[str, float | None]

OWN: Final = "own shock"
_FIRST: Final = (
    "total_loss_usd", "repaid_usd", "bad_debt_usd", "lender_loss_usd", "borrower_loss_usd", "liquidator_profit_usd",
    "accounts_liquidated", "liquidations",
)  # fmt: skip
"""Measures in the order in which they matter; the others follow."""
ALWAYS: Final = ("total_loss_usd", "repaid_usd", "critical_shock")
"""Measures that are told where they do not differ either."""
_SAME_FALL: Final = 1e-3
"""Falls that differ by no more, a tenth of a point, are the same."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the table of results."""

    alternative: str
    over: str
    measure: str
    before: float | None
    after: float | None
    difference: float | None
    low: float | None = None
    high: float | None = None
    lower: float | None = None
    higher: float | None = None
    same: float = 0.0

    @property
    def differs(self) -> bool:
        """Whether there is a difference, in the mean or in any path."""
        return bool(self.difference or self.lower or self.higher) or (self.before is None) != (self.after is None)

    def cells(self) -> tuple[Any, ...]:
        """Return them in the order of the table."""
        numbers = (self.before, self.after, self.difference, self.low, self.high, self.lower, self.higher)
        said = meaning(self.measure, self.difference, self.low, self.high, self.same)
        return self.alternative, self.over, self.measure, *(np.nan if x is None else x for x in numbers), said


_COLUMNS: Final = (
    "alternative", "over", "measure", "before", "after", "difference", "difference.low", "difference.high",
    "lower_share", "higher_share", "meaning",
)  # fmt: skip
_PARTS: Final = ("before", "after", "difference", "difference.low", "difference.high")
_TEXTS: Final = ("alternative", "over", "measure", "meaning")


class ComparedRuns:
    """What runs of a scenario and of others came to, beside each other.

    Parameters
    ----------
    everyone
        The scenario, then what it is compared with.
    made
        By the place of a scenario and the class of runs, what they came to.
    same
        USD; total losses that differ by no more are the same.
    asset
        Whose critical fall was looked for, if it was.
    seed
        Of resampling.
    """

    def __init__(
        self, everyone: Sequence[Alternative], made: Mapping[tuple[int, str], Made], same: float, asset: str | None,
        seed: int,
    ) -> None:  # fmt: skip
        self._everyone, self._made = everyone, made
        self._same_usd, self._asset, self._seed = same, asset, seed
        self._classes = [kind for place, kind in made if place == 0 and kind != OWN]
        self._lines: list[_Line] = []

    def of(self, place: int, today: Figures, then: Figures) -> tuple[list[str], Figures]:
        """Return the sentences and the figures of one alternative, the verdict first.

        Parameters
        ----------
        place
            Which one, from 1.
        today, then
            Critical and runaway shock before and after, if they were looked for.
        """
        own = self._own_shock(place)
        said: list[str] = []
        figures: Figures = {}
        for kind in self._classes:
            sentences, found = self._over_paths(place, kind)
            begins = "" if kind == BROAD else f"{kind.replace(' ', '_')}."
            figures |= {f"{begins}{name}": value for name, value in found.items()}
            said += sentences if kind == BROAD else [f"{kind.capitalize()}: {each}" for each in sentences]
        for name, before in today.items():
            after = then.get(name)
            change = None if before is None or after is None else after - before
            figures |= {f"{name}.before": before, f"{name}.after": after, f"{name}.difference": change}
            self._lines.append(_Line(self._everyone[place].name, "one run each", name, before, after, change))
        if today:
            said += of_critical_shock(str(self._asset), figures)
        return [*said, *of_own_shock(own)], figures | own

    def _own_shock(self, place: int) -> Figures:
        before, after = self._made[0, OWN], self._made[place, OWN]
        figures: Figures = {}
        if len(before) and len(after):
            for name in _in_order(before, after):
                one, other = (_known(each.measures[name][0]) for each in (before, after))
                change = None if one is None or other is None else other - one
                figures |= {f"{name}.before": one, f"{name}.after": other, f"{name}.difference": change}
                self._lines.append(
                    _Line(self._everyone[place].name, OWN, name, one, other, change, same=self._same(name))
                )
        return figures

    def _pairs(self, place: int, kind: str) -> dict[str, Pairs]:
        """Return the pairs of each measure over the paths that both were run along."""
        before, after = self._made[0, kind], self._made[place, kind]
        both = np.intersect1d(before.places, after.places)
        chosen = [np.isin(each.places, both) for each in (before, after)]
        if not len(both):
            return {}
        return {
            name: Pairs.of(before.measures[name][chosen[0]], after.measures[name][chosen[1]])
            for name in _in_order(before, after)
        }

    def _over_paths(self, place: int, kind: str) -> tuple[list[str], Figures]:
        pairs = {name: each for name, each in self._pairs(place, kind).items() if len(each)}
        if not pairs:
            return [], {}
        loss, repaid = pairs["total_loss_usd"], pairs["repaid_usd"]
        same = self._same_usd
        figures: Figures = {}
        for name, share in zip(("better", "worse", "same"), loss.shares(same), strict=True):
            figures |= share_estimate(share, len(loss)).named(f"{name}_share")
        for name, each in pairs.items():
            found = each.mean_figures(name)
            figures |= found
            lower, higher, _ = each.shares(self._same(name))
            before, after, change, low, high = (found[f"{name}.mean.{part}"] for part in _PARTS)
            ends = (before, after, change, low, high, lower, higher)
            self._lines.append(_Line(self._everyone[place].name, kind, name, *ends, same=self._same(name)))
        for percent, share in (("95", 0.95), ("99", 0.99)):
            figures |= loss.quantile_figures(f"total_loss_usd.var_{percent}", share)
            figures |= loss.shortfall_figures(f"total_loss_usd.es_{percent}", share, self._seed)
            figures |= repaid.quantile_figures(f"repaid_usd.lar_{percent}", share)
        return over_paths(loss, repaid, figures, same), figures

    def _same(self, measure: str) -> float:
        if measure.endswith("_usd"):
            return self._same_usd
        return _SAME_FALL if measure.startswith("fall.") else 0.0

    def table(self) -> Columns:
        """Return what differs, one row an alternative, class and measure: paths first; total loss in any case."""
        order = {kind: place for place, kind in enumerate((*self._classes, "one run each", OWN))}
        differ = (line for line in self._lines if line.differs or line.measure in ALWAYS)
        lines = sorted(differ, key=lambda line: (line.alternative != self._everyone[1].name, order[line.over]))
        cells = list(zip(*(line.cells() for line in lines), strict=True)) or [()] * len(_COLUMNS)
        return {
            name: np.array(column, dtype=object if name in _TEXTS else np.float64)
            for name, column in zip(_COLUMNS, cells, strict=True)
        }

    def paths(self) -> Columns:
        """Return total loss and debt repaid path by path, before and after, those first that differ most."""
        parts: list[Columns] = []
        for place, each in enumerate(self._everyone[1:], 1):
            for kind in self._classes:
                pairs = self._pairs(place, kind)
                if not pairs:
                    continue
                both = np.intersect1d(self._made[0, kind].places, self._made[place, kind].places)
                part: Columns = {
                    "alternative": np.full(len(both), each.name, dtype=object),
                    "class": np.full(len(both), kind, dtype=object), "path": both,
                }  # fmt: skip
                for name in ("total_loss_usd", "repaid_usd"):
                    part |= {f"{name}.before": pairs[name].before, f"{name}.after": pairs[name].after}
                    part |= {f"{name}.difference": pairs[name].differences}
                parts.append(part)
        if not parts:
            return {}
        joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        order = np.argsort(-np.abs(joined["total_loss_usd.difference"]), kind="stable")
        return {name: column[order] for name, column in joined.items()}


def _in_order(before: Made, after: Made) -> list[str]:
    """Return the measures that both have, those that matter most first."""
    names = [name for name in before.measures if name in after.measures]
    return sorted(names, key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))


def _known(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None
