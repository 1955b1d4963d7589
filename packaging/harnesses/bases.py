"""Files in order that the fuzz harness damages, of every format that is read."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from killed import TERMS
from serving import ROOT

if TYPE_CHECKING:
    from pathlib import Path

sys.path.insert(0, str(ROOT))


@dataclass(frozen=True)
class Base:
    """A file in order, and the commands that read it; ``FILE`` and ``OUT`` stand for the damaged file and a result."""

    name: str
    content: bytes
    commands: tuple[tuple[str, ...], ...]


def bases(folder: Path) -> list[Base]:
    """Return files in order, of every format that is read."""
    import pandas as pd

    import engine
    from engine.exporting.tables import export_table
    from engine.files import save_scenario
    from engine.files.examples import find_example

    folder.mkdir()
    check, run = ("check", "FILE"), ("run", "FILE", "--set", "simulation.max_rounds=8", "--json", "OUT")
    make = ("import", "FILE", "-o", "OUT.json", *TERMS)
    found = []
    for name in ("teaching-book", "two-protocols", "liquity", "perpetuals", "black-thursday-auctions", "short-squeeze"):
        scenario = find_example(name).load().with_values({"simulation.max_rounds": 8})
        for ending, recording in ((".json", None), (".cascade", engine.run(scenario))):
            path = folder / f"{name}{ending}"
            save_scenario(scenario, path, recording)
            found.append(Base(path.name, path.read_bytes(), (check, run)))
    found.append(Base("answers.cascade", answers(folder), (("studies", "FILE"),)))
    rows: list[dict[str, str | float]] = [
        {"account": f"a{number}", "market": "aave", "collateral_asset": "WETH", "collateral_amount": 1.5 * number + 1,
         "debt_asset": "USDC", "debt_amount": 1000.25 * number, "liquidation_threshold": 0.8}
        for number in range(40)
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    found.append(Base("book.ods", ods(rows), (make,)))
    found.append(Base("work.recovery", recovery(folder), (("recover", "FILE"),)))
    for ending in (".csv", ".xlsx", ".parquet"):
        path = folder / f"book{ending}"
        export_table(frame, path)
        found.append(Base(path.name, path.read_bytes(), (make,)))
    found.append(Base("book.json", json.dumps(rows).encode(), (make,)))
    semicolons = frame.to_csv(sep=";", decimal=",", index=False).encode()
    found.append(Base("book-de.csv", semicolons, ((*make[:2], "--decimal-comma", *make[2:]),)))
    book = folder / "whole-book.csv"
    book.write_bytes(frame.to_csv(index=False).encode())
    path_of_prices = b"date,WETH,USDC\n" + b"".join(
        b"2024-01-%02d,%d,1\n" % (day, 2000 - 9 * day) for day in range(1, 29)
    )
    found.append(
        Base("prices.csv", path_of_prices, (("import", str(book), "--path", "FILE", "-o", "OUT.json", *TERMS),))
    )
    return found


def answers(folder: Path) -> bytes:
    """Return a scenario file with answers of studies, one of them of an older scenario."""
    import engine
    from engine.files.examples import find_example

    scenario = find_example("teaching-book").load()
    axis = {"shock.returns.X": [-0.1, -0.2], "liquidators.max_liquidations_per_round": [None, 1]}
    made = [
        engine.studies.response(scenario, steps=4),
        engine.studies.sweep(scenario, axis=axis),
        engine.studies.montecarlo(scenario, paths=4, horizon="1min"),
        engine.studies.book(scenario.with_values({"liquidators.gas_usd": 1.0})),
    ]
    path = folder / "answers.cascade"
    engine.save(scenario, path, studies=made)
    return path.read_bytes()


def ods(rows: list[dict[str, str | float]]) -> bytes:
    """Return a spreadsheet of OpenDocument with a header and these rows."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    table = Table(name="Loans")
    lines: list[list[str | float]] = [list(rows[0]), *(list(row.values()) for row in rows)]
    for values in lines:
        line = TableRow()
        for value in values:
            if isinstance(value, str):
                cell = TableCell(valuetype="string")
                cell.addElement(P(text=value))
            else:
                cell = TableCell(valuetype="float", value=value)
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    out = io.BytesIO()
    document.write(out)
    return out.getvalue()


def recovery(folder: Path) -> bytes:
    """Return a recovery file of a book with a cell that holds no value."""
    from cascade_gui.document.recovery import Unsaved, write_unsaved
    from engine.files.examples import find_example

    scenario = find_example("two-protocols").load()
    bad = ((3, "debt_amount", "lots"),)
    file = folder / "work.recovery"
    when = datetime(2026, 1, 1, tzinfo=UTC)
    write_unsaved(file, Unsaved(scenario.parameters, scenario.loans, bad, folder / "a.json", "work", when))
    return file.read_bytes()
