"""How a parameter is declared: one call gives file key, default, label, help, unit and range.

The panel's fields, the JSON schema, the messages of ``cascade check`` and the names of sweep axes
are all read from these declarations, so nothing about a parameter is written twice.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Unit = Literal["usd", "price", "share", "rounds", "seconds", "tokens", "multiple", "per_year", "count", "none"]


class Section(BaseModel):
    """A group of parameters: immutable, and an unknown key in it is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True)


def _refuse_text(value: object) -> object:
    """Let numbers through and refuse what merely looks like one: text, true, false."""
    if isinstance(value, (str, bool)):
        message = "a number is needed, not text or true/false"
        raise ValueError(message)  # noqa: TRY004 - pydantic turns only a ValueError into a fault
    return value


Number = Annotated[float, BeforeValidator(_refuse_text)]
Whole = Annotated[int, BeforeValidator(_refuse_text)]
Positive = Annotated[Number, Field(gt=0)]


def parameter(  # noqa: PLR0913 - each argument is one column of the declaration
    default: Any,
    label: str,
    help_text: str,
    *,
    unit: Unit = "none",
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
    alias: str | None = None,
    choices: dict[str, str] | None = None,
    empty: str | None = None,
    names_asset: bool = False,
) -> Any:
    """Declare one parameter of a `Section`.

    Parameters
    ----------
    default
        The default, or ``...`` for a parameter that must be given.
    label, help_text
        What the panel shows as its name and as its explanation.
    unit
        What the number counts; decides how it is shown and read.
    ge, gt, le, lt
        The allowed range: at least, above, at most, below.
    alias
        The key in files when it is not the attribute's name.
    choices
        For a choice, the text shown for each allowed value.
    empty
        For a parameter that may be absent, what its absence means ("unlimited").
    names_asset
        Whether it is the name of one of the scenario's assets.
    """
    extra: dict[str, Any] = {"unit": unit}
    if choices is not None:
        extra["choices"] = choices
    if empty is not None:
        extra["empty"] = empty
    if names_asset:
        extra["names_asset"] = True
    return Field(
        default,
        title=label,
        description=help_text,
        ge=ge,
        gt=gt,
        le=le,
        lt=lt,
        alias=alias,
        json_schema_extra=extra,
    )
