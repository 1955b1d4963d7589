"""Blocks of cells as the HTML that spreadsheets exchange beside plain text.

Plain text loses what a cell is. LibreOffice Calc takes names such as ``007`` or ``3-4`` in it for numbers and dates,
and gives numbers back as they are shown: 0.00000022250738585072 as ``2.23E-07``. In the HTML a cell can be said to be
text, and a number stands in an attribute with all fifteen digits that a spreadsheet keeps: Calc's ``sdval``, Excel's
``x:num``.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

MOST_CELLS: Final = 50_000
"""A larger block is exchanged as plain text alone: the HTML is ten times as long."""
DIGITS: Final = 15
"""So many a spreadsheet keeps of a number."""
_VALUES: Final = ("sdval", "x:num")
_TEXT: Final = 'sdnum="1033;0;@" style="mso-number-format:\'\\@\'"'


def write_html(block: Sequence[Sequence[str]], of_text: Collection[int], decimal: str) -> str:
    r"""Return a block of cells as a table.

    Parameters
    ----------
    block
        Rows of texts.
    of_text
        The places of columns whose cells are text, whatever they look like.
    decimal
        The decimal sign of the numbers.

    Examples
    --------
    >>> write_html([["007", "1,5"]], {0}, ",").partition("<tr>")[2].partition("</tr>")[0]
    '<td sdnum="1033;0;@" style="mso-number-format:\'\\@\'">007</td><td sdval="1.5">1,5</td>'
    """
    rows = (
        "".join(_cell(text, is_text=place in of_text, decimal=decimal) for place, text in enumerate(row))
        for row in block
    )
    return "<html><body><table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table></body></html>"


def read_html(text: str, decimal: str) -> list[list[str | None]]:
    """Return the numbers in full of a table that a spreadsheet has written, None for each cell that has none.

    Parameters
    ----------
    text
        The HTML; of anything else, or without a table, there are no rows.
    decimal
        The decimal sign of the numbers that are returned. A percentage is returned as one.

    Examples
    --------
    >>> read_html('<table><tr><td sdval="0.801">80 %</td><td>WETH</td></tr></table>', ".")
    [['80.1%', None]]
    """
    reader = _Reader(decimal)
    reader.feed(text)
    reader.close()
    return reader.rows


def with_all_digits(block: Sequence[Sequence[str]], html: str, decimal: str) -> list[list[str]]:
    """Return a block with its numbers in full, where the HTML beside it is of the same cells; else as it is.

    Examples
    --------
    >>> with_all_digits([["a", "2.23E-07"]], '<table><tr><td>a</td><td sdval="2.2250738E-7">..</td></tr></table>', ".")
    [['a', '0.00000022250738']]
    """
    found = read_html(html, decimal)
    if [len(row) for row in found] != [len(row) for row in block]:
        return [list(row) for row in block]
    return [
        [text if full is None else full for text, full in zip(row, numbers, strict=True)]
        for row, numbers in zip(block, found, strict=True)
    ]


def kept(text: str, value: float, decimal: str) -> str:
    """Return a cell's value in full where a text is the same number to the digits that a spreadsheet keeps.

    Examples
    --------
    >>> kept("0.1", 0.1 + 0.2 - 0.2, "."), kept("0.11", 0.1, "."), kept("", 0.1, ".")
    ('0.10000000000000003', '0.11', '')
    """
    number = _number(text.replace(decimal, "."))
    if number is None or f"{float(number):.{DIGITS}g}" != f"{value:.{DIGITS}g}":
        return text
    return repr(value).replace(".", decimal)


def _cell(text: str, *, is_text: bool, decimal: str) -> str:
    number = None if is_text else _number(text.replace(decimal, "."))
    if number is not None:
        return f'<td sdval="{number}">{escape(text)}</td>'
    return f"<td {_TEXT}>{escape(text)}</td>" if text else "<td></td>"


def _number(text: str) -> str | None:
    """Return a text that is a number, None for any other."""
    try:
        return text.strip() if Decimal(text.strip()).is_finite() else None
    except InvalidOperation:
        return None


class _Reader(HTMLParser):
    """Collects the numbers of the cells of a table."""

    def __init__(self, decimal: str) -> None:
        super().__init__()
        self.rows: list[list[str | None]] = []
        self._decimal = decimal
        self._value: str | None = None
        self._shown = ""
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a row or a cell."""
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"} and self.rows:
            given = dict(attrs)
            value = next((given[name] for name in _VALUES if given.get(name)), None)
            self._value = None if value is None else _number(value)
            self._shown, self._inside = "", True

    def handle_data(self, data: str) -> None:
        """Take what a cell shows."""
        if self._inside:
            self._shown += data

    def handle_endtag(self, tag: str) -> None:
        """End a cell."""
        if tag in {"td", "th"} and self._inside:
            self.rows[-1].append(self._in_full())
            self._inside = False

    def _in_full(self) -> str | None:
        if self._value is None:
            return None
        value, sign = Decimal(self._value), ""
        if self._shown.strip().endswith("%"):
            value, sign = value * 100, "%"
        return f"{value.normalize():f}".replace(".", self._decimal) + sign
