"""How a figure is read off the runs of a case: a path, or a formula of paths.

A formula is one of

- a number;
- a path, ``"run/part/..."``: through the plain results (see `engine.verification.outcome`), by keys and indexes, as in
  ``"v3.3/events/0/seized"``; a negative index counts from the end, ``*`` stands for every entry of a list;
- a list, an operation and what it is applied to: ``["add", a, b]``, ``["subtract", a, b]``, ``["multiply", a, b]``,
  ``["divide", a, b]``, ``["log", a]``, ``["exp", a]``, ``["less", a, b]`` (an answer), ``["sum", list]``,
  ``["count", list]``.
"""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_OF_TWO: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "divide": operator.truediv,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "less": operator.lt,
}
_OF_ONE: dict[str, Callable[[Any], Any]] = {
    "log": math.log,
    "exp": math.exp,
    "sum": math.fsum,
    "count": len,
}


def evaluate(formula: Any, results: Mapping[str, Any]) -> Any:
    """Return what a formula says about the results of a case's runs, by the name of the run.

    Raises
    ------
    ValueError
        If the formula has an operation that there is not.
    LookupError
        If a path leads nowhere: there is no such run, event or round.
    """
    if isinstance(formula, (int, float)):
        return formula
    if isinstance(formula, str):
        return _follow(results, formula.split("/"), formula)
    operation, *operands = formula
    values = [evaluate(operand, results) for operand in operands]
    if operation in _OF_TWO:
        return _OF_TWO[operation](*values)
    if operation in _OF_ONE:
        return _OF_ONE[operation](*values)
    message = f"there is no operation {operation!r}"
    raise ValueError(message)


def _follow(found: Any, parts: list[str], path: str) -> Any:
    for index, part in enumerate(parts):
        if part == "*":
            return [_follow(entry, parts[index + 1 :], path) for entry in found]
        try:
            found = found[int(part)] if isinstance(found, list) else found[part]
        except (LookupError, ValueError):
            message = f"{path} leads nowhere: there is no {part} in {'/'.join(parts[:index]) or 'the runs'}"
            raise LookupError(message) from None
    return found
