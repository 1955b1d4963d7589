"""Whether two recordings of the same scenario have the same figures: one that came with a file, and a run of here."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.recording.records import STOPPED, Round

if TYPE_CHECKING:
    from engine.recording.recording import Recording

RELATIVE = 1e-6
"""Figures that differ by less are the same: other processors round the last bits of powers otherwise."""

_ROWS = tuple(
    f"{end}_{what}" for what in ("event", "bad_debt", "mark", "start") for end in ("first", "last")
)  # what belongs to which round is seen in the rounds' own figures


def first_difference(kept: Recording, run: Recording) -> str | None:
    """Return the first figure of rounds in which a kept recording differs from a run, in words; None if none does.

    Parameters
    ----------
    kept
        May be of a run that was stopped: then only its rounds are compared.
    run
        A complete run of the same scenario.

    Examples
    --------
    >>> from engine.reading.agreement import first_difference
    >>> print(first_difference(recording, recording))
    None
    """
    mine, theirs = kept.rounds[:], run.rounds[:]
    for one, other in zip(mine, theirs, strict=False):
        for field in fields(Round):
            if field.name in _ROWS:
                continue
            first, second = getattr(one, field.name), getattr(other, field.name)
            if field.name == "settlement_figures":
                for name in second:
                    if not _alike(first[name], second[name]):
                        return _words(one.number, name, first[name], second[name])
            elif not _alike(first, second):
                return _words(one.number, field.name, first, second)
    if len(mine) > len(theirs) or (len(mine) < len(theirs) and kept.ended != STOPPED):
        return f"{len(mine) - 1:,} rounds, a run has {len(theirs) - 1:,}"
    if kept.ended not in {run.ended, STOPPED}:
        return f"ended with “{kept.ended}”, a run with “{run.ended}”"
    return None


def _alike(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    first, second = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    # Sums are as exact as the largest of their kind: a market that keeps a cent of a billion is no other market.
    size = max(float(np.abs(first).max(initial=0.0)), float(np.abs(second).max(initial=0.0)))
    return bool((np.abs(first - second) <= RELATIVE * size).all())


def _words(number: int, name: str, kept: Any, run: Any) -> str:
    return f"round {number}, {name}: {_value(kept)}, a run gives {_value(run)}"


def _value(value: Any) -> str:
    if value is None:
        return "none"
    return ", ".join(f"{each:.7g}" for each in np.atleast_1d(np.asarray(value, dtype=np.float64)).tolist())
