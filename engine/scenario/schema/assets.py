"""Assets: their price, liquidity curve and oracle (Method, sections 1, 3 and 5)."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator

from engine.scenario.schema.fields import SMALLEST, Number, Positive, PositiveOrToCome, Section, Whole, parameter


class _Liquidity(Section):
    """What every liquidity curve has."""

    label: ClassVar[str]

    depth_multiplier: Positive = parameter(
        1.0, "Depth multiplier", "Scales every depth: 0.3 is a market with 30 % of it.",
        unit="multiple",
    )  # fmt: skip
    permanent_share: Number = parameter(
        1.0,
        "Permanent share",
        "The share of every sale's impact that never recovers.",
        unit="share",
        ge=0,
        le=1,
    )
    recovery_half_life_rounds: Positive | None = parameter(
        None,
        "Recovery half-life",
        "Rounds in which half of the temporary impact is gone.",
        unit="rounds",
        empty="never",
    )


class InfiniteLiquidity(_Liquidity):
    """Sales do not move the price."""

    label: ClassVar[str] = "Infinite"
    model: Literal["infinite"] = "infinite"


class _DepthLiquidity(_Liquidity):
    depth_2pct_usd: Positive = parameter(..., "2 % depth", "The sale that moves the price down by 2 %.", unit="usd")


class ExponentialLiquidity(_DepthLiquidity):
    """Each further dollar sold takes the same share off the price."""

    label: ClassVar[str] = "Exponential"
    model: Literal["exponential"]


class ConstantUsdLiquidity(_DepthLiquidity):
    """A constant number of dollars stands at each log price."""

    label: ClassVar[str] = "Constant USD"
    model: Literal["constant_usd"]


class LinearLiquidity(_DepthLiquidity):
    """The price falls by the same amount for each dollar, down to a floor."""

    label: ClassVar[str] = "Linear"
    model: Literal["linear"]
    floor: Positive = parameter(
        0.01,
        "Floor",
        "The price never falls below this share of its undisturbed value.",
        unit="share",
        le=1,
    )


class SquareRootLiquidity(_Liquidity):
    """The square-root law of market impact."""

    label: ClassVar[str] = "Square root"
    model: Literal["square_root"]
    coefficient: Positive = parameter(1.0, "Coefficient", "Y of the square-root law, near 1.", unit="multiple")
    daily_volatility: Positive = parameter(
        ..., "Daily volatility", "Standard deviation of a day's return.", unit="share"
    )
    daily_volume_usd: Positive = parameter(..., "Daily volume", "What is traded in a day.", unit="usd")


class ConstantProductLiquidity(_Liquidity):
    """A constant-product pool (x y = k)."""

    label: ClassVar[str] = "Constant product"
    model: Literal["constant_product"]
    reserve_usd: Positive = parameter(..., "Pool reserve", "The pool's reserve of the quote currency.", unit="usd")


class CurveLiquidity(_Liquidity):
    """Measured points of the marginal price, joined by straight lines."""

    label: ClassVar[str] = "Measured curve"
    model: Literal["curve"]
    points: tuple[tuple[Number, Number], ...] = parameter(
        ...,
        "Points",
        "Pairs of the marginal price's drop and the USD sold to get there, both rising.",
    )

    @field_validator("points")
    @classmethod
    def _increasing(cls, points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
        if not points:
            message = "at least one point is needed"
            raise ValueError(message)
        if 0 < points[0][1] < SMALLEST:
            message = f"the first USD must be at least {SMALLEST:g}: {points[0][1]:g}"
            raise ValueError(message)
        for (drop, usd), (next_drop, next_usd) in pairwise(((0.0, 0.0), *points)):
            if not (drop < next_drop <= 1 and usd < next_usd):
                message = (
                    "drops must rise strictly from 0 to at most 1 and USD strictly from 0: "
                    f"[{next_drop:g}, {next_usd:g}] does not follow [{drop:g}, {usd:g}]"
                )
                raise ValueError(message)
        return points


Liquidity = Annotated[
    InfiniteLiquidity
    | ExponentialLiquidity
    | ConstantUsdLiquidity
    | LinearLiquidity
    | SquareRootLiquidity
    | ConstantProductLiquidity
    | CurveLiquidity,
    Field(discriminator="model"),
]


class _Oracle(Section):
    """What every oracle has."""

    label: ClassVar[str]

    max_move: Number | None = parameter(
        None, "Circuit breaker", "The largest change of the oracle's price a round.",
        unit="share", gt=0, empty="no limit",
    )  # fmt: skip


def _delay() -> Any:
    return parameter(
        0,
        "Delay",
        "The oracle shows the market price of this many rounds ago.",
        unit="rounds",
        ge=0,
    )


class MarketOracle(_Oracle):
    """Follows the market price, with a delay if wanted."""

    label: ClassVar[str] = "Market price"
    kind: Literal["market"] = "market"
    delay_rounds: Whole = _delay()


class ThresholdOracle(_Oracle):
    """A feed that updates when the price has moved enough, or after its heartbeat."""

    label: ClassVar[str] = "Deviation feed"
    kind: Literal["threshold"]
    deviation: Number = parameter(0.005, "Deviation", "The move that makes the feed update.", unit="share", gt=0)
    heartbeat_rounds: Whole | None = parameter(
        None,
        "Heartbeat",
        "The feed updates at the latest after this many rounds.",
        unit="rounds",
        ge=1,
        empty="none",
    )
    delay_rounds: Whole = _delay()


class TwapOracle(_Oracle):
    """The mean of the market price over a window."""

    label: ClassVar[str] = "Time-weighted average"
    kind: Literal["twap"]
    window_rounds: Whole = parameter(..., "Window", "Rounds that are averaged, this one included.", unit="rounds", ge=1)


class FixedOracle(_Oracle):
    """A hard-coded price: a stuck oracle."""

    label: ClassVar[str] = "Fixed"
    kind: Literal["fixed"]
    price: Positive = parameter(..., "Fixed price", "The price that the oracle shows for ever.", unit="price")


class RatioCap(Section):
    """The largest ratio that a model oracle uses, growing with time (a correlated-asset price cap, CAPO)."""

    ratio: Positive = parameter(
        ..., "Capped at", "The largest ratio when it was last set; a snapshot of it.", unit="multiple"
    )
    growth_per_year: Number = parameter(
        0.0, "Cap grows", "The cap's growth in a year, as a share of what it was set to.", unit="share", ge=0
    )
    age_rounds: Whole = parameter(
        0, "Cap was set", "Rounds before round 0 in which the cap was set.", unit="rounds", ge=0
    )


class ModelOracle(_Oracle):
    """Mark to model: a multiple of another asset's oracle price, whatever the asset's market does."""

    label: ClassVar[str] = "Mark to model"
    kind: Literal["model"]
    base: str = parameter(..., "Base asset", "The asset whose oracle price is multiplied.", names_asset=True)
    ratio: Positive = parameter(..., "Ratio", "The multiple of the base asset's oracle price.", unit="multiple")
    cap: RatioCap | None = parameter(
        None,
        "Ratio is capped",
        "Whether the ratio may not exceed a cap that grows with time.",
        empty="no cap",
        later=True,
    )


Oracle = Annotated[
    MarketOracle | ThresholdOracle | TwapOracle | FixedOracle | ModelOracle,
    Field(discriminator="kind"),
]


class Asset(Section):
    """One asset: what it costs, how deep its market is, how lending markets see its price.

    A price that nobody has told yet is null in a file and NaN here. A scenario with one can be kept and edited, and is
    no scenario that runs: `engine.scenario.unpriced`.
    """

    price: PositiveOrToCome = parameter(..., "Price", "The price before the shock.", unit="price")
    liquidity: Liquidity = Field(
        default=InfiniteLiquidity(),
        title="Liquidity",
        description="How far a sale moves the price.",
    )
    oracle: Oracle = Field(default=MarketOracle(), title="Oracle", description="The price that lending markets use.")


class CrossImpact(Section):
    """Selling one asset also moves another."""

    source: str = parameter(..., "From", "The asset that is sold.", alias="from")
    target: str = parameter(..., "To", "The asset whose price moves with it.", alias="to")
    share: Number = parameter(..., "Share", "How much of the source's log price fall the target takes.", unit="share")
