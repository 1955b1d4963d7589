"""What is done to the scenario, in a few words: ``WETH -40 %, 10 % of market depth``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from cascade_gui.wording import numbers
from engine.scenario.schema import PathShock, RandomShock, SaleShock

if TYPE_CHECKING:
    from engine.scenario.schema import Parameters

_MOST = 3


def subtitle(parameters: Parameters) -> str:
    """Return shock and depth in a few words."""
    return ", ".join([*_shock(parameters), *_depth(parameters)])


def _shock(parameters: Parameters) -> list[str]:
    shock = parameters.shock
    if isinstance(shock, RandomShock):
        names = ", ".join(shock.moving[:_MOST])
        return [_t("random path of {assets}").format(assets=names + ("…" if len(shock.moving) > _MOST else ""))]
    if isinstance(shock, PathShock):
        rounds = max((len(returns) for returns in shock.returns.values()), default=0)
        return [_t("price path of {rounds} rounds").format(rounds=numbers.count(rounds))]
    if isinstance(shock, SaleShock):
        return _sale(shock)
    moved = [(name, value) for name, value in shock.returns.items() if value != 0]
    if len(moved) > _MOST and len({value for _, value in moved}) == 1:
        text = _t("{number} assets {change}")
        return [text.format(number=len(moved), change=_change(moved[0][1]))]
    shown = [f"{name} {_change(value)}" for name, value in moved[:_MOST]]
    if len(moved) > _MOST:
        shown.append(_t("{number} more").format(number=len(moved) - _MOST))
    return shown


def _sale(shock: SaleShock) -> list[str]:
    sold = [(name, usd) for name, usd in shock.usd.items() if usd > 0]
    shown = [_t("sale of {usd} {asset}").format(usd=numbers.money(usd), asset=name) for name, usd in sold[:_MOST]]
    if len(sold) > _MOST:
        shown.append(_t("{number} more").format(number=len(sold) - _MOST))
    return shown


def _change(value: float) -> str:
    """Write a shock: ``-20 %``, ``+10 %``."""
    return ("+" if value > 0 else "") + numbers.percent_short(value)


def _depth(parameters: Parameters) -> list[str]:
    """Say how much of the depth that the assets have by their curves is left, and of which asset where it is one."""
    scaled = {
        name: asset.liquidity.depth_multiplier
        for name, asset in parameters.assets.items()
        if asset.liquidity.depth_multiplier != 1.0
    }
    if not scaled:
        return []
    if len(scaled) == 1 and len(parameters.assets) > 1:
        name, factor = next(iter(scaled.items()))
        return [_t("{asset} at {share} of its depth").format(asset=name, share=numbers.percent_short(factor))]
    usual, often = Counter(scaled.values()).most_common(1)[0]
    if often == len(scaled):
        return [_t("{share} of market depth").format(share=numbers.percent_short(usual))]
    apart = {name: factor for name, factor in scaled.items() if len(scaled) <= _MOST or factor != usual}
    if len(apart) > _MOST:
        least, most = (numbers.percent_short(factor) for factor in (min(scaled.values()), max(scaled.values())))
        return [_t("depth of each asset at between {least} and {most}").format(least=least, most=most)]
    each = [_t("{asset} at {share}").format(asset=name, share=numbers.percent_short(apart[name])) for name in apart]
    if len(apart) < len(scaled):
        each.append(_t("others at {share}").format(share=numbers.percent_short(usual)))
    return [_t("{assets} of their depth").format(assets=", ".join(each))]


def _t(text: str) -> str:
    return QCoreApplication.translate("Subtitle", text)
