"""Real liquidations beside a run: who was liquidated in both, who in one only, and how much was repaid and seized."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.base.faults import BadInput
from engine.command.scenarios import STANDARD, read
from engine.command.settings import with_settings
from engine.command.statuses import Status
from engine.exporting import check_ending, write_table
from engine.files.atomic import writing
from engine.importing.asking import Notes
from engine.importing.beside_run import beside_run
from engine.importing.liquidation_list import COLUMNS, read_liquidations
from engine.importing.read_part import read_part

if TYPE_CHECKING:
    from argparse import Namespace, _ArgumentGroup

    from engine.command.console import Console

_ENDINGS = (".csv", ".parquet")
_SHOWN = 10


def add_options(options: _ArgumentGroup) -> None:
    """Name what may stand on the command line beside the files."""
    options.add_argument(
        "--map", metavar="ROLE=COLUMN", action="append", default=[],
        help="which column means what: " + ", ".join(COLUMNS),
    )  # fmt: skip
    signs = options.add_mutually_exclusive_group()
    signs.add_argument("--decimal-comma", dest="decimal", action="store_const", const="comma", help="1.234,56")
    signs.add_argument("--decimal-point", dest="decimal", action="store_const", const="point", help="1,234.56")
    options.add_argument("--accounts", metavar="OUT", help="one row an account, .csv or .parquet")


def lay_beside(options: Namespace, liquidations: str, console: Console) -> Status:
    """Read both, run if there is no recording, and print totals, differences and the accounts that differ most.

    Parameters
    ----------
    options
        The command line; ``file`` is the scenario's.
    liquidations
        The file of the list.
    console
        What is told where.

    Raises
    ------
    BadInput
        If a file cannot be read, or a name to write to is wrong.
    """
    if options.accounts is not None and options.accounts != STANDARD:
        check_ending(options.accounts, _ENDINGS)
    found = read(options.file, console, with_recording=not options.set)
    scenario, recording = with_settings(found.scenario, options.set, None), found.recording
    notes = Notes()
    prices = {name: asset.price for name, asset in scenario.parameters.assets.items()}
    real = read_liquidations(read_part(liquidations), prices, notes, _pairs(options.map), options.decimal)
    for line in notes.said:
        console.note(line)
    if recording is None:
        from engine.api import run

        console.step("running")
        recording = run(scenario)
    compared = beside_run(real, recording)
    for line in compared.lines():
        console.result(line)
    frame = compared.accounts
    for row in frame.head(_SHOWN).to_dict("records"):
        when = f", round {row['run_round']}" if row["run_times"] else ""
        part = "repaid" if compared.in_repaid else "seized"
        real_usd, run_usd = row[f"real_{part}_usd"] if row["real_times"] else 0.0, row[f"run_{part}_usd"]
        console.result(
            f"  {row['account']}: {real_usd:,.6g} USD in reality, {run_usd:,.6g} in the run{when} ({row['where']})"
        )
    if len(frame) > _SHOWN:
        console.result(f"  and {len(frame) - _SHOWN:,} more accounts")
    if options.accounts is not None:
        with writing(Path(options.accounts)) as stream:
            write_table(frame, stream, check_ending(options.accounts, _ENDINGS))
        console.step(f"wrote {options.accounts}")
    return Status.DONE


def _pairs(texts: list[str]) -> dict[str, str]:
    found = {}
    for text in texts:
        role, sign, column = text.partition("=")
        if not sign or not role.strip():
            raise BadInput.at("--map", repr(text), "ROLE=COLUMN")
        found[role.strip()] = column.strip()
    return found
