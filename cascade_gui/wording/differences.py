"""Which parameters differ between two scenarios, and how that is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


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
