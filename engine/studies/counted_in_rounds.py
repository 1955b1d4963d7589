"""What the length of a round does to an answer over a time: said beside every figure that has a horizon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from engine.studies.settings import seconds_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.scenario.scenario import Scenario

_SHOWN: Final = 2
"""So many owners of a parameter are named; the others are counted."""
_A_ROUND: Final = ("_per_round", "max_move")
"""How the names of parameters end of which there is so much a round."""


def of_rounds(scenario: Scenario, rounds: int, horizon: float) -> tuple[str, ...]:
    """Return what the length of a round does: to the horizon, and to all that is counted in rounds.

    Parameters
    ----------
    scenario
        What is studied.
    rounds
        How many rounds prices move.
    horizon
        The time that was asked for, seconds.

    Examples
    --------
    >>> of_rounds(scenario.with_values({"liquidators.latency_rounds": 5}), 300, 3_600.0)[1]
    'With rounds of another length these last another time, and figures are others: latency 5 rounds (1min).'
    """
    seconds = float(scenario.parameters.simulation.round_seconds)
    whole = rounds * seconds
    more = "" if abs(whole - horizon) < 1e-6 * horizon else f", {seconds_text(whole)} in all"
    said = (
        f"A round lasts {seconds_text(seconds)}: the horizon of {seconds_text(horizon)} is {rounds:,} "
        f"{'round' if rounds == 1 else 'rounds'}{more}. Prices move, oracles are read and liquidators come once a "
        "round, so that rounds of another length give other losses and another value at risk."
    )
    counted = _counted(scenario, seconds)
    if not counted:
        return (said,)
    return said, f"With rounds of another length these last another time, and figures are others: {'; '.join(counted)}."


def _counted(scenario: Scenario, seconds: float) -> list[str]:
    """Return what the scenario has that is counted in rounds, in words, each once with whose it is."""
    parameters = scenario.parameters
    owners: dict[str, list[str]] = {}
    parts: tuple[Mapping[str, BaseModel], ...] = ({"": parameters.liquidators}, parameters.assets, parameters.markets)
    for sections in parts:
        for name, section in sections.items():
            for text in _texts(section, seconds):
                owners.setdefault(text, []).append(name)
    return [text + _of(names) for text, names in owners.items()]


def _texts(section: BaseModel, seconds: float) -> Iterator[str]:
    """Yield what a section and those within it count in rounds, other than as it is by default."""
    for name, field in type(section).model_fields.items():
        value: Any = getattr(section, name)
        within = list(value.values()) if isinstance(value, dict) else [value]
        for each in within:
            if isinstance(each, BaseModel):
                yield from _texts(each, seconds)
        extra = field.json_schema_extra
        unit = extra.get("unit") if isinstance(extra, dict) else None
        if isinstance(value, (int, float)) and value != field.default:
            called = str(field.title).lower()
            if name.endswith(_A_ROUND):
                amount = f"${value:,.0f}" if unit == "usd" else f"{value:.3g}"
                yield f"{called.removesuffix(' a round')} {amount} a round"
            elif unit == "rounds":
                yield f"{called} {value:,g} {'round' if value == 1 else 'rounds'} ({seconds_text(value * seconds)})"


def _of(names: list[str]) -> str:
    known = [name for name in names if name]
    if not known:
        return ""
    shown, rest = known[:_SHOWN], len(known) - _SHOWN
    others = f" and {rest} more" if rest > 0 else ""
    return f" of {', '.join(shown)}{others}"
