"""The summary table of a run."""

from __future__ import annotations

import shutil
from io import StringIO
from typing import TYPE_CHECKING, Any

from engine.reading.ending import ending

if TYPE_CHECKING:
    from engine.reading.ending import Ending
    from engine.reading.recorded_run import RecordedRun

_MONEY = (
    ("repaid_usd", "Debt repaid"),
    ("seized_usd", "Collateral seized"),
    ("total_loss_usd", "Total loss"),
    ("bad_debt_usd", "Bad debt"),
    ("insolvent_debt_usd", "Insolvent debt"),
    ("lender_loss_usd", "Lender loss"),
    ("borrower_loss_usd", "Borrower loss"),
    ("liquidator_profit_usd", "Liquidator profit"),
)


def summary_text(recording: RecordedRun) -> str:
    """Return the run's figures as a table of plain text (Method, section 9)."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table("Figure", box=box.SIMPLE_HEAD, title=recording.scenario.name or None, title_justify="left")
    table.add_column("Value", justify="right")
    for label, value in _lines(recording.summary(), ending(recording)):
        table.add_row(label, value)
    out = StringIO()
    width = max(60, min(shutil.get_terminal_size().columns, 100))
    Console(file=out, width=width, markup=False, emoji=False, highlight=False).print(table)
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    return "\n".join(line for line in lines if line)


def _lines(summary: dict[str, Any], end: Ending) -> list[tuple[str, str]]:
    lines = [
        ("Rounds", f"{summary['rounds']:,}"),
        ("Ended", str(summary["ended"])),
        ("Liquidations", f"{summary['liquidations']:,}"),
        ("Accounts liquidated", f"{summary['accounts_liquidated']:,}"),
    ]
    lines += [(label, money(summary[key])) for key, label in _MONEY]
    lines += [
        ("Still liquidatable", f"{summary['liquidatable_left']:,}"),
        ("Their debt", money(summary["liquidatable_left_debt_usd"])),
        *_left_alone(summary),
        ("Largest reproduction number", _number(summary["max_reproduction_number"]) + _in_round(end.peak_round)),
        *_worst(end),
        *_contagion(end),
    ]
    if "seed_proceeds_usd" in summary:
        lines.append(("Sale from outside earned", money(summary["seed_proceeds_usd"])))
        average = summary["seed_average_price"].items()
        lines += [(f"Average price of {asset} in it", money(price)) for asset, price in average]
    # of an asset that nothing moved from outside there is none
    amplification = {asset: value for asset, value in summary["amplification"].items() if value is not None}
    return lines + [(f"Amplification of {asset}", _number(value)) for asset, value in amplification.items()]


def _worst(end: Ending) -> list[tuple[str, str]]:
    """Return the lines on the worst round and on who lost most, where anybody was liquidated."""
    if not end.liquidations:
        return []
    lines = [("Worst round", f"{end.worst_round:,} ({end.asset} {100.0 * end.worst_move:+.2f} %)")]
    if end.most_lost:
        name, usd = end.most_lost[0]
        lines.append(("Lost most", f"{name}, {money(usd)}"))
    return lines


def _contagion(end: Ending) -> list[tuple[str, str]]:
    """Return, of several markets, by how much the sales of another one pushed each (Method, section 9)."""
    if end.pushed is None:
        return []
    pushed, names = end.pushed, end.pushed.markets
    return [
        (f"{names[at]} pushed by {names[by]}", f"{100.0 * part:.2f} of {100.0 * pushed.fall[at]:.2f} points")
        for at in range(len(names))
        for by, part in enumerate(pushed.by_market[at].tolist())
        if by != at and part > 0.0
    ]


def _in_round(number: int | None) -> str:
    return "" if number is None else f" in round {number:,}"


def _left_alone(summary: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the lines about accounts that owe too little for a liquidator, where he asks for some debt."""
    if "small_accounts_left" not in summary:
        return []
    return [
        ("Left alone, owing too little", f"{summary['small_accounts_left']:,}"),
        ("Their debt", money(summary["small_accounts_left_debt_usd"])),
    ]


def money(value: float) -> str:
    """Return USD with cents, ``-$1,234.50``."""
    sign = "-" if round(value, 2) < 0 else ""
    return f"{sign}${abs(value):,.2f}"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.4f}"
