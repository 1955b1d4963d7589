"""Who settles a liquidation, and how (Method, section 7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.scenario.schema.assets import Asset, InfiniteLiquidity
from engine.scenario.schema.fields import Number, Positive, Section, Whole, parameter


class SettlementSection(Section):
    """What others ask of a settlement, so that nobody asks which kind it is."""

    by_liquidators: ClassVar[bool] = False
    """Whether liquidators settle, call by call and for a bonus; else accounts are closed whole, without one."""
    goes_by: ClassVar[tuple[str, ...]] = ()
    """Which of the market's rules it goes by, beside the trigger and what becomes of bad debt: names in `Rules`."""
    own_amounts: ClassVar[tuple[str, ...]] = ()
    """What differs from one deployment to the next, or is up to people: no part of a protocol's rules."""
    starts_with: ClassVar[Mapping[str, float]] = {}
    """Of a pool or fund that a market gets with its rules, the share of its debt to begin with."""
    serves_one_pair: ClassVar[bool] = False
    """Whether its market may have one collateral and one debt asset only."""
    leaves_bad_debt: ClassVar[bool] = True
    """Whether closing an account that owes more than it has leaves bad debt."""

    def cash_asset(self, assets: Mapping[str, Asset]) -> str | None:  # noqa: ARG002
        """Return the asset that the market pays in whatever its price, if there must be one; empty if there is none."""
        return None


class LiquidatorSettlement(SettlementSection):
    """Liquidators repay debt, take collateral and sell it."""

    label: ClassVar[str] = "Liquidators"
    by_liquidators: ClassVar[bool] = True
    goes_by: ClassVar[tuple[str, ...]] = ("legs", "close", "incentive", "protocol_fee")
    kind: Literal["liquidator"] = "liquidator"


class AbsorbSettlement(SettlementSection):
    """The market takes over the whole account and sells its collateral to buyers (Compound III)."""

    label: ClassVar[str] = "Absorption"
    own_amounts: ClassVar[tuple[str, ...]] = ("buyers_usd_per_round",)
    kind: Literal["absorb"]
    penalty: Number = parameter(
        0.05, "Penalty", "The part of the collateral's value that is not credited to the account.",
        unit="share", ge=0, lt=1,
    )  # fmt: skip
    storefront_discount: Number = parameter(
        0.025, "Buyers' discount", "What buyers pay less than the oracle price.", unit="share", ge=0, lt=1
    )
    target_reserves_usd: Number | None = parameter(
        None, "Sells below", "Collateral is for sale while the protocol's cash reserves are below this.",
        unit="usd", empty="always for sale",
    )  # fmt: skip
    buyers_usd_per_round: Number | None = parameter(
        None, "Buyers' capacity", "The most that buyers pay in one round.", unit="usd", ge=0, empty="unlimited"
    )


class StairstepCurve(Section):
    """The asking price falls by the same share every so many rounds."""

    label: ClassVar[str] = "In steps"
    kind: Literal["stairstep"] = "stairstep"
    cut: Number = parameter(
        0.99, "Cut", "What the asking price is multiplied by at each step.", unit="share", gt=0, le=1
    )
    step_rounds: Whole = parameter(8, "Step", "Rounds from one step to the next.", unit="rounds", ge=1)


class LinearCurve(Section):
    """The asking price falls in a line to zero."""

    label: ClassVar[str] = "In a line"
    kind: Literal["linear"]
    rounds: Whole = parameter(..., "Falls to zero in", "Rounds until the asking price is zero.", unit="rounds", ge=1)


class ExponentialCurve(Section):
    """The asking price falls by the same share every round."""

    label: ClassVar[str] = "By a share a round"
    kind: Literal["exponential"]
    cut: Number = parameter(..., "Cut", "What the asking price is multiplied by each round.", unit="share", gt=0, le=1)


AuctionCurve = Annotated[StairstepCurve | LinearCurve | ExponentialCurve, Field(discriminator="kind")]


class AuctionSettlement(SettlementSection):
    """A falling-price auction for each account (Maker Liquidations 2.0)."""

    label: ClassVar[str] = "Auctions"
    goes_by: ClassVar[tuple[str, ...]] = ("close.min_leftover_usd",)
    kind: Literal["auction"]
    penalty: Number = parameter(0.13, "Penalty", "What an auction has to raise on top of the debt.", unit="share", ge=0)
    buffer: Positive = parameter(
        1.1, "Starts at", "The first asking price as a multiple of the oracle price.", unit="multiple"
    )
    curve: AuctionCurve = Field(default=StairstepCurve(), title="Price curve", description="How the price falls.")
    reset_rounds: Whole = parameter(
        600, "Restarts after", "Rounds after which an auction starts anew at the oracle price.", unit="rounds", ge=1
    )
    reset_price: Number = parameter(
        0.45, "Restarts below", "The share of its first price below which an auction starts anew.",
        unit="share", ge=0, lt=1,
    )  # fmt: skip
    hole_usd: Number | None = parameter(
        None, "Most at once", "The most that all running auctions together may have to raise.",
        unit="usd", ge=0, empty="unlimited",
    )  # fmt: skip


class StabilityPoolSettlement(SettlementSection):
    """A pool pays the debt and takes the collateral; the rest goes to the other borrowers (Liquity)."""

    label: ClassVar[str] = "Stability pool"
    own_amounts: ClassVar[tuple[str, ...]] = ("pool_usd", "sell_share")
    starts_with: ClassVar[Mapping[str, float]] = {"pool_usd": 0.1}
    serves_one_pair: ClassVar[bool] = True
    leaves_bad_debt: ClassVar[bool] = False
    kind: Literal["stability_pool"]
    pool_usd: Number = parameter(0.0, "Pool", "What depositors have put in.", unit="usd", ge=0)
    sell_share: Number = parameter(
        0.0, "Sold by depositors", "The share of the collateral received that depositors sell.",
        unit="share", ge=0, le=1,
    )  # fmt: skip
    pool_penalty: Number | None = parameter(
        None, "Pool's penalty",
        "The pool takes collateral worth the debt it pays plus this; the rest is for the borrowers, then the owner.",
        unit="share", ge=0, empty="takes all",
    )  # fmt: skip
    redistribution_penalty: Number | None = parameter(
        None, "Borrowers' penalty", "Other borrowers take collateral worth the debt they take and this on top.",
        unit="share", ge=0, empty="take all",
    )  # fmt: skip
    gas_compensation: Number = parameter(
        0.0, "Caller's share", "The share of the collateral that goes to whoever calls the liquidation.",
        unit="share", ge=0, lt=1,
    )  # fmt: skip
    gas_compensation_of: Literal["all", "offset"] = parameter(
        "all", "Caller's share of", "What the caller's share is taken from.",
        choices={"all": "all collateral", "offset": "the pool's part"},
    )  # fmt: skip
    gas_compensation_most: Number | None = parameter(
        None, "Caller gets at most", "The most tokens that the caller gets.", unit="tokens", ge=0, empty="no limit"
    )


class MarginSettlement(SettlementSection):
    """A margin engine closes the position at the market (perpetual futures)."""

    label: ClassVar[str] = "Margin engine"
    own_amounts: ClassVar[tuple[str, ...]] = ("insurance_usd", "quote_asset")
    starts_with: ClassVar[Mapping[str, float]] = {"insurance_usd": 0.01}
    kind: Literal["margin"]
    liquidation_fee: Number = parameter(
        0.0, "Liquidation fee", "The share of the position's size that is taken from the equity left.",
        unit="share", ge=0, lt=1,
    )  # fmt: skip
    insurance_usd: Number = parameter(
        0.0, "Insurance fund", "Pays for positions that end below zero.", unit="usd", ge=0
    )
    adl: bool = parameter(
        True, "Auto-deleveraging", "Closes profitable opposite positions when the insurance fund cannot pay."
    )
    adl_ranking: Literal["profit", "profit_times_leverage", "pro_rata"] = parameter(
        "profit", "ADL ranking",
        "Which profitable opposite positions are closed first: most profit in USD; most profit over deposit times "
        "leverage, the queue of large exchanges; or all of them, in proportion to profit.",
        choices={
            "profit": "most profit", "profit_times_leverage": "gain × leverage", "pro_rata": "all, pro rata",
        },
        later=True,
    )  # fmt: skip
    residual: Literal["insurance", "trader"] = parameter(
        "insurance", "Equity left", "Who gets the equity left after the fee. If the trader, the fund gets the fee.",
        choices={"insurance": "insurance fund", "trader": "trader"},
    )  # fmt: skip
    quote_asset: str | None = parameter(
        None, "Margin asset", "The asset that margin and profit are paid in.",
        empty="the first asset with unlimited liquidity", names_asset=True,
    )  # fmt: skip

    def cash_asset(self, assets: Mapping[str, Asset]) -> str:
        """Return the asset that margin is paid in: the one named, else the first of unlimited liquidity.

        Empty where none is named and the liquidity of every asset is limited.
        """
        if self.quote_asset is not None:
            return self.quote_asset
        unlimited = (name for name, asset in assets.items() if isinstance(asset.liquidity, InfiniteLiquidity))
        return next(unlimited, "")


Settlement = Annotated[
    LiquidatorSettlement | AbsorbSettlement | AuctionSettlement | StabilityPoolSettlement | MarginSettlement,
    Field(discriminator="kind"),
]
