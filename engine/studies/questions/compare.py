"""``cascade compare``: tell whether a proposal or another scenario is better, or lay real liquidations beside a run.

Scenarios and proposals are run with the same shock and along the same random paths.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np

from engine.base.faults import BadInput
from engine.scenario.schema.fields import Number, Whole, parameter
from engine.studies.alternatives import (
    Alternative,
    Proposals,
    Scenarios,
    alternatives,
    check_paths,
    differing_parameters,
    own_names,
    present,
    same_moves,
    today_of,
)
from engine.studies.assumptions import of_scenario
from engine.studies.compared_runs import OWN, ComparedRuns, Figures
from engine.studies.distributions import too_few
from engine.studies.outcome import Answer
from engine.studies.path_settings import DrawnPaths, PathSettings
from engine.studies.questions.critical import CriticalSettings, smallest_shocks
from engine.studies.study import Study

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.scenario.scenario import Scenario
    from engine.studies.gathering import Made
    from engine.studies.outcome import Columns, ScenarioOf, ValuesOf
    from engine.studies.runs import Runs

EPILOG = """examples:
  cascade compare book.cascade --proposal lower.json --paths 500
  cascade compare today.cascade tomorrow.cascade --critical WETH --results differs.csv
"""


class JudgedOn(PathSettings):
    """On which paths alternatives are judged, and what counts as the same."""

    paths: Whole = parameter(
        1_000, "Paths", "How many random paths of each class; 0: one run of each scenario's own shock only.",
        unit="count", ge=0, le=10_000_000,
    )  # fmt: skip
    same: Number = parameter(
        1_000.0, "The same", "Total losses of a path that differ by no more count as the same.", unit="usd", ge=0
    )
    critical: str | None = parameter(
        None, "Critical fall of", "An asset; looks for the smallest fall of it that doubles itself, before and after."
    )


class CompareSettings(JudgedOn):
    """What is compared, and on which paths."""

    other: Scenarios = parameter((), "Scenarios", "Other scenarios: their files.")
    proposal: Proposals = parameter((), "Proposals", "Changes of parameters: their files.")


class Compare(Study[CompareSettings]):
    """Whether something else is better than a scenario, and how surely.

    The scenario is compared with other scenarios and with itself under proposals (`engine.files.proposals`), in one run
    of each one's own shock and over random paths of the same classes as `engine.studies.questions.montecarlo` has.
    Path i is the same for all: prices move alike, asset by asset, so that what differs comes from what was changed.

    Figures of one run are ``MEASURE.before``, ``.after`` and ``.difference``. Over paths there are
    ``MEASURE.mean.before``, ``.after`` and ``.difference``, with the 95 % interval of the mean of the differences path
    by path; ``better_share``, ``worse_share`` and ``same_share``, the shares of paths in which total loss is smaller,
    larger and the same (to `same`), with exact binomial intervals; value at risk and expected shortfall of total loss
    and liquidations at risk before and after, each with its interval. With `critical`, ``critical_shock`` and
    ``runaway_shock`` before and after. Of several alternatives the figures of the first have the plain names, those of
    the second begin with ``alternative_2.`` and so on; those of the class broken correlation with
    ``broken_correlation.``.

    Rows have one line a run: whose it is, its class (the scenario's own shock or one of paths), its path, and what it
    came to; each opens as that run. The table of differences has the paths by how much their total loss differs.
    Falls count as the same to a tenth of a point, USD to `same`, and anything else if it is.

    Known answers: a proposal that changes nothing is the same in all paths, with a difference of 0; an account of 10
    WETH at 2,000 that owes 15,000 and is closed after a fall of 40 % leaves 15,000 - 12,000 / (1 + b), so that a bonus
    b of 5 % in place of 0 costs 12,000 / 21 = 571.43 more; and on a linear curve of twice the depth the part of a fall
    that one sale adds is half (tests/engine/studies/test_compare.py).
    """

    name: ClassVar[str] = "compare"
    question: ClassVar[str] = "Is the proposal better?"
    group: ClassVar[str] = "Safer?"
    kind = CompareSettings
    has_own_view = True
    tables: ClassVar = {
        "results": "what differs in the results",
        "parameters": "what differs in the parameters",
        "differences": "the paths by how much they differ, most first",
    }

    def answer(self, scenario: Scenario, settings: CompareSettings, runs: Runs) -> Answer:
        """Run all, and look at the differences."""
        others = alternatives(scenario, settings.other, settings.proposal)
        everyone = [Alternative(today_of(scenario), scenario), *others]
        asset = settings.critical
        if asset is not None and asset not in scenario.parameters.assets:
            raise BadInput.at("critical", repr(asset), "one of " + ", ".join(scenario.parameters.assets))
        paths = None
        if settings.paths:
            check_paths(scenario, others)
            paths = DrawnPaths(scenario, settings)
        of_paths = len(everyone) * len(paths.draws) * settings.paths if paths is not None else 0
        runs.expect(len(everyone) + of_paths)
        made = {(place, OWN): runs.along(each.scenario, 1) for place, each in enumerate(everyone)}
        notes = [*_unchanged(scenario, others)]
        shocks: list[Figures] = [{} for _ in everyone]
        if asset is not None:
            wanted = CriticalSettings(asset=asset)
            shocks = [smallest_shocks(each.scenario, wanted, runs) for each in everyone]
        if asset is not None and runs.stopped:
            shocks = [{} for _ in everyone]
            notes.append(f"The search for the critical fall of {asset} was stopped before it was through.")
        if paths is not None:
            runs.expect(of_paths)  # the search has had runs of its own
            for name, draw in paths.draws.items():
                for place, each in enumerate(everyone):
                    prices = same_moves(draw, scenario, each.scenario)
                    made[place, name] = runs.along(paths.moved(each.scenario), settings.paths, prices=prices)
        results = ComparedRuns(everyone, made, float(settings.same), asset, int(scenario.parameters.simulation.seed))
        figures: Figures = {}
        verdict: list[str] = []
        for place, each in enumerate(others, 1):
            sentences, found = results.of(place, shocks[0], shocks[place])
            figures |= {name if place == 1 else f"alternative_{place}.{name}": value for name, value in found.items()}
            verdict += sentences if len(others) == 1 else [f"{each.name}: {said}" for said in sentences]
        notes += too_few(figures, settings.paths)
        if paths is not None and len(paths.draws) == 1:
            notes.append("No path of the class broken correlation: no asset was named that leaves its peg (depeg).")
        rows = _rows(everyone, made)
        return Answer(
            rows, figures, (*(paths.said() if paths is not None else ()), *_said(settings), *of_scenario(scenario)),
            tuple(notes), self.values_of(scenario, settings, rows),
            {
                "results": results.table(), "parameters": differing_parameters(scenario, others),
                "differences": results.paths(),
            },
            verdict=tuple(verdict), scenario_of=self.scenario_of(scenario, settings, rows), shown=_SHOWN,
        )  # fmt: skip

    def scenario_of(self, scenario: Scenario, settings: CompareSettings, rows: Columns) -> ScenarioOf:
        """Return what tells whose run a row is: the scenario's own, as with proposals, or another's."""
        places = _places(scenario, settings)

        def found(row: int) -> Scenario:
            place = places[str(rows["scenario"][row])] - 1
            return present(settings.other[place]) if 0 <= place < len(settings.other) else scenario

        return found

    def values_of(self, scenario: Scenario, settings: CompareSettings, rows: Columns) -> ValuesOf:
        """Return what tells a row's proposal, and the prices of its path as a shock."""
        places = _places(scenario, settings)
        played = self.scenario_of(scenario, settings, rows)

        def values(row: int) -> Mapping[str, Any]:
            place = places[str(rows["scenario"][row])] - 1 - len(settings.other)
            changes = dict(settings.proposal[place].changes) if place >= 0 else {}
            kind = str(rows["class"][row])
            if kind == OWN:
                return changes
            proposed = settings.proposal[place].apply_to(scenario) if place >= 0 else played(row)
            along = DrawnPaths(scenario, settings).values_of(kind, int(rows["path"][row]), proposed)
            kept = {
                path: value for path, value in changes.items() if path not in along and not path.startswith("shock.")
            }
            return {**kept, **along}

        return values


def _places(scenario: Scenario, settings: CompareSettings) -> dict[str, int]:
    """Return the place of each scenario by its name, that of the study's own first."""
    named = [each.name or "another scenario" for each in settings.other]
    names = own_names(scenario, [*named, *(each.name for each in settings.proposal)])
    return {name: place for place, name in enumerate(names)}


_SHOWN: Final = (
    "better_share", "worse_share", "same_share", "total_loss_usd.var_", "total_loss_usd.es_", "critical_shock",
    "runaway_shock",
)  # fmt: skip
"""Figures that are printed, by how they begin; the others are in files."""


def _rows(everyone: Sequence[Alternative], made: Mapping[tuple[int, str], Made]) -> Columns:
    parts = [(everyone[place].name, kind, each) for (place, kind), each in made.items() if len(each)]
    if not parts:
        return {}
    names = list(dict.fromkeys(name for _, _, each in parts for name in each.measures))
    rows: Columns = {
        "scenario": np.concatenate([np.full(len(each), name, dtype=object) for name, _, each in parts]),
        "class": np.concatenate([np.full(len(each), kind, dtype=object) for _, kind, each in parts]),
        "path": np.concatenate([each.places for _, _, each in parts]),
    }
    for name in names:
        columns = [each.measures.get(name, np.full(len(each), np.nan)) for _, _, each in parts]
        rows[name] = np.concatenate(columns)
    return rows


def _unchanged(scenario: Scenario, others: Sequence[Alternative]) -> list[str]:
    """Say which alternatives are the scenario itself, and whose shock plays no part on paths."""
    said = []
    for each in others:
        if each.scenario.loans is scenario.loans and each.scenario.parameters == scenario.parameters:
            said.append(f"{each.name} changes nothing.")
        elif each.scenario.parameters.shock != scenario.parameters.shock:
            said.append(f"{each.name} has another shock, which only the one run each has: paths take its place.")
    return said


def _said(settings: CompareSettings) -> tuple[str, ...]:
    paired = "Each path is run with all, so that what differs comes from what was changed. " if settings.paths else ""
    return (f"{paired}Total losses that differ by at most ${settings.same:,g} are the same.",)


STUDY = Compare()
