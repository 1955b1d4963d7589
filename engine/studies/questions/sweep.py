"""``cascade sweep``: run a grid of parameters and tell what each cell comes to.

Any parameter of the scenario may be an axis, and any figure of a run a measure.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from engine.base.faults import BadInput
from engine.scenario import parameter_paths
from engine.scenario.schema.fields import parameter
from engine.studies.assumptions import of_scenario
from engine.studies.measures import check_measures
from engine.studies.outcome import Answer, cell
from engine.studies.settings import Axes, Names, Settings
from engine.studies.study import Study

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.base.types import Wholes
    from engine.scenario.scenario import Scenario
    from engine.studies.outcome import Columns, ValuesOf
    from engine.studies.runs import Runs

EPILOG = """examples:
  cascade sweep book.cascade --axis shock.returns.WETH=-0.1:-0.5:9 --measure total_loss_usd
  cascade sweep book.cascade --axis liquidators.gas_usd=0,10,100 --axis liquidators.latency_rounds=0,1,5 --csv grid.csv
"""
_MOST_CELLS = 1_000_000


class SweepSettings(Settings):
    """What is varied, and what is looked at."""

    axis: Axes = parameter(..., "Axes", "A parameter and its values: PATH=FROM:TO:N or PATH=V1,V2,...")
    measure: Names = parameter(("total_loss_usd",), "Measures", "Figures of a run, by their names in its summary.")


class Sweep(Study[SweepSettings]):
    """Every combination of the values of some parameters, the last axis running fastest.

    Rows have one column an axis, named by the parameter's path, and one a measure. Figures are ``MEASURE.min`` and
    ``MEASURE.max``. Each cell is the run that ``engine.run`` makes of it, which the tests compare one by one.
    """

    name: ClassVar[str] = "sweep"
    question: ClassVar[str] = "What does every combination come to?"
    group: ClassVar[str] = "What matters?"
    kind = SweepSettings

    def answer(self, scenario: Scenario, settings: SweepSettings, runs: Runs) -> Answer:
        """Run the grid."""
        wanted = check_measures(settings.measure, scenario.parameters.assets)
        if not wanted:
            raise BadInput.at("measure", "none", "at least one")
        if not settings.axis:
            raise BadInput.at("axis", "none", "at least one")
        for path, values in settings.axis.items():
            parameter_paths.get(scenario.parameters, path)
            if not values:
                raise BadInput.at(path, "no value", "at least one")
        count = int(np.prod([float(len(values)) for values in settings.axis.values()]))
        if count > _MOST_CELLS:
            raise BadInput.at("axis", f"{count:,} cells", f"at most {_MOST_CELLS:,}")
        cells = list(product(*settings.axis.values()))
        columns = dict(zip(settings.axis, (list(column) for column in zip(*cells, strict=True)), strict=True))
        arrays = {path: _column(column) for path, column in columns.items()}

        def rows_of(places: Wholes, measures: Columns) -> Columns:
            rows = {path: column[places] for path, column in arrays.items()}
            return rows | {name: measures[name] for name in wanted}

        made = runs.along(scenario, count, values=columns, rows_of=rows_of)
        rows = runs.rows
        figures: dict[str, float | None] = {}
        for name in wanted:
            found = rows[name].astype(np.float64) if len(made) else np.array([np.nan])
            known = found[np.isfinite(found)]
            figures[f"{name}.min"] = float(known.min()) if len(known) else None
            figures[f"{name}.max"] = float(known.max()) if len(known) else None
        return Answer(rows, figures, of_scenario(scenario), values_of=self.values_of(scenario, settings, rows))

    def values_of(self, scenario: Scenario, settings: SweepSettings, rows: Columns) -> ValuesOf:  # noqa: ARG002
        """Return what tells the values of the axes in a row."""
        return lambda row: {path: cell(rows[path], row) for path in settings.axis}


def _column(values: list[Any]) -> npt.NDArray[Any]:
    """Return values as an array: numbers as such, anything else as objects."""
    plain = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)
    if plain:
        return np.array(values)
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


STUDY = Sweep()
