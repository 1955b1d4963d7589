"""Which parameters differ between two scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from engine.base.faults import BadInput
from engine.scenario import parameter_paths
from engine.scenario.provenance import WITHOUT_EFFECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.scenario.schema import Parameters

_TAGS: Final = ("kind", "model")


def differing(first: Any, second: Any, path: str = "") -> Iterator[str]:
    """Yield the paths of the values that differ between two plain forms of parameters.

    Parameters
    ----------
    first, second
        What `Parameters.plain` returns, or a part of it.
    path
        Where that part stands.
    """
    if first == second:
        return
    if isinstance(first, dict) and isinstance(second, dict) and first.keys() == second.keys():
        for key in first:
            yield from differing(first[key], second[key], f"{path}.{key}" if path else key)
    elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        for at, (one, other) in enumerate(zip(first, second, strict=True)):
            yield from differing(one, other, f"{path}.{at}")
    else:
        yield path


def changes_between(before: Parameters, after: Parameters) -> dict[str, Any]:
    """Return values by path that make parameters of other ones; nothing of what no run depends on.

    A group that comes in several kinds is given as a whole where its kind differs, a table where it has other
    entries.

    Parameters
    ----------
    before, after
        What is changed, and what comes out (see `engine.scenario.scenario.Scenario.with_values`).

    Examples
    --------
    >>> changed = scenario.with_values({"liquidators.gas_usd": 25.0})
    >>> changes_between(scenario.parameters, changed.parameters)
    {'liquidators.gas_usd': 25.0}
    """
    found: dict[str, Any] = {}
    for path in differing(before.plain, after.plain):
        holder, _, key = path.rpartition(".")
        if path.split(".", 1)[0] in WITHOUT_EFFECT:
            continue
        whole = holder if key in _TAGS else path
        if not any(whole == other or whole.startswith(f"{other}.") for other in found):
            found = {other: value for other, value in found.items() if not other.startswith(f"{whole}.")}
            found[whole] = parameter_paths.get(after, whole)
    return found


def value_at(parameters: Parameters, path: str) -> Any:
    """Return the plain value at a path, None where there is none.

    Examples
    --------
    >>> value_at(scenario.parameters, "liquidators.gas_usd"), value_at(scenario.parameters, "shock.usd.WETH")
    (0.0, None)
    """
    try:
        return parameter_paths.get(parameters, path)
    except BadInput:
        return None
