"""``cascade sensitivity``: tell which parameters matter most for a figure of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

import numpy as np

from engine.base.faults import BadInput
from engine.scenario.schema.fields import Whole, parameter
from engine.studies.assumptions import of_scenario
from engine.studies.measures import check_measures
from engine.studies.outcome import Answer, cell
from engine.studies.ranges import Range, ranges_of
from engine.studies.settings import Ranges, Settings
from engine.studies.study import Study

if TYPE_CHECKING:
    from engine.base.types import Floats, Wholes
    from engine.scenario.scenario import Scenario
    from engine.studies.outcome import Columns, ValuesOf
    from engine.studies.runs import Runs

EPILOG = """examples:
  cascade sensitivity book.cascade
  cascade sensitivity book.cascade --vary assets.WETH.liquidity.depth_multiplier=0.3:2 --vary liquidators.gas_usd=0:100
  cascade sensitivity book.cascade --method sobol --samples 512 --effects indices.csv
"""
_LEVELS: Final = 4
_RESAMPLES: Final = 500
Method = Literal["one", "sobol", "morris"]


class SensitivitySettings(Settings):
    """What is varied, how, and what is looked at."""

    vary: Ranges = parameter(
        {},
        "Vary",
        "A parameter and its bounds, PATH=LOW:HIGH; without it depth, thresholds, gas and others.",
    )
    measure: str = parameter("total_loss_usd", "Measure", "A figure of a run, by its name in the summary.")
    method: Method = parameter(
        "one", "Method", "one: each alone at its bounds; sobol: shares of variance; morris: screening.",
        choices={"one": "one at a time", "sobol": "Sobol indices", "morris": "Morris screening"},
    )  # fmt: skip
    samples: Whole = parameter(
        128, "Samples", "Sobol: points, rounded up to a power of two. Morris: ways through the parameters.",
        unit="count", ge=2, le=1_000_000,
    )  # fmt: skip


class Sensitivity(Study[SensitivitySettings]):
    """Which parameters matter.

    Rows are the runs: every parameter that is varied, and the measure. The table of effects is sorted, the largest
    first; figures are its first column of numbers, ``total_loss_usd.effect_1`` and so on.

    - ``one``: each parameter alone at its lower and its upper bound, the others as they are (a tornado). The effect is
      the larger of both less the smaller, the present value counted too: a parameter may matter inside its bounds only.
    - ``sobol``: first-order and total indices: the share of the measure's variance that a parameter explains alone, and
      with all that it does together with others, every parameter evenly distributed between its bounds (Saltelli et al.
      2010 and Jansen), with 95 % intervals by resampling. N (d + 2) runs.
    - ``morris``: the mean of absolute elementary effects, their mean and their deviation on ways through a grid of four
      levels, each effect that of going through a whole range (Morris 1991; Campolongo et al. 2007). N (d + 1) runs.

    A known answer: borrowers lose bonus times debt where sales move nothing and all is closed, so that the bonuses of
    two collaterals against debts of 10,000 and 20,000 have effects of 1 to 2 and shares of variance of 1 to 4
    (tests/engine/studies/test_sensitivity.py).
    """

    name: ClassVar[str] = "sensitivity"
    question: ClassVar[str] = "Which parameters matter most?"
    group: ClassVar[str] = "What matters?"
    kind = SensitivitySettings
    tables: ClassVar = {"effects": "the parameters, those that matter most first"}

    def answer(self, scenario: Scenario, settings: SensitivitySettings, runs: Runs) -> Answer:
        """Run what the method asks for, and weigh it."""
        check_measures([settings.measure], scenario.parameters.assets)
        ranges = ranges_of(scenario, settings.vary)
        if not ranges:
            raise BadInput.at("vary", "nothing that could be varied", "PATH=LOW:HIGH")
        seed = int(scenario.parameters.simulation.seed)
        if settings.method == "one":
            columns = _one_at_a_time(ranges)
        else:
            shares = _sobol_shares if settings.method == "sobol" else _morris_shares
            points = shares(len(ranges), int(settings.samples), seed)
            columns = {each.path: list(each.at(points[:, place])) for place, each in enumerate(ranges)}
        count = len(next(iter(columns.values())))
        arrays = {path: np.array(column, dtype=object if None in column else None) for path, column in columns.items()}

        def rows_of(places: Wholes, measures: Columns) -> Columns:
            rows = {path: column[places] for path, column in arrays.items()}
            return {**rows, settings.measure: measures[settings.measure]}

        made = runs.along(scenario, count, values=columns, rows_of=rows_of)
        rows = runs.rows
        if not len(made):
            return Answer(rows, {}, of_scenario(scenario))
        notes: tuple[str, ...] = ()
        effects: Columns = {}
        if len(made) < count:
            notes = ("The study was stopped: effects need all runs.",)
        else:
            values = made.measures[settings.measure].astype(np.float64)
            if not np.isfinite(values).all():
                raise BadInput.at(
                    "measure", f"{settings.measure} does not exist in {int((~np.isfinite(values)).sum()):,} runs",
                    "one that every run has, such as total_loss_usd",
                )  # fmt: skip
            weigh = {"one": _tornado, "sobol": _sobol_indices, "morris": _morris_effects}[settings.method]
            effects = _sorted(weigh(ranges, values, seed, settings.measure))
        figures: dict[str, float | None] = {}
        main = [name for name in effects if name != "parameter"]
        for place in range(len(ranges) if effects else 0):
            figures[f"{main[0]}_{place + 1}"] = float(effects[main[0]][place])
        return Answer(
            rows, figures, (_said(settings, ranges), *of_scenario(scenario)), notes,
            values_of=self.values_of(scenario, settings, rows), tables={"effects": effects},
        )  # fmt: skip

    def values_of(self, scenario: Scenario, settings: SensitivitySettings, rows: Columns) -> ValuesOf:  # noqa: ARG002
        """Return what tells the varied parameters of a row."""
        paths = [name for name in rows if name != settings.measure]
        return lambda row: {path: cell(rows[path], row) for path in paths}


def _said(settings: SensitivitySettings, ranges: list[Range]) -> str:
    bounds = ", ".join(f"{each.path} {each.low:g} to {each.high:g}" for each in ranges)
    given = "" if settings.vary else " (the usual bounds, an assumption)"
    return f"Effects on {settings.measure} of {bounds}{given}."


def _sorted(effects: Columns) -> Columns:
    """Return a table with the largest of its first column of numbers first."""
    first = next(name for name in effects if name != "parameter")
    order = np.argsort(-effects[first], kind="stable")
    return {name: column[order] for name, column in effects.items()}


def _one_at_a_time(ranges: list[Range]) -> dict[str, list[Any]]:
    """Return the present values, then each parameter at both of its bounds."""
    columns: dict[str, list[Any]] = {}
    for place, each in enumerate(ranges):
        now = int(each.now) if each.whole else each.now
        column: list[Any] = [now] * (1 + 2 * len(ranges))
        column[1 + 2 * place], column[2 + 2 * place] = each.at(np.array([0.0, 1.0]))
        columns[each.path] = column
    return columns


def _tornado(ranges: list[Range], values: Floats, _: int, measure: str) -> Columns:
    now, low, high = np.full(len(ranges), values[0]), values[1::2], values[2::2]
    together = np.stack([now, low, high])
    return {
        "parameter": _names(ranges),
        f"{measure}.effect": together.max(axis=0) - together.min(axis=0),
        "low": np.array([each.low for each in ranges]),
        "high": np.array([each.high for each in ranges]),
        f"{measure}.at_low": low,
        f"{measure}.at_high": high,
        f"{measure}.now": now,
    }


def _names(ranges: list[Range]) -> Any:
    return np.array([each.path for each in ranges], dtype=object)


def _sobol_shares(parameters: int, samples: int, seed: int) -> Floats:
    """Return points A, B, and A with each column of B, (N (d + 2), d), of a scrambled Sobol sequence."""
    from scipy.stats import qmc

    power = max(int(np.ceil(np.log2(samples))), 1)
    drawn = qmc.Sobol(2 * parameters, rng=np.random.default_rng(seed)).random_base2(power)
    a, b = drawn[:, :parameters], drawn[:, parameters:]
    mixed = [np.where(np.arange(parameters) == place, b, a) for place in range(parameters)]
    return np.concatenate([a, b, *mixed])


def _sobol_indices(ranges: list[Range], values: Floats, seed: int, _: str) -> Columns:
    """Return first-order and total indices with intervals by resampling of the points."""
    each = values.reshape(len(ranges) + 2, -1)
    points = each.shape[1]
    drawn = np.random.default_rng([seed, points]).integers(0, points, (_RESAMPLES, points))
    first, total = sobol_estimates(each)
    again = [sobol_estimates(each[:, places]) for places in drawn]
    found: Columns = {"parameter": _names(ranges)}
    for name, value, resampled in (
        ("total_share", total, [other for _, other in again]),
        ("first_share", first, [one for one, _ in again]),
    ):
        low, high = np.percentile(resampled, [2.5, 97.5], axis=0)
        found |= {name: value, f"{name}.low": low, f"{name}.high": high}
    return found


def sobol_estimates(values: Floats) -> tuple[Floats, Floats]:
    """Return first-order and total indices, (d,) each: Saltelli's and Jansen's estimators; 0 where nothing varies.

    Parameters
    ----------
    values
        (d + 2, N): at the points A, at the points B, and at A with each column of B.

    Examples
    --------
    Of x + 2 y with x and y at 0 and 1:

    >>> import numpy as np
    >>> a, b = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 4), np.repeat([[0, 0], [0, 1], [1, 0], [1, 1]], 4, axis=0)
    >>> points = [a, b, np.c_[b[:, 0], a[:, 1]], np.c_[a[:, 0], b[:, 1]]]
    >>> first, total = sobol_estimates(np.array([each @ [1.0, 2.0] for each in points]))
    >>> first.tolist(), total.tolist()
    ([0.2, 0.8], [0.2, 0.8])
    """
    a, b, mixed = values[0], values[1], values[2:]
    variance = float(np.var(values[:2]))
    if variance <= 0.0:
        return np.zeros(len(mixed)), np.zeros(len(mixed))
    middle = values[:2].mean()
    first: Floats = ((b - middle) * (mixed - a)).mean(axis=1) / variance
    total: Floats = 0.5 * ((a - mixed) ** 2).mean(axis=1) / variance
    return first, total


def _morris_shares(parameters: int, samples: int, seed: int) -> Floats:
    """Return the points of ways through a grid, (N (d + 1), d): each goes a step in one parameter after the other."""
    generator = np.random.default_rng(seed)
    step = _LEVELS / (2.0 * (_LEVELS - 1.0))
    points = []
    for _ in range(samples):
        point = generator.integers(0, _LEVELS // 2, parameters) / (_LEVELS - 1.0)
        up = generator.random(parameters) < 0.5
        point = np.where(up, point, point + step)
        points.append(point)
        for place in generator.permutation(parameters).tolist():
            point = point.copy()
            point[place] += step if up[place] else -step
            points.append(point)
    return np.array(points)


def _morris_effects(ranges: list[Range], values: Floats, seed: int, measure: str) -> Columns:
    """Return the mean of absolute elementary effects, with a 95 % interval, their mean and their deviation."""
    count = len(ranges)
    shares = _morris_shares(count, len(values) // (count + 1), seed).reshape(-1, count + 1, count)
    steps = np.diff(shares, axis=1)
    moved = np.abs(steps).argmax(axis=2)
    change = np.diff(values.reshape(-1, count + 1), axis=1) / np.take_along_axis(steps, moved[..., None], 2)[..., 0]
    effects = np.zeros((len(shares), count))
    np.put_along_axis(effects, moved, change, axis=1)
    sizes = np.abs(effects)
    generator = np.random.default_rng([seed, len(values)])
    drawn = generator.integers(0, len(sizes), (_RESAMPLES, len(sizes)))
    low, high = np.percentile(sizes[drawn].mean(axis=1), [2.5, 97.5], axis=0)
    return {
        "parameter": _names(ranges),
        f"{measure}.mean_size": sizes.mean(axis=0),
        f"{measure}.mean_size.low": low,
        f"{measure}.mean_size.high": high,
        f"{measure}.mean": effects.mean(axis=0),
        f"{measure}.deviation": effects.std(axis=0, ddof=1),
    }


STUDY = Sensitivity()
