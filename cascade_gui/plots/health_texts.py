"""What the plot of the debt by health says in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from cascade_gui.plots.histogram import Histograms


def amounts(shown: Histograms, *, by_ltv: bool) -> list[str]:
    """Say how much debt is past the limit; nothing where there is none."""
    if by_ltv:
        over = shown.under_water_usd
        return [_tr("more debt than collateral → {0}").format(numbers.money(over))] if over > 0 else []
    named = (
        (_tr("← liquidatable {0}"), shown.liquidatable_usd),
        (_tr("← bad debt still owed {0}"), shown.bad_debt_usd),
    )
    return [text.format(numbers.money(usd)) for text, usd in named if usd > 0]


def dangers(shown: Histograms) -> list[str]:
    """Say of how much debt a liquidation makes things worse; nothing where it does so of none."""
    toxic, short = sum(shown.toxic_usd.values()), sum(shown.short_usd.values())
    parts = [_tr("toxic {0}").format(numbers.money(toxic))] if toxic > 0 else []
    if short > 0:
        parts.append(_tr("bad debt if closed in full {0}").format(numbers.money(short)))
    return parts


def danger_by_market(shown: Histograms) -> list[str]:
    """Say the same of each market that has any, where there are several."""
    if len(shown.toxic_usd) < 2:
        return []
    found = []
    for text, by_market in (
        (_tr("toxic: {0}"), shown.toxic_usd),
        (_tr("bad debt if closed in full: {0}"), shown.short_usd),
    ):
        named = [f"{name} {numbers.money(usd)}" for name, usd in by_market.items() if usd > 0]
        if named:
            found.append(text.format(", ".join(named)))
    return found


def title(number: int, outlined: str) -> str:
    """Say which round is drawn and what is outlined, which may be nothing but the round itself."""
    if not outlined:
        return before_the_shock()
    return _tr("round {0}; outlined: {1}").format(numbers.count(number), outlined)


def outline(number: int, ended: Histograms | None) -> str:
    """Say what is outlined beside a round: the end of the run before, else the book before the shock."""
    if ended is not None:
        return _tr("the end of the run before")
    return before_the_shock() if number else ""


def in_the_plot(number: int, ended: Histograms | None, *, by_ltv: bool, said_above: bool) -> str:
    """Say within the plot what is outlined, where the title has no room for it, and its amount past the limit."""
    usd = 0.0 if ended is None else ended.under_water_usd if by_ltv else ended.liquidatable_usd
    if said_above:
        text = _tr("the run before: {0}") if by_ltv else _tr("the run before: {0} liquidatable")
        return text.format(numbers.money(usd)) if usd > 0 else ""
    if ended is None:
        return _tr("outlined: {0}").format(before_the_shock()) if number else ""
    return _tr("outlined: the run before, {0}").format(numbers.money(usd))


def before_the_shock() -> str:
    """Name the book of round 0."""
    return _tr("before the shock")


def _tr(text: str) -> str:
    return QCoreApplication.translate("HealthPlot", text)
