"""Random shocks: one price path drawn from the seed (Method, section 4)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.scenario.schema.fields import Number, Section, Whole, parameter

YEAR_SECONDS = 365 * 86_400
"""A year, for everything that is given by the year."""

Volatility = Annotated[Number, Field(ge=0, le=1000)]
Drift = Annotated[Number, Field(ge=-1e6, le=1e6)]
Return = Annotated[Number, Field(gt=-1)]


class _Diffusion(Section):
    """What every process has that is driven by a Brownian motion.

    An asset moves when it is named under `volatility` or `drift`, and has 0 of what it is not named under. Assets
    named under neither do not move.
    """

    volatility: dict[str, Volatility] = parameter(
        ...,
        "Volatility",
        "Standard deviation of the log return of a year. Assets left out do not move.",
        unit="share",
    )
    drift: dict[str, Drift] = parameter(
        {}, "Drift", "Growth of the expected price, a year. 0 for assets left out.", unit="share"
    )


class GbmProcess(_Diffusion):
    """Geometric Brownian motion: independent normal log returns."""

    label: ClassVar[str] = "Brownian"
    kind: Literal["gbm"]


class JumpDiffusionProcess(_Diffusion):
    """Geometric Brownian motion with jumps at random times (Merton 1976).

    The drift is that of the Brownian part, it is not compensated for the jumps: the expected price grows by
    drift + jump_intensity (exp(jump_mean + jump_std^2 / 2) - 1) a year. Common jumps hit every asset that moves at
    the same time with the same log jump; own ones come to each asset independently.
    """

    label: ClassVar[str] = "Jump diffusion"
    kind: Literal["jump_diffusion"]
    jump_intensity: Number = parameter(
        ..., "Jumps", "Expected number of jumps in a year.", unit="per_year", ge=0, le=1e6
    )
    jump_mean: Number = parameter(
        ...,
        "Mean jump",
        "Mean of the log of a jump: -10 % takes a price to exp(-0.1) = 90.5 % of it.",
        unit="share",
        ge=-100,
        le=100,
    )
    jump_std: Number = parameter(
        ..., "Jump deviation", "Standard deviation of the log of a jump.", unit="share", ge=0, le=100
    )
    jumps: Literal["common", "own"] = parameter(
        "common", "Jumps come", "Whether a jump hits all assets at once, or each asset has its own.",
        choices={"common": "to all at once", "own": "to each alone"},
    )  # fmt: skip


class HestonProcess(_Diffusion):
    """Stochastic volatility (Heston 1993).

    dv = mean_reversion (long_run_volatility^2 - v) dt + vol_of_vol sqrt(v) dW, from v = volatility^2, by the full
    truncation Euler scheme: sqrt(v) and v take max(v, 0), v itself may dip below 0 (Lord, Koekkoek, van Dijk 2010).
    """

    label: ClassVar[str] = "Heston"
    kind: Literal["heston"]
    mean_reversion: Number = parameter(
        ..., "Mean reversion", "How fast the variance returns to its long-run value.", unit="per_year", ge=0
    )
    long_run_volatility: Volatility | None = parameter(
        None,
        "Long-run volatility",
        "The volatility that each asset's returns to; the one it starts with is under Volatility.",
        unit="share",
        empty="as it starts",
    )
    vol_of_vol: Number = parameter(..., "Volatility of variance", "How much the variance itself moves.", ge=0, le=1000)
    leverage: Number = parameter(
        0.0,
        "Leverage",
        "Correlation of an asset's price with its variance; below 0, falls make it wilder.",
        ge=-1,
        le=1,
    )


class BootstrapProcess(Section):
    """Stretches of real returns, drawn with replacement (moving block bootstrap, Künsch 1989).

    Every stretch of `block_rounds` consecutive rows is equally likely, and all assets take the same rows, so that
    what moved together moves together.
    """

    label: ClassVar[str] = "Bootstrap"
    kind: Literal["bootstrap"]
    block_rounds: Whole = parameter(1, "Blocks of", "Consecutive rounds that are drawn together.", unit="rounds", ge=1)
    history: dict[str, tuple[Return, ...]] = parameter(
        ...,
        "History",
        "For each asset its return in each round of the past, -0.01 is 1 % down. Assets left out do not move.",
        unit="share",
    )


Process = Annotated[GbmProcess | JumpDiffusionProcess | HestonProcess | BootstrapProcess, Field(discriminator="kind")]


class Correlation(Section):
    """How much the Brownian motions of two assets move together."""

    a: str = parameter(..., "One asset", "The one asset.")
    b: str = parameter(..., "Other asset", "The other asset.")
    rho: Number = parameter(..., "Correlation", "1 together, 0 independent, -1 opposite.", ge=-1, le=1)


class RandomShock(Section):
    """One path drawn from the seed of the simulation.

    With `over_rounds` prices stay where they are after so many rounds, and the shock has ended. Without it prices
    move on as long as the run lasts: the shock never ends, and the run does at `simulation.max_rounds`.
    """

    label: ClassVar[str] = "Random"
    kind: Literal["random"]
    process: Process = parameter(..., "Process", "What prices are drawn from.")
    correlation: tuple[Correlation, ...] = parameter(
        (), "Correlation", "Pairs of assets that move together; 0 for those left out."
    )
    over_rounds: Whole | None = parameter(
        None, "Lasts", "Rounds in which prices move; then they are held.", unit="rounds", ge=1, empty="the whole run"
    )

    @property
    def moving(self) -> tuple[str, ...]:
        """The assets that move, sorted by name: the order in which they are drawn, whatever the assets' order."""
        process = self.process
        if isinstance(process, BootstrapProcess):
            return tuple(sorted(process.history))
        return tuple(sorted({*process.volatility, *process.drift}))
