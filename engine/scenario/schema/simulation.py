"""Shocks, liquidators, the simulation itself and stops (Method, sections 4 and 6)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.scenario.schema.fields import Number, Section, Whole, parameter
from engine.scenario.schema.random_shock import RandomShock, Return


class InstantShock(Section):
    """Prices fall at the start, at once or in equal log steps."""

    label: ClassVar[str] = "Instant"
    kind: Literal["instant"] = "instant"
    returns: dict[str, Return] = parameter(
        {}, "Returns", "What each asset's price does: -0.3 is 30 % down.", unit="share"
    )
    over_rounds: Whole = parameter(1, "Spread over", "Rounds over which the shock is spread.", unit="rounds", ge=1)


class PathShock(Section):
    """Prices follow a table, a real crash for example; its last row is held on."""

    label: ClassVar[str] = "Path"
    kind: Literal["path"]
    returns: dict[str, tuple[Return, ...]] = parameter(
        ...,
        "Returns",
        "One number a round for each asset, relative to its price before the shock.",
        unit="share",
    )


Shock = Annotated[InstantShock | PathShock | RandomShock, Field(discriminator="kind")]


class Liquidators(Section):
    """Who liquidates: how fast, in what order, how much, and what they sell."""

    latency_rounds: Whole = parameter(
        0,
        "Latency",
        "Rounds that an account must have been liquidatable before it is taken.",
        unit="rounds",
        ge=0,
    )
    priority: Literal["largest_debt", "lowest_health", "largest_profit", "book"] = parameter(
        "largest_debt", "Order", "Who is liquidated first.",
        choices={
            "largest_debt": "largest debt", "lowest_health": "lowest health",
            "largest_profit": "largest profit", "book": "order of the book",
        },
    )  # fmt: skip
    max_liquidations_per_round: Whole | None = parameter(
        None,
        "Liquidations a round",
        "At most this many liquidations a round.",
        unit="count",
        ge=0,
        empty="unlimited",
    )
    capacity_usd_per_round: Number | None = parameter(
        None,
        "Capacity a round",
        "At most this much debt is repaid a round.",
        unit="usd",
        ge=0,
        empty="unlimited",
    )
    min_profit_usd: Number | None = parameter(
        None,
        "Least profit",
        "A liquidation that would earn less, after gas, is not done.",
        unit="usd",
        empty="none",
    )
    gas_usd: Number = parameter(0.0, "Gas", "What a liquidation costs its liquidator.", unit="usd", ge=0)
    calls_per_round: Whole = parameter(
        1,
        "Calls a round",
        "How often one account may be liquidated in a round.",
        unit="count",
        ge=1,
    )
    sell_share: Number = parameter(
        1.0, "Sold", "The share of what liquidators seize that they sell.", unit="share", ge=0, le=1
    )
    sell_over_rounds: Whole = parameter(
        1, "Sold over", "Rounds over which what is seized is sold.", unit="rounds", ge=1
    )
    buy_debt: bool = parameter(False, "Buys the debt", "Whether the repaid debt tokens are bought on the market.")


class Simulation(Section):
    """How long the simulation runs and how finely."""

    max_rounds: Whole = parameter(1000, "At most", "The run ends after this many rounds.", unit="rounds", ge=1)
    round_seconds: Number = parameter(12.0, "Round lasts", "One Ethereum block is 12 s.", unit="seconds", gt=0)
    seed: Whole = parameter(0, "Seed", "Random shocks are drawn from it.", ge=0)
    dust_usd: Number = parameter(1e-6, "Dust", "Debt and collateral up to this count as none.", unit="usd", ge=0)


class Stop(Section):
    """A round to stop at when presenting, with a title and notes."""

    round: Whole = parameter(..., "Round", "The round to stop at.", unit="rounds", ge=0)
    title: str = parameter("", "Title", "Shown while presenting.")
    notes: str = parameter("", "Notes", "For the presenter.")
