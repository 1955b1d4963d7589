"""Finding the records in JSON of any depth: lists, envelopes, keyed tables, lists within records.

A path says where records are: ``data.positions[]`` is a list, ``assets{}`` a table keyed by name, and
``accounts[].tokens[]`` the lists within a list's records. A row is a record of the innermost list, with what its
parents say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.importing.column_names import plain_name

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_LEVELS = 12
_KEYED = frozenset(
    {
        "assets",
        "tokens",
        "reserves",
        "positions",
        "accounts",
        "users",
        "loans",
        "markets",
        "borrowers",
        "collaterals",
        "balances",
        "holders",
        "wallets",
        "prices",
        "collateral",
        "debt",
        "debts",
        "ilks",
    }
)
MODE_KEYS = frozenset({"emodecategories", "emodecategory", "emodes", "efficiencymodes"})
"""Keys of lists of efficiency modes, without case and signs: they are beside a table, and no table."""
_ENVELOPES = ("data", "result", "results", "response", "payload", "body")


@dataclass(frozen=True, slots=True)
class ListPath:
    """Where records are.

    Parameters
    ----------
    steps
        Keys from the top; ``[]`` for all entries of a list, ``{}`` for all entries of a keyed table.
    records
        How many there are.
    """

    steps: tuple[str, ...]
    records: int

    @property
    def name(self) -> str:
        """The path as a user types it: ``data.positions``; ``.`` for the whole file."""
        return ".".join(step for step in self.steps if step not in {"[]", "{}"}) or "."

    @property
    def is_of_modes(self) -> bool:
        """Whether its records are efficiency modes, or stand within them."""
        return any(plain_name(step) in MODE_KEYS for step in self.steps)


def found_lists(data: Any) -> list[ListPath]:
    """Return where records are, outer lists before those within their records."""
    counts: dict[tuple[str, ...], int] = {}
    _walk(data, (), counts, 0)
    return [ListPath(steps, count) for steps, count in counts.items() if count]


def _walk(value: Any, steps: tuple[str, ...], counts: dict[tuple[str, ...], int], level: int) -> None:
    if level > _MOST_LEVELS:
        return
    if isinstance(value, list):
        if any(isinstance(entry, dict) for entry in value):
            inner = (*steps, "[]")
            counts[inner] = counts.get(inner, 0) + len(value)
            for entry in value:
                if isinstance(entry, dict):
                    _walk_fields(entry, inner, counts, level + 1)
    elif isinstance(value, dict):
        if is_keyed(value, steps[-1] if steps else ""):
            inner = (*steps, "{}")
            counts[inner] = counts.get(inner, 0) + len(value)
            for entry in value.values():
                _walk_fields(entry, inner, counts, level + 1)
        else:
            _walk_fields(value, steps, counts, level + 1)


def _walk_fields(
    record: dict[str, Any], steps: tuple[str, ...], counts: dict[tuple[str, ...], int], level: int
) -> None:
    for key, entry in record.items():
        if isinstance(entry, (dict, list)):
            _walk(entry, (*steps, key), counts, level)


def is_keyed(value: dict[str, Any], name: str) -> bool:
    """Whether a group is a table keyed by name: its entries are groups with the same keys."""
    entries = list(value.values())
    if not entries or not all(isinstance(entry, dict) and entry for entry in entries):
        return False
    if len(entries) == 1:
        return name.lower() in _KEYED
    shared = set.intersection(*(set(entry) for entry in entries))
    most = max(len(entry) for entry in entries)
    return len(shared) * 2 >= most


def rows_at(data: Any, path: ListPath) -> Iterator[dict[str, Any]]:
    """Yield the records of a list, each with what its parents say, as flat groups with dotted names.

    Names are relative to the outermost list; what stands above it has its own path, without the envelope.
    """
    yield from _rows(data, path.steps, {}, (), outside=True)


def _rows(
    value: Any, steps: tuple[str, ...], above: dict[str, Any], name: tuple[str, ...], *, outside: bool
) -> Iterator[dict[str, Any]]:
    if not steps:
        yield (
            {**above, **_flat(value, name)} if isinstance(value, dict) else {**above, ".".join(name) or "value": value}
        )
        return
    step, rest = steps[0], steps[1:]
    if step in {"[]", "{}"}:
        inner: tuple[str, ...] = () if outside else name
        entries = value.items() if step == "{}" else ((None, entry) for entry in value)
        for key, entry in entries:
            known = above if key is None else {**above, ".".join((*inner, "key")): key}
            yield from _rows(entry, rest, known, inner, outside=False)
        return
    if not isinstance(value, dict) or not isinstance(value.get(step), (dict, list)):
        return
    told = _flat({key: entry for key, entry in value.items() if key != step}, name)
    further = (*name, step) if name or step not in _ENVELOPES or not outside else name
    yield from _rows(value[step], rest, {**above, **told}, further, outside=outside)


def _flat(record: dict[str, Any], name: tuple[str, ...]) -> dict[str, Any]:
    """Return a record with its groups taken apart; lists in it are left out."""
    found: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            found |= _flat(value, (*name, key))
        elif not isinstance(value, list):
            found[".".join((*name, key))] = value
    return found
