"""The distributions that can be chosen, with their numbers as fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from engine.importing import synthetic


def _t(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("Generator", text))


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of a distribution.

    Parameters
    ----------
    name
        The parameter of the class in `engine.importing.synthetic`.
    label
        What the dialog calls it.
    is_share
        Whether it is shown in percent.
    """

    name: str
    label: str
    is_share: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A distribution.

    Parameters
    ----------
    kind
        The name of the class in `engine.importing.synthetic`, whose defaults are shown.
    label
        What the dialog calls it.
    entries
        Its numbers.
    """

    kind: str
    label: str
    entries: tuple[Entry, ...]

    def made(self, values: dict[str, float]) -> Any:
        """Return the distribution with these numbers."""
        return getattr(synthetic, self.kind)(**values)


_LOW: Final = Entry("low", _t("From"), is_share=True)
_HIGH: Final = Entry("high", _t("To"), is_share=True)

LTV: Final = (
    Choice("Beta", _t("Bell between two bounds"), (Entry("a", _t("Shape a")), Entry("b", _t("Shape b")), _LOW, _HIGH)),
    Choice(
        "Normal",
        _t("Normal, cut off"),
        (Entry("mean", _t("Mean"), is_share=True), Entry("deviation", _t("Deviation"), is_share=True), _LOW, _HIGH),
    ),
    Choice("Uniform", _t("Even"), (_LOW, _HIGH)),
)
SIZE: Final = (
    Choice(
        "Lognormal", _t("Many small, few large"), (Entry("median", _t("Median, USD")), Entry("sigma", _t("Spread")))
    ),
    Choice("Pareto", _t("Power law"), (Entry("smallest", _t("Smallest, USD")), Entry("alpha", _t("Tail exponent")))),
    Choice("Equal", _t("All the same"), (Entry("usd", _t("Size, USD")),)),
)
