"""Shocks, liquidators, the simulation itself and stops (Method, sections 4 and 6)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, JsonValue

from engine.scenario.schema.fields import Number, Section, Whole, parameter
from engine.scenario.schema.random_shock import RandomShock, Return

Sold = Annotated[Number, Field(ge=0)]


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


class SaleShock(Section):
    """Somebody from outside sells: a large holder, an attacker. Prices fall by what his sale moves them."""

    label: ClassVar[str] = "Sale"
    kind: Literal["sale"]
    usd: dict[str, Sold] = parameter(
        {}, "Sold", "What is sold of each asset in all, at its price before the shock.", unit="usd"
    )
    over_rounds: Whole = parameter(
        1, "Spread over", "Rounds over which equal parts are sold, beginning with round 1.", unit="rounds", ge=1
    )


Shock = Annotated[InstantShock | PathShock | RandomShock | SaleShock, Field(discriminator="kind")]


class Congestion(Section):
    """Many liquidatable accounts make gas dearer and liquidators slower.

    With c accounts liquidatable in the round before, in markets that are not paused, gas is multiplied by
    max(1, c / candidates)^gas_exponent, and latency is longer by latency_rounds max(0, c / candidates - 1), rounded
    down.
    """

    candidates: Whole = parameter(
        ..., "Begins beyond", "Liquidatable accounts beyond which gas and latency rise.", unit="count", ge=1
    )
    gas_exponent: Number = parameter(
        1.0,
        "Gas rises by",
        "Gas is multiplied by the accounts over their number above, to this power; 0 leaves it as it is.",
        ge=0,
        le=10,
    )
    latency_rounds: Whole = parameter(
        0,
        "Latency rises by",
        "Rounds by which latency grows for each further such number of accounts.",
        unit="rounds",
        ge=0,
        le=1_000_000,
    )


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
    sizing: Literal["whole", "best", "largest"] = parameter(
        "whole", "Repays", "How much of what the rules allow a liquidator repays.",
        choices={
            "whole": "all or nothing", "best": "what earns most", "largest": "all that earns enough",
        },
        later=True,
    )  # fmt: skip
    min_debt_usd: Number | None = parameter(
        None,
        "Least debt",
        "Accounts that owe less at oracle prices are left alone, and counted apart.",
        unit="usd",
        ge=0,
        empty="none",
        later=True,
    )
    congestion: Congestion | None = parameter(
        None,
        "Congestion",
        "Whether many liquidatable accounts make gas dearer and liquidators slower.",
        empty="none",
        later=True,
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
    changes: dict[str, JsonValue] = Field(
        default_factory=dict,
        title="Changes",
        description="Parameters that have other values from this stop on while presenting, by their paths.",
        json_schema_extra={"later": True},
    )
