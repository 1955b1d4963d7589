"""Lending markets: collateral, liquidation rules, safety (Method, sections 1, 7 and 8)."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from engine.scenario.schema.fields import Number, Positive, Section, Whole, parameter
from engine.scenario.schema.settlements import LiquidatorSettlement, Settlement


class Collateral(Section):
    """The risk parameters of one asset as collateral in one market."""

    liquidation_threshold: Number = parameter(
        ..., "Threshold", "The share of the collateral's value that debt may reach.",
        unit="share", ge=0, lt=1.5,
    )  # fmt: skip
    liquidation_bonus: Number = parameter(
        0.0, "Bonus", "What the liquidator gets on top of the value repaid.", unit="share", ge=0
    )
    max_ltv: Number | None = parameter(
        None, "Largest LTV", "Up to where one may borrow. Liquidations do not depend on it.",
        unit="share", ge=0, lt=1.5, empty="not given",
    )  # fmt: skip
    supply_cap: Number | None = parameter(
        None, "Supply cap", "The most of it, in tokens, that the market takes. Liquidations do not depend on it.",
        unit="tokens", ge=0, empty="none", later=True,
    )  # fmt: skip


class Category(Section):
    """An efficiency mode: other risk parameters for some collateral of the accounts that are in it.

    For the listed assets each parameter that is given takes the place of the market's own, whatever the account's debt
    is. What a row of the loan book gives itself still comes first.
    """

    assets: tuple[str, ...] = parameter(
        ..., "Assets", "The collateral that the parameters below are for; other collateral keeps the market's."
    )
    liquidation_threshold: Number | None = parameter(
        None, "Threshold", "The share of the collateral's value that debt may reach, in this category.",
        unit="share", ge=0, lt=1.5, empty="the market's",
    )  # fmt: skip
    liquidation_bonus: Number | None = parameter(
        None, "Bonus", "What the liquidator gets on top of the value repaid, in this category.",
        unit="share", ge=0, empty="the market's",
    )  # fmt: skip
    max_ltv: Number | None = parameter(
        None, "Largest LTV", "Up to where one may borrow in this category. Liquidations do not depend on it.",
        unit="share", ge=0, lt=1.5, empty="the market's",
    )  # fmt: skip

    def gives_terms_of(self, asset: str) -> bool:
        """Whether an asset is collateral by this category alone: it gives both its threshold and its bonus."""
        given = self.liquidation_threshold is not None and self.liquidation_bonus is not None
        return given and asset in self.assets


def _partial() -> Any:
    return parameter(
        True,
        "Less may be repaid",
        "Whether a liquidator may repay less than the rule allows. If not, he repays that or nothing.",
        later=True,
    )


class FullClose(Section):
    """The whole picked debt may be repaid."""

    label: ClassVar[str] = "Full"
    kind: Literal["full"]
    partial: bool = _partial()


class FractionClose(Section):
    """A share of the debt may be repaid, all of it in bad or small cases."""

    label: ClassVar[str] = "Fraction"
    kind: Literal["fraction"] = "fraction"
    close_factor: Number = parameter(
        0.5,
        "Close factor",
        "The share of the debt that one liquidation may repay.",
        unit="share",
        gt=0,
        le=1,
    )
    scope: Literal["debt", "account"] = parameter(
        "debt", "Factor of", "What the close factor is a share of.",
        choices={"debt": "picked debt", "account": "whole account"},
    )  # fmt: skip
    full_close_health: Number = parameter(
        0.0,
        "Full close at health",
        "At or below this health factor all of the picked debt may be repaid.",
        ge=0,
    )
    full_close_usd: Number = parameter(
        0.0,
        "Full close below",
        "All may be repaid when the picked debt or collateral is worth less.",
        unit="usd",
        ge=0,
    )
    min_leftover_usd: Number = parameter(
        0.0,
        "Least leftover",
        "If both legs are left over, each must be worth at least this.",
        unit="usd",
        ge=0,
    )
    partial: bool = _partial()


class TargetHealthClose(Section):
    """As much is repaid as lifts the health factor to a target."""

    label: ClassVar[str] = "To a target health"
    kind: Literal["target_health"]
    target: Positive = parameter(..., "Target health", "The health factor that a liquidation restores.")
    min_leftover_usd: Number = parameter(
        0.0,
        "Least leftover",
        "If both legs are left over, each must be worth at least this.",
        unit="usd",
        ge=0,
    )
    partial: bool = _partial()


Close = Annotated[FullClose | FractionClose | TargetHealthClose, Field(discriminator="kind")]


class FixedIncentive(Section):
    """The collateral's liquidation bonus."""

    label: ClassVar[str] = "Fixed bonus"
    kind: Literal["fixed"] = "fixed"


class LltvIncentive(Section):
    """The bonus follows from the liquidation threshold (Morpho Blue)."""

    label: ClassVar[str] = "From the threshold"
    kind: Literal["lltv"]
    cursor: Number = parameter(0.3, "Cursor", "How fast the bonus rises as the threshold falls.", ge=0, lt=1)
    max: Number = parameter(0.15, "Largest bonus", "The bonus never exceeds this.", unit="share", ge=0)


class HealthDiscountIncentive(Section):
    """The discount grows as health falls (Euler)."""

    label: ClassVar[str] = "Discount by health"
    kind: Literal["health_discount"]
    base: Number = parameter(0.0, "Base discount", "The discount at health 1.", unit="share", ge=0, lt=1)
    max: Number = parameter(0.15, "Largest discount", "The discount never exceeds this.", unit="share", ge=0, lt=1)


class HealthLinearIncentive(Section):
    """The bonus rises in a line as health falls (Aave v4)."""

    label: ClassVar[str] = "Bonus by health"
    kind: Literal["health_linear"]
    min_share: Number = parameter(
        ...,
        "Least share",
        "The share of the collateral's bonus paid at health 1.",
        unit="share",
        ge=0,
        le=1,
    )
    health_for_max: Number = parameter(
        ..., "Health for all", "At or below this health factor the whole bonus is paid.", ge=0, lt=1
    )


Incentive = Annotated[
    FixedIncentive | LltvIncentive | HealthDiscountIncentive | HealthLinearIncentive,
    Field(discriminator="kind"),
]


class ProtocolFee(Section):
    """The part of what is seized that the protocol keeps, unsold."""

    share: Number = parameter(0.0, "Protocol fee", "The share that the protocol keeps.", unit="share", ge=0, le=1)
    of: Literal["bonus", "seized"] = parameter(
        "bonus", "Fee on", "Whether the share is of the bonus or of all that is seized.",
        choices={"bonus": "the bonus", "seized": "all that is seized"},
    )  # fmt: skip


class Rules(Section):
    """How a market liquidates."""

    trigger: Literal["below", "at_or_below"] = parameter(
        "below", "Liquidatable", "Whether an account at exactly health 1 can be liquidated.",
        choices={"below": "below health 1", "at_or_below": "at or below health 1"},
    )  # fmt: skip
    legs: Literal["largest", "proportional"] = parameter(
        "largest", "Legs", "Which collateral and which debt a liquidation takes.",
        choices={"largest": "largest of each", "proportional": "all, pro rata"},
    )  # fmt: skip
    close: Close = Field(default=FractionClose(), title="Close", description="How much debt may be repaid.")
    incentive: Incentive = Field(
        default=FixedIncentive(), title="Incentive", description="What the liquidator gets on top."
    )
    settlement: Settlement = Field(
        default=LiquidatorSettlement(),
        title="Settlement",
        description="Who takes over collateral and debt.",
    )
    protocol_fee: ProtocolFee = Field(
        default=ProtocolFee(),
        title="Protocol fee",
        description="What the protocol keeps of what is seized.",
    )
    bad_debt: Literal["write_off", "stay"] = parameter(
        "write_off", "Bad debt", "What happens to debt that no collateral is left for.",
        choices={"write_off": "written off", "stay": "stays on the account"},
    )  # fmt: skip


class Safety(Section):
    """Safety devices of a market."""

    reserve_usd: Number = parameter(0.0, "Reserve", "Pays for bad debt before lenders do.", unit="usd", ge=0)
    pause_if_drop: Number | None = parameter(
        None, "Pauses after a drop of", "A fall of a collateral's oracle price in a round that pauses.",
        unit="share", gt=0, lt=1, empty="never",
    )  # fmt: skip
    pause_rounds: Whole = parameter(
        1, "Pause lasts", "Rounds that a pause lasts, its first included.", unit="rounds", ge=1
    )
    adl: bool = parameter(
        False,
        "Levy on gains",
        "Margin engines: what no fund pays is taken in cash from all who gained, each the same share of his gain. "
        "It is no part of the ADL ranking, which says whose positions are closed.",
    )


class Market(Section):
    """One lending market or margin engine: a protocol deployment."""

    collateral: dict[str, Collateral] = Field(
        default_factory=dict,
        title="Collateral",
        description="The risk parameters of each collateral asset.",
    )
    categories: dict[str, Category] = parameter(
        {}, "Categories", "Efficiency modes: other parameters for the accounts that the loan book puts into them.",
        later=True,
    )  # fmt: skip
    rules: Rules = Field(default=Rules(), title="Rules", description="How this market liquidates.")
    safety: Safety = Field(default=Safety(), title="Safety", description="Reserves and pauses.")

    def lists(self, asset: str) -> bool:
        """Whether an asset is collateral here, for everybody or for the accounts of a category."""
        return asset in self.collateral or any(category.gives_terms_of(asset) for category in self.categories.values())
