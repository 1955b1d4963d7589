"""Which random price paths a study plays, and how that is said: settings that several studies share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from engine.base.faults import BadInput
from engine.running.variants import start_prices
from engine.scenario.schema.fields import Number, Whole, parameter
from engine.studies.counted_in_rounds import of_rounds
from engine.studies.price_paths import USUAL_VOLATILITY, PricePaths, along_paths, rounds_of
from engine.studies.settings import Seconds, Settings, Spread, Spreads, Weights, seconds_text

if TYPE_CHECKING:
    from engine.scenario.scenario import Scenario
    from engine.studies.price_paths import Draw

BROAD: Final = "broad downturn"
BROKEN: Final = "broken correlation"


class PathSettings(Settings):
    """How many paths, how long, and how prices move on them."""

    paths: Whole = parameter(1_000, "Paths", "How many paths of each class.", unit="count", ge=1, le=10_000_000)
    horizon: Seconds = parameter(86_400.0, "Horizon", "How long prices move: 24h, 7d.", unit="seconds", gt=0)
    volatility: Weights = parameter(
        {}, "Volatility",
        "By asset, the standard deviation of the log return of a year; the scenario's random shock without it, or "
        "0.8 for every asset that is not stable.",
    )  # fmt: skip
    correlation: Number = parameter(
        0.8, "Correlation", "Of the returns of any two assets, where the scenario's own shock does not say it.",
        ge=-1, le=1,
    )  # fmt: skip
    fall: Spread = parameter(
        (0.2, 0.09), "Fall",
        "Broad downturn: mean and deviation of a fall of all assets but the stable ones, at a random time; 0:0: none.",
    )  # fmt: skip
    fall_within: Seconds = parameter(3_600.0, "Fall within", "How long that fall takes.", unit="seconds", gt=0)
    depeg: Spreads = parameter(
        {}, "Leaves its peg", "Broken correlation: by asset, mean and deviation of what is left of its price."
    )


class DrawnPaths:
    """The paths that settings ask for.

    Parameters
    ----------
    scenario
        Whose assets move.
    settings
        What is asked.

    Attributes
    ----------
    rounds
        How many rounds prices move.
    drawn
        What draws them.
    pegs
        The assets that leave their pegs in a broken correlation.
    draws
        By class, what draws its paths by their numbers.

    Raises
    ------
    BadInput
        If settings do not fit the scenario.
    """

    def __init__(self, scenario: Scenario, settings: PathSettings) -> None:
        simulation = scenario.parameters.simulation
        self._seconds = float(simulation.round_seconds)
        self._settings, self._scenario = settings, scenario
        if settings.horizon < self._seconds:
            raise BadInput.at("horizon", f"{settings.horizon:g} s", f"at least one round, {self._seconds:g} s")
        _check(scenario, settings)
        self.rounds = rounds_of(settings.horizon, simulation)
        self.drawn = PricePaths(scenario, self.rounds, settings.volatility, settings.correlation)
        self.pegs = tuple(settings.depeg)
        self.draws: dict[str, Draw] = {BROAD: self.drawn.broad(settings.fall, settings.fall_within)}
        if settings.depeg:
            self.draws[BROKEN] = self.drawn.broken(settings.depeg)

    def moved(self, scenario: Scenario) -> Scenario:
        """Return a scenario to be run along these paths."""
        return along_paths(scenario, self.rounds)

    def values_of(self, kind: str, number: int, scenario: Scenario | None = None) -> dict[str, Any]:
        """Return the parameters that make a run along a path a scenario.

        Parameters
        ----------
        kind, number
            The class of the path, and which it is.
        scenario
            Which runs along it, if not the one that paths are drawn for.
        """
        played = self._scenario if scenario is None else scenario
        prices = self.draws[kind]([number])[0]
        start = start_prices(self._scenario.parameters)
        returns = {
            asset: (prices[:, place] / start[place] - 1.0).tolist()
            for place, asset in enumerate(self.drawn.names)
            if asset in played.parameters.assets and (prices[:, place] != start[place]).any()
        }
        most = self.moved(played).parameters.simulation.max_rounds
        return {"shock": {"kind": "path", "returns": returns}, "simulation.max_rounds": most}

    def said(self) -> tuple[str, ...]:
        """Say how prices move."""
        settings, drawn = self._settings, self.drawn
        if drawn.is_own:
            moves = "as the scenario's own random shock"
        elif drawn.is_assumed:
            moves = (
                f"as geometric Brownian motions of {USUAL_VOLATILITY:.0%} a year for every asset that is not stable "
                f"(an assumption), any two with a correlation of {settings.correlation:g}"
            )
        else:
            each = ", ".join(f"{name} {sigma:.0%}" for name, sigma in settings.volatility.items())
            moves = f"as geometric Brownian motions of {each} a year, correlation {settings.correlation:g}"
        said = [
            f"{settings.paths:,} paths a class; prices move for {seconds_text(settings.horizon)}, {moves}.",
            *of_rounds(self._scenario, self.rounds, settings.horizon),
        ]
        mean, deviation = settings.fall
        if settings.fall != (0.0, 0.0):
            said.append(
                f"Broad downturn: once, at a random time, all assets that are not stable fall by {mean:.0%} ± "
                f"{deviation:.0%} within {seconds_text(settings.fall_within)} (lognormal)."
            )
        said += [
            f"Broken correlation: {name} goes to {left:.0%} ± {spread:.0%} of its price in one round, at a random time."
            for name, (left, spread) in settings.depeg.items()
        ]
        return tuple(said)


def _check(scenario: Scenario, settings: PathSettings) -> None:
    for name, (mean, deviation) in settings.depeg.items():
        if name not in scenario.parameters.assets:
            raise BadInput.at("depeg", repr(name), "assets of the scenario: " + ", ".join(scenario.parameters.assets))
        if mean <= 0.0 or deviation < 0.0:
            raise BadInput.at("depeg", f"{name}={mean:g}:{deviation:g}", "a mean above 0 and a deviation of at least 0")
    mean, deviation = settings.fall
    if not (0.0 <= mean < 1.0 and deviation >= 0.0):
        raise BadInput.at("fall", f"{mean:g}:{deviation:g}", "a mean from 0 to below 1 and a deviation of at least 0")
