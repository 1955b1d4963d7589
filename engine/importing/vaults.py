"""Vaults of Maker: ``ink`` is locked, ``art`` is owed in parts of ``rate`` DAI, ``ilk`` is the vault's type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.importing.asking import Answer, Question
from engine.importing.column_names import plain_name
from engine.importing.names import trimmed
from engine.importing.numbers import numbers_from_column
from engine.importing.published_parameters import assets_of_ilks

if TYPE_CHECKING:
    from engine.importing.asking import Notes
    from engine.importing.choices import ImportChoices
    from engine.importing.source import Source

_RAY = 1e27
_MOST_DAI = 1e12
"""No vault owes as much; larger numbers are in the smallest unit."""


def with_vaults(source: Source, choices: ImportChoices, notes: Notes) -> ImportChoices:
    """Return the choices with what the columns of Maker's vaults mean; other files leave them as they are.

    A debt is ``art * rate``: without a column of rates it is asked what they are, as art alone is up to a third less.

    Parameters
    ----------
    source
        The file.
    choices
        What the user says, which stands.
    notes
        Gets what was done, and the question.
    """
    names = {plain_name(column.rpartition(".")[2]): column for column in reversed(source.columns)}
    if not {"ink", "art"} <= set(names) or choices.shape not in {None, "loans"}:
        return choices
    columns = {"collateral_amount": names["ink"], "debt_amount": names["art"]}
    constants, scale, alias = {}, {}, {}
    if "debt_asset" not in {*choices.columns, *choices.constants}:
        constants["debt_asset"] = "DAI"
        notes.say(f"{source.name}: art and ink are of Maker's vaults, debts are in DAI")
    if "ilk" in names and not {"collateral_asset"} & {*choices.columns, *choices.constants}:
        columns["collateral_asset"] = names["ilk"]
        types = [name for name in dict.fromkeys(trimmed(source.column(names["ilk"])).to_pylist()) if name]
        bare = assets_of_ilks([*types], source.name, notes)
        alias = {name: str(asset) for name, asset in zip(types, bare, strict=True) if name != asset}
    if "debt_amount" not in choices.scale:
        formula = _debt(source, names, notes)
        is_raw = formula is not None and _largest(source, names["art"]) > _MOST_DAI
        if formula is not None:
            scale["debt_amount"] = formula + (" / 1e18" if is_raw else "")
            notes.say(f"{source.name}: debt_amount is {scale['debt_amount']}")
        if is_raw and "collateral_amount" not in choices.scale:
            scale["collateral_amount"] = f"[{names['ink']}] / 1e18"
            notes.say(f"{source.name}: ink and art have 18 decimals, as all that Maker keeps")
    first = choices.__class__(shape="loans", columns=columns, constants=constants, scale=scale, alias=alias)
    return first.under(choices)


def _debt(source: Source, names: dict[str, str], notes: Notes) -> str | None:
    """Return the formula of debts, None where there is no column of rates, which is asked about."""
    art, rate = names["art"], names.get("rate") or names.get("ilkrate")
    if rate is None:
        notes.ask(
            Question(
                "scale",
                f"{source.name}, column {art}",
                "A vault owes art times the rate of its type, and no column is the rate.",
                (
                    Answer("the rate, the same for all", f'--scale debt_amount="[{art}] * RATE"'),
                    Answer(
                        "art is the debt already",
                        f'--scale debt_amount="[{art}] * 1"',
                        {"scale": {"debt_amount": f"[{art}] * 1"}},
                    ),
                ),
            )
        )
        return None
    return f"[{art}] * [{rate}]" + (" / 1e27" if _largest(source, rate) > _RAY / 2 else "")


def _largest(source: Source, column: str) -> float:
    values, _ = numbers_from_column(source.column(column))
    return float(np.nanmax(values, initial=0.0, where=~np.isnan(values)))
