"""``cascade response``: show every figure against the size of the shock, and where it breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from engine.base.faults import BadInput
from engine.running.paths import Paths
from engine.scenario.schema.fields import Number, Whole, parameter
from engine.studies.assumptions import of_scenario
from engine.studies.new_accounts import largest_new
from engine.studies.outcome import Answer
from engine.studies.settings import Settings, Weights
from engine.studies.shocks import Direction
from engine.studies.study import Study

if TYPE_CHECKING:
    from engine.base.types import Floats
    from engine.scenario.scenario import Scenario
    from engine.studies.gathering import Made
    from engine.studies.outcome import Columns, ValuesOf
    from engine.studies.runs import Runs

EPILOG = """examples:
  cascade response book.cascade --direction WETH=1,WBTC=0.8
  cascade response book.cascade --direction WETH=1 --to -0.6 --steps 120 --breaks breaks.csv
"""
_BREAKS = 5
_STEPS_AT_ONCE = 50
_TIMES_USUAL = 10.0
_LEAST_OF_WHOLE = 0.01
_SHAPED = ("total_loss_usd", "repaid_usd")


class ResponseSettings(Settings):
    """What falls, how far, and in how many steps."""

    direction: Weights = parameter(
        {}, "Direction", "By asset, what its return is of the size of the shock; the scenario's own shock without it."
    )
    to: Number = parameter(-0.9, "To", "The largest size: -0.9 is a fall of 90 %.", unit="share", ge=-10, le=10)
    steps: Whole = parameter(200, "Steps", "How many sizes are run, evenly spread.", unit="count", ge=2, le=100_000)


class Response(Study[ResponseSettings]):
    """Every figure against the size of the shock.

    The sizes are ``to / steps`` to ``to``; each is an instant shock (over as many rounds as the scenario's own, if that
    is one), in place of the scenario's. Slope and curvature are the first and second differences over the distance of
    two sizes, in USD for a whole fall, at the end of the stretch that they are of; there is no slope before the first
    size and no curvature before the second.

    It breaks where total loss or the debt repaid changes from one size to the next by ten times what it usually does
    (the median of the changes that are not 0) and by at least 1 % of its largest value. With each break stands the
    account of largest debt that is liquidated just beyond it and not just before.

    A known answer: where sales do not move prices and every account is closed in full, debt repaid is the debt of all
    accounts whose health the fall takes below 1, so that each break is one account, and its height its debt
    (tests/engine/studies/test_response.py).
    """

    name: ClassVar[str] = "response"
    question: ClassVar[str] = "Where does it break?"
    group: ClassVar[str] = "How far?"
    kind = ResponseSettings
    tables: ClassVar = {"breaks": "where figures jump, and the account that makes them"}

    not_at_once: ClassVar[str] = "finer steps"

    def at_once(self, settings: ResponseSettings) -> ResponseSettings:
        """Take fewer steps."""
        return settings.model_copy(update={"steps": min(settings.steps, _STEPS_AT_ONCE)})

    def answer(self, scenario: Scenario, settings: ResponseSettings, runs: Runs) -> Answer:
        """Run every size."""
        direction = Direction(scenario, settings.direction)
        if settings.to == 0.0:
            raise BadInput.at("to", "0", "a size that is not 0")
        sizes = settings.to * np.arange(1, settings.steps + 1) / settings.steps
        direction.check(sizes[-1:])
        shocked = scenario.with_values(direction.values(float(settings.to)))
        made = runs.along(shocked, len(sizes), prices=direction.prices(sizes))
        sizes = sizes[made.places]
        rows: Columns = {"size": sizes}
        rows |= {f"shock.returns.{name}": sizes * weight for name, weight in direction.weights.items()}
        rows |= made.measures
        figures: dict[str, float | None] = {}
        for name in _SHAPED if len(made) else ():
            values = made.measures[name].astype(np.float64)
            rows[f"{name}.slope"], rows[f"{name}.curvature"] = _shape(sizes, values)
            figures[f"{name}.max"] = float(values.max())
            figures[f"{name}.max_at"] = float(sizes[int(values.argmax())])
        # Beside a gap in the sizes anything would look like a jump.
        breaks = {} if runs.stopped else _breaks(shocked, direction, sizes, made)
        for place in range(len(breaks.get("to_size", ()))):
            figures[f"break_{place + 1}.shock"] = float(breaks["to_size"][place])
        said = (f"An instant shock: {direction.words}; {len(sizes)} sizes.", *of_scenario(scenario))
        return Answer(
            rows, figures, said,
            values_of=self.values_of(scenario, settings, rows), tables={"breaks": breaks},
        )  # fmt: skip

    def values_of(self, scenario: Scenario, settings: ResponseSettings, rows: Columns) -> ValuesOf:
        """Return what tells the shock of a row."""
        return lambda row: Direction(scenario, settings.direction).values(float(rows["size"][row]))


def _shape(sizes: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Return slope and curvature, (P,) each, NaN where there is none."""
    slope, curvature = np.full(len(sizes), np.nan), np.full(len(sizes), np.nan)
    if len(sizes) > 1:
        slope[1:] = np.diff(values) / np.abs(np.diff(sizes))
    if len(sizes) > 2:
        curvature[2:] = np.diff(slope[1:]) / np.abs(np.diff(sizes[1:]))
    return slope, curvature


def _breaks(scenario: Scenario, direction: Direction, sizes: Floats, made: Made) -> Columns:
    """Return where figures jump, largest jump first."""
    found: list[tuple[float, str, int, float, float]] = []
    for name in _SHAPED if len(made) > 1 else ():
        values = made.measures[name].astype(np.float64)
        jumps = np.abs(np.diff(values))
        usual = float(np.median(jumps[jumps > 0.0])) if (jumps > 0.0).any() else 0.0
        least = max(_TIMES_USUAL * usual, _LEAST_OF_WHOLE * float(np.abs(values).max()))
        found += [
            (float(jumps[place] / least), name, place, float(values[place]), float(values[place + 1]))
            for place in np.flatnonzero((jumps >= least) & (jumps > 0.0)).tolist()
        ]
    found.sort(key=lambda each: (-each[0], each[2]))
    found = found[:_BREAKS]
    accounts = [_who(scenario, direction, sizes[each[2]], sizes[each[2] + 1]) for each in found]
    return {
        "figure": np.array([each[1] for each in found], dtype=object),
        "from_size": np.array([sizes[each[2]] for each in found]),
        "to_size": np.array([sizes[each[2] + 1] for each in found]),
        "before_usd": np.array([each[3] for each in found]),
        "after_usd": np.array([each[4] for each in found]),
        "account": np.array([name for name, _ in accounts], dtype=object),
        "account_debt_usd": np.array([usd for _, usd in accounts]),
    }


def _who(scenario: Scenario, direction: Direction, before: float, beyond: float) -> tuple[str, float]:
    """Return the account of largest debt that is liquidated beyond and not before; nobody where there is none."""
    paths = Paths(scenario)
    times: list[Any] = [paths.run(direction.prices(np.array([size]))).times_liquidated for size in (before, beyond)]
    return largest_new(scenario, paths.index.book, times[0], times[1])


STUDY = Response()
