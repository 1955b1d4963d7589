"""What the plot of the debt by health says in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from cascade_gui.wording import numbers

if TYPE_CHECKING:
    from cascade_gui.plots.histogram import Histograms


def meaning() -> str:
    """Say what the amounts in the plot are."""
    return _tr(
        "Debt by the health of who owes it, at the round's prices. Bad debt still owed: of accounts that have nothing "
        "left, at these prices; what lenders lost counts it at those of the round in which it turned bad, less what "
        "reserves paid. Toxic liquidations: debt of accounts that a liquidation leaves less healthy than before. "
        "Shortfall of full closes: what full liquidations of all of them now would leave unpaid, at oracle prices and "
        "with the bonus. It is no bad debt yet, and no part of the total loss, whose uncovered debt is what is owed "
        "beyond all collateral at market prices, without a bonus."
    )


Piece = tuple[str, str]
"""Words, and the name of the token of the bars that they are about."""


def amounts(shown: Histograms, *, by_ltv: bool) -> list[tuple[Piece, ...]]:
    """Say how much debt is past the limit, in full and shorter; nothing where there is none.

    Each amount has the colour of its bars: they are amber past the limit, and bad debt in them is vermilion.
    """
    bad = shown.bad_debt_usd
    if by_ltv:
        over = shown.under_water_usd
        if not over > 0:
            return []
        text = _tr("more debt than collateral {0}").format(numbers.money(over))
        if not bad > 0:
            return [((f"{text} →", "amber"),)]
        of_it = _tr(", of it bad debt {0} →").format(numbers.money(bad))
        return [((text, "amber"), (of_it, "vermilion")), ((numbers.money(over), "amber"), (of_it, "vermilion"))]
    waiting = shown.liquidatable_usd
    if waiting > 0 and bad > 0:
        liquidatable = _tr("← liquidatable {0}").format(numbers.money(waiting))
        texts = (
            (liquidatable, _tr(", bad debt still owed {0}, at these prices")),
            (liquidatable, _tr(", bad debt still owed {0}")),
            (liquidatable, _tr(", bad debt {0}")),
        )
        shortest = (_tr("← {0}").format(numbers.money(waiting)), _tr(", bad debt {0}"))
        return [
            ((first, "amber"), (second.format(numbers.money(bad)), "vermilion")) for first, second in (*texts, shortest)
        ]
    if waiting > 0:
        return [((_tr("← liquidatable {0}").format(numbers.money(waiting)), "amber"),)]
    return [((_tr("← bad debt still owed {0}").format(numbers.money(bad)), "vermilion"),)] if bad > 0 else []


def dangers(shown: Histograms) -> list[str]:
    """Say of how much debt a liquidation makes things worse, in full and shorter; nothing where it does so of none."""
    toxic, short = sum(shown.toxic_usd.values()), sum(shown.short_usd.values())
    if toxic > 0 and short > 0:
        both = (
            _tr("toxic liquidations {0}, shortfall of full closes with bonus {1}"),
            _tr("toxic liquidations {0}, shortfall of full closes {1}"),
            _tr("toxic {0}, shortfall {1}"),
        )
        return [text.format(numbers.money(toxic), numbers.money(short)) for text in both]
    if toxic > 0:
        return [_tr("toxic liquidations {0}").format(numbers.money(toxic))]
    return [_tr("shortfall of full closes {0}").format(numbers.money(short))] if short > 0 else []


def danger_by_market(shown: Histograms) -> list[str]:
    """Say the same of each market that has any, where there are several."""
    if len(shown.toxic_usd) < 2:
        return []
    found = []
    for text, by_market in (
        (_tr("toxic liquidations: {0}"), shown.toxic_usd),
        (_tr("shortfall of full closes: {0}"), shown.short_usd),
    ):
        named = [f"{name} {numbers.money(usd)}" for name, usd in by_market.items() if usd > 0]
        if named:
            found.append(text.format(", ".join(named)))
    return found


def title(number: int, outlined: str, moving_from: int | None = None) -> str:
    """Say which round is drawn and what is outlined, which may be nothing but the round itself.

    Parameters
    ----------
    number
        The round.
    outlined
        What is outlined, empty for nothing.
    moving_from
        The round whose bars are still on their way to those of this one; None where they stand.
    """
    shown = numbers.count(number)
    if moving_from is not None:
        shown = _tr("{0} → {1}").format(numbers.count(moving_from), shown)
    if not outlined:
        return _tr("round {0}").format(shown) if number else before_the_shock()
    return _tr("round {0}; outlined: {1}").format(shown, outlined)


def outline(was: Histograms | None, *, is_last: bool) -> str:
    """Say what is outlined beside a round: a round of the run before, its end, else the book before the shock."""
    if was is None:
        return before_the_shock()
    if is_last:
        return _tr("the end of the run before")
    return _tr("round {0} of the run before").format(numbers.count(was.round))


def in_the_plot(was: Histograms | None, outlined: str, *, is_last: bool, by_ltv: bool, said_above: bool) -> list[str]:
    """Say within the plot what is outlined, where the title has no room for it, and its amount past the limit.

    In full and shorter; nothing where the title says it and nothing of the run before is past the limit.
    """
    usd = 0.0 if was is None else was.under_water_usd if by_ltv else was.liquidatable_usd
    amount = numbers.money(usd)
    if was is None:
        return [] if said_above else [_tr("outlined: {0}").format(outlined), outlined]
    shortest = _tr("the run before: {0}").format(amount)
    if not said_above:
        which = _tr("run before's end") if is_last else _tr("run before r{0}").format(numbers.count(was.round))
        outline = _tr("outlined: {0}, {1}") if usd > 0 else _tr("outlined: {0}")
        if not usd > 0:
            shortest = which
        return [outline.format(outlined, amount), outline.format(which, amount), shortest]
    if not usd > 0:
        return []
    return [shortest] if by_ltv else [_tr("the run before: {0} liquidatable").format(amount), shortest]


def before_the_shock() -> str:
    """Name the book of round 0."""
    return _tr("before the shock")


def _tr(text: str) -> str:
    return QCoreApplication.translate("HealthPlot", text)
