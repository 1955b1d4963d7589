"""How a parameter is declared: one call gives file key, default, label, help, unit and range.

The panel's fields, the JSON schema, the messages of ``cascade check`` and the names of sweep axes
are all read from these declarations, so nothing about a parameter is written twice.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WrapValidator,
    model_serializer,
)

if TYPE_CHECKING:
    from pydantic import SerializationInfo, SerializerFunctionWrapHandler, ValidatorFunctionWrapHandler

LARGEST = 1e30
"""The largest number that a parameter or an amount may be: the product of any few of them is far from overflowing."""

SMALLEST = 1e-30
"""The smallest number that a parameter may be which must be above 0, so that quotients do not overflow either."""

LARGEST_WHOLE = 2**53
"""The largest whole number: beyond it float64 does not hold every whole number any more."""

COMPLETE = "complete"
"""The key in pydantic's serialization context that asks for parameters which came later too."""

Unit = Literal["usd", "price", "share", "rounds", "seconds", "tokens", "multiple", "per_year", "count", "none"]


class Section(BaseModel):
    """A group of parameters: immutable, and an unknown key in it is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True)

    @model_serializer(mode="wrap")
    def _leave_out_what_came_later(
        self, handler: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, Any]:
        """Leave out parameters that came after the first release where they have no effect.

        So a scenario that does not use them is written, and hashed, as it always was.
        """
        data: dict[str, Any] = handler(self)
        if info.context and info.context.get(COMPLETE):
            return data
        for name, field in type(self).model_fields.items():
            extra = field.json_schema_extra
            came_later = isinstance(extra, dict) and extra.get("later") is True
            if came_later and getattr(self, name) == field.get_default(call_default_factory=True):
                data.pop(field.alias or name, None)
        return data


def _plain_number(value: object) -> object:
    """Let numbers through and refuse what merely looks like one (text, true, false) or is too large to reckon with."""
    _refuse_text(value)
    if isinstance(value, (int, float)) and LARGEST < abs(value) < math.inf:
        message = f"a number of at most {LARGEST:g}"
        raise ValueError(message)
    return value


def _plain_whole(value: object) -> object:
    """Let whole numbers through that float64 holds exactly."""
    _refuse_text(value)
    if isinstance(value, (int, float)) and LARGEST_WHOLE < abs(value) < math.inf:
        message = f"a whole number of at most {LARGEST_WHOLE} (2^53)"
        raise ValueError(message)
    return value


def _refuse_text(value: object) -> None:
    if isinstance(value, (str, bool)):
        message = "a number is needed, not text or true/false"
        raise ValueError(message)  # noqa: TRY004 - pydantic turns only a ValueError into a fault


def _not_tiny(value: float) -> float:
    if 0 < value < SMALLEST:
        message = f"at least {SMALLEST:g}"
        raise ValueError(message)
    return value


def _unknown_where_none(value: object, handler: ValidatorFunctionWrapHandler) -> float:
    """Take null for a number that nobody has told yet; inside it is NaN, so that nothing reckons with it unseen."""
    return math.nan if value is None else float(handler(value))


def _null_where_unknown(value: float) -> float | None:
    return None if math.isnan(value) else value


Number = Annotated[float, BeforeValidator(_plain_number)]
Whole = Annotated[int, BeforeValidator(_plain_whole)]
Positive = Annotated[Number, Field(gt=0), AfterValidator(_not_tiny)]
PositiveOrToCome = Annotated[Positive, WrapValidator(_unknown_where_none), PlainSerializer(_null_where_unknown)]
"""A number above 0 that must be given before anything runs: null in a file, NaN inside while it is not."""


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
    later: bool = False,
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
    later
        Whether it came after the first release: at its default it is then left out of files and hashes.
    """
    extra: dict[str, Any] = {"unit": unit}
    if choices is not None:
        extra["choices"] = choices
    if empty is not None:
        extra["empty"] = empty
    if names_asset:
        extra["names_asset"] = True
    if later:
        extra["later"] = True
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
