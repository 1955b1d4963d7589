"""``cascade import``: make a scenario of a loan book."""

from __future__ import annotations

import re
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.base.faults import BadInput, Fault
from engine.command.console import standard_input
from engine.command.scenarios import STANDARD, describe, write
from engine.command.statuses import Status
from engine.command.wrong_rows import write_wrong_rows
from engine.files import check_ending
from engine.importing.asking import Unanswered
from engine.importing.build import BookImport, import_book
from engine.importing.choices import BONUS_FORMS, SHAPES, THRESHOLD_FORMS, ImportChoices, may_be_typed
from engine.importing.numbers import number_from_text

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from engine.command.console import Console
    from engine.scenario.scenario import Scenario


EPILOG = """What is certain is done and said in a line; what is not is asked, with the option that answers it.

examples:
  cascade import book.csv --preset NAME -o book.cascade
  cascade import book.xlsx --params params.csv --liquidity curves.csv -o book.json
  cascade import export.json --list data.positions --map account=owner --dry-run
  cascade import book.csv --mapping export.json --path prices.csv -o book.cascade
"""
_MOST_FAULTS = 20
_PLAIN = (
    "shape", "list", "sheet", "header_row", "repeats", "decimal", "bonus_form", "threshold_form", "market", "path",
    "preset", "params", "liquidity", "template",
)  # fmt: skip
_DECIMALS = re.compile(r"^(?P<asset>.+)=(?P<number>\d{1,2})$")


def add_options(parser: ArgumentParser) -> None:
    """Name what may stand on the command line."""
    parser.add_argument("book", metavar="BOOK", help="a loan book: CSV, XLSX, ODS, Parquet, Arrow or JSON")
    parser.add_argument("-o", "--output", metavar="FILE", help="the .cascade or .json file to write")
    parser.add_argument("--dry-run", action="store_true", help="say what would be read, and write nothing")
    _add_reading(parser)
    _add_rest(parser)


def _add_reading(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("how the file is read")
    group.add_argument("--shape", choices=SHAPES, help="what a row is")
    group.add_argument(
        "--map", metavar="ROLE=COLUMN", action="append", default=[], help="which column means what; ROLE= takes none"
    )
    group.add_argument("--constant", metavar="ROLE=VALUE", action="append", default=[], help="the same in all rows")
    group.add_argument(
        "--decimals", metavar="ASSET=N|COLUMN", action="append", default=[], help="decimals of amounts in raw units"
    )
    group.add_argument(
        "--scale", metavar="ROLE=FORMULA", action="append", default=[], help="amounts worked out of columns"
    )
    group.add_argument("--alias", metavar="NAME=ASSET", action="append", default=[], help="what a name stands for")
    group.add_argument("--list", metavar="PATH", help="which list of a JSON file: data.positions")
    group.add_argument("--sheet", metavar="NAME", help="which sheet of a spreadsheet")
    group.add_argument("--header-row", metavar="N", type=int, help="the row of the column names")
    group.add_argument(
        "--where", metavar="FILTER", action="append", default=[], help='rows: "type = borrower", "newest time"'
    )
    group.add_argument("--repeats", choices=("keep", "once"), help="rows that repeat another exactly")
    group.add_argument("--wrong", choices=("refuse", "leave-out-accounts", "mark"), help="what to do about wrong rows")
    signs = group.add_mutually_exclusive_group()
    signs.add_argument("--decimal-comma", dest="decimal", action="store_const", const="comma", help="1.234,56")
    signs.add_argument("--decimal-point", dest="decimal", action="store_const", const="point", help="1,234.56")
    group.add_argument("--bonus-form", choices=BONUS_FORMS, help="how liquidation bonuses are written")
    group.add_argument("--threshold-form", choices=THRESHOLD_FORMS, help="how liquidation thresholds are written")
    group.add_argument("--market", metavar="NAME", help="the market of all rows")
    group.add_argument("--mapping", metavar="FILE.json", help="read all of these from a file")
    group.add_argument("--save-mapping", metavar="FILE.json", help="write all of these to a file")


def _add_rest(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("what the book lacks")
    group.add_argument("--params", metavar="PARAMS", help="prices, thresholds and bonuses of the assets")
    group.add_argument("--liquidity", metavar="CURVES", help="quoted slippage of the assets, points, or an order book")
    group.add_argument("--preset", metavar="NAME", help="the liquidation rules of a real protocol")
    group.add_argument("--template", metavar="FILE", help="a scenario that gives everything else")
    group.add_argument("--path", metavar="PRICES", help="a price path, one column an asset: the shock")
    group.add_argument("--price", metavar="ASSET=USD", action="append", default=[], help="what an asset is worth")
    group.add_argument(
        "--threshold",
        metavar="ASSET=SHARE",
        action="append",
        default=[],
        help="its threshold: 0.83 or 83%%",
    )
    group.add_argument(
        "--maintenance-margin",
        metavar="ASSET=SHARE",
        action="append",
        default=[],
        help="of perpetuals: 0.02 or 2%%, which is a threshold of 98 %%",
    )
    group.add_argument("--bonus", metavar="ASSET=SHARE", action="append", default=[], help="its liquidation bonus")
    group.add_argument(
        "--depth", metavar="proposed|none|ASSET=USD|ASSET=none", action="append", default=[],
        help="2 %% depths: proposed where nothing tells them, none, or that of an asset",
    )  # fmt: skip


def execute(options: Namespace, console: Console) -> Status:
    """Read the book, fill in the rest, and write the scenario.

    Raises
    ------
    BadInput
        With every fault of the book, what it lacks, or what is not certain.
    """
    if options.output is None and not options.dry_run and options.save_mapping is None:
        raise BadInput.at("cascade import", "no file to write", "-o FILE, or --dry-run (see cascade import --help)")
    if options.output not in {None, STANDARD}:
        check_ending(options.output)  # before a large book is read
    choices = chosen(options)
    if options.save_mapping is not None:
        choices.save(options.save_mapping)
    if options.output is not None or options.dry_run:
        scenario = _imported(options, choices, console)
        if options.output is not None and not options.dry_run:
            write(scenario, options.output, console)
            if options.output != STANDARD:
                console.result(f"ok: {options.output}: {describe(scenario)}")
    return Status.DONE


def _imported(options: Namespace, choices: ImportChoices, console: Console) -> Scenario:
    """Read the book and say what was done; rows that are to be marked go into a file beside the scenario."""
    aside = choices.wrong == "mark"
    if aside:
        choices = replace(choices, wrong="leave-out-accounts")
    try:
        made = _from_standard_input(choices) if options.book == STANDARD else import_book(options.book, choices)
    except BadInput as error:
        raise _short(error) from None
    for line in made.notes.said:
        console.note(line)
    if options.dry_run:
        _describe(made, console)
    if made.scenario is None:
        raise _short(Unanswered(made.notes.questions) if made.notes.questions else BadInput(made.notes.faults))
    if aside and options.output not in {None, STANDARD} and not options.dry_run:
        where = write_wrong_rows(made.reading, options.output)
        if where is not None:
            console.note(where)
    console.step(f"read {options.book}: {len(made.scenario.loans):,} loans")
    return made.scenario


def chosen(options: Namespace) -> ImportChoices:
    """Return what the command line says, over what the mapping file says.

    Raises
    ------
    BadInput
        If an option cannot be read.
    """
    decimals: dict[str, int] = {}
    column = None
    for text in options.decimals:
        match = _DECIMALS.match(text)
        if match is None:
            column = text
        else:
            decimals[match["asset"]] = int(match["number"])
    plain: dict[str, Any] = {name: getattr(options, name) for name in _PLAIN}
    plain |= {} if options.wrong is None else {"wrong": options.wrong}
    every = [text for text in options.depth if "=" not in text]
    if every:
        plain["depth"] = _one_of("--depth", every[-1], ("proposed", "none"))
    given = ImportChoices(
        columns=_pairs("--map", options.map, may_be_blank=True),
        constants=_pairs("--constant", options.constant),
        decimals=decimals,
        decimals_column=column,
        scale=_pairs("--scale", options.scale),
        alias=_pairs("--alias", options.alias),
        where=tuple(options.where),
        prices=_typed("--price", options.price, "prices"),
        thresholds=_typed("--threshold", options.threshold, "thresholds") | _margins(options.maintenance_margin),
        bonuses=_typed("--bonus", options.bonus, "bonuses"),
        depths=_typed("--depth", [text for text in options.depth if "=" in text], "depths"),
        **plain,
    )
    return given if options.mapping is None else ImportChoices.load(options.mapping).under(given)


def _pairs(option: str, texts: list[str], *, may_be_blank: bool = False) -> dict[str, str]:
    found = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or not (value.strip() or may_be_blank):
            raise BadInput.at(option, repr(text), "NAME=VALUE")
        found[name.strip()] = value.strip()
    return found


def _one_of(option: str, text: str, allowed: tuple[str, ...]) -> str:
    if text not in allowed:
        raise BadInput.at(option, repr(text), " or ".join([*allowed, "ASSET=USD", "ASSET=none"]))
    return text


_FORMS = {
    "prices": "USD above 0, such as WETH=2000",
    "thresholds": "a share such as WETH=0.83 or WETH=83%",
    "bonuses": "a share such as WETH=0.05 or WETH=5%",
    "depths": "USD above 0, such as WETH=24M, or WETH=none",
}


def _margins(texts: list[str]) -> dict[str, float]:
    """Return maintenance margins as the thresholds of long positions that they make."""
    found = {}
    for name, text in _pairs("--maintenance-margin", texts).items():
        value = number_from_text(text)
        if value is None or not 0 <= value < 1:
            raise BadInput.at("--maintenance-margin", repr(f"{name}={text}"), "a share such as ETH=0.02 or ETH=2%")
        found[name] = round(1 - value, 12)
    return found


def _typed(option: str, texts: list[str], key: str) -> dict[str, Any]:
    """Return what is given for assets, as numbers."""
    found: dict[str, Any] = {}
    for name, text in _pairs(option, texts).items():
        value = None if key == "depths" and text == "none" else number_from_text(text)
        if (value is None and text != "none") or not may_be_typed(key, value):
            raise BadInput.at(option, repr(f"{name}={text}"), _FORMS[key])
        found[name] = value
    return found


def _describe(made: BookImport, console: Console) -> None:
    """Print what the book was taken for."""
    reading = made.reading
    console.result(f"shape: {reading.shape or 'not known'}")
    for role, columns in reading.columns.items():
        console.result(f"  {role}: {' + '.join(columns)}")
    for row in reading.preview(5):
        console.result("  " + ", ".join(f"{name} {value}" for name, value in row.items()))
    if made.scenario is not None:
        console.result(describe(made.scenario))


def _short(error: BadInput) -> BadInput:
    """Return at most twenty lines of a refusal, and how many more there are."""
    if len(error.faults) <= _MOST_FAULTS:
        return error
    more = len(error.faults) - _MOST_FAULTS
    return BadInput([*error.faults[:_MOST_FAULTS], Fault("cascade import", f"{more:,} more lines like these")])


def _from_standard_input(choices: ImportChoices) -> BookImport:
    """Import what is piped in; its first bytes say what it is."""
    data = standard_input().read()
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / f"standard-input{_ending(data)}"
        book.write_bytes(data)
        return import_book(book, choices)


def _ending(data: bytes) -> str:
    if data.startswith(b"PAR1"):
        return ".parquet"
    if data.startswith(b"PK"):  # an ODS file begins with its type, uncompressed
        return ".ods" if b"opendocument" in data[:200] else ".xlsx"
    return ".json" if data.lstrip()[:1] in {b"[", b"{"} else ".csv"
