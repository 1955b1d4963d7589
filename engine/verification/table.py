"""A report as a table of plain text: what ``cascade verify`` prints and the window copies."""

from __future__ import annotations

from io import StringIO
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

from engine.verification.wording import WORDS, difference_text, tolerance_text, value_text

if TYPE_CHECKING:
    from engine.verification import Case, CaseResult, Report

_NARROW, _WIDE = 110, 160
_HEADS = ("Case", "Source", "Farthest off", "Expected", "Got", "Difference", "Verdict")


def report_text(report: Report, *, width: int = _WIDE, figures: bool = False) -> str:
    """Return the report as a table of plain text.

    Parameters
    ----------
    report
        What came of the cases.
    width
        How many characters a row may have; at least 110 and at most 160 are used.
    figures
        Whether every figure gets a row; otherwise the one farthest off speaks for its case.
    """
    width = max(_NARROW, min(width, _WIDE))
    run = [result for result in report.results if not result.case.outside]
    outside = [result.case for result in report.results if result.case.outside]
    parts = []
    if run:
        parts += [_figures_table(result, width) for result in run] if figures else [_cases_table(run, width)]
    if outside:
        parts.append(_outside(outside))
    machine = f"{report.closing_line} ({report.figures:,} figures compared on this machine)"
    return "\n\n".join([*parts, machine])


def _cases_table(results: list[CaseResult], width: int) -> str:
    """Return a row a case under the name of its group; all groups share the widths of their columns."""
    rows = {result.case.name: _row(result) for result in results}
    widths = [max(len(row[column]) for row in (_HEADS, *rows.values())) for column in range(len(_HEADS))]
    spare = width - 2 * len(_HEADS) - sum(widths[:1] + widths[3:])
    widths[2] = min(widths[2], spare * 3 // 5)
    widths[1] = min(widths[1], spare - widths[2])
    parts = [_columns(width, widths, [], heads=True)]
    for group, members in groupby(results, key=lambda result: result.case.group):
        parts += [group, _columns(width, widths, [rows[result.case.name] for result in members])]
    return "\n".join(parts)


def _row(result: CaseResult) -> tuple[str, ...]:
    case, found = result.case, result.farthest
    head = (f" {case.name}", case.source.short)
    if found is None:
        return (*head, result.fault, "", "", "", WORDS[result.verdict])
    figure = found.figure
    values = (value_text(figure.expected), value_text(found.got), difference_text(found))
    return (*head, figure.what, *values, WORDS[result.verdict])


def _columns(whole: int, widths: list[int], rows: list[tuple[str, ...]], *, heads: bool = False) -> str:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_header=heads, show_edge=False)
    for number, (head, width) in enumerate(zip(_HEADS, widths, strict=True)):
        justify: Literal["left", "right"] = "right" if 3 <= number <= 5 else "left"
        table.add_column(head, width=width, justify=justify, overflow="ellipsis", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return _rendered(table, whole)


def _figures_table(result: CaseResult, width: int) -> str:
    from rich import box
    from rich.table import Table

    case = result.case
    head = f"{case.name}, {case.group}: {case.title}\nSource: {case.source.full} ({case.source.basis})"
    if result.fault:
        return f"{head}\n{WORDS[result.verdict]}: {result.fault}"
    table = Table("Compared", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in ("Expected", "Got", "Difference", "Tolerance"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("Verdict", no_wrap=True)
    for found in result.comparisons:
        values = (value_text(found.figure.expected), value_text(found.got), difference_text(found))
        verdict = WORDS["passes" if found.passes else "fails"]
        table.add_row(found.figure.what, *values, tolerance_text(found), verdict)
    return f"{head}\n{_rendered(table, width)}"


def _outside(cases: list[Case]) -> str:
    by_reason: dict[str, list[str]] = {}
    for case in cases:
        by_reason.setdefault(case.outside, []).append(case.name)
    lines = [f"  {reason}: {', '.join(names)}" for reason, names in by_reason.items()]
    return "\n".join(["Outside the model:", *lines])


def _rendered(table: Any, width: int) -> str:
    from rich.console import Console

    out = StringIO()
    Console(file=out, width=width, markup=False, emoji=False, highlight=False).print(table)
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    return "\n".join(line for line in lines if line)
