"""``recording/``: a run's rounds, liquidations and bad debts, so that a presentation opens without a run.

Keyframes are not kept. They follow from the events, and are made again in a moment when the file is opened, so
that a file can never hold amounts that its events do not give.
"""

from __future__ import annotations

from dataclasses import fields
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.base.arrow_columns import numbers
from engine.base.faults import BadInput
from engine.files.earlier_figures import with_what_deleveraging_took
from engine.files.json_file import group, pretty
from engine.files.limits import MOST_EVENTS
from engine.files.loans_parquet import read_table
from engine.files.replaying import check_finite, replay
from engine.files.strict_json import parse
from engine.recording.records import MAX_ROUNDS_REACHED, NO_MORE_LIQUIDATIONS, STOPPED, BadDebts, Events, Round
from engine.scenario.provenance import run_sha256
from engine.settlement.figures import every_figure, nothing
from engine.settlement.figures import of_scenario as figures_of_scenario

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from engine.book.book import Book
    from engine.files.archive import Archive
    from engine.reading.recorded_run import RecordedRun
    from engine.scenario.scenario import Scenario

FORMAT = "cascade-recording/3"
SECOND_FORMAT = "cascade-recording/2"
"""Written when rounds held the figures of every kind of settlement, whichever the scenario has, in one table."""
FIRST_FORMAT = "cascade-recording/1"
"""Written before there were other settlements than by liquidators: without the columns in `SETTLED`, and unmarked."""
HEAD = "recording/recording.json"
ROUNDS = "recording/rounds.parquet"
EVENTS = "recording/events.parquet"
BAD_DEBTS = "recording/bad_debts.parquet"
FIGURES = "recording/settlement_figures.parquet"
"""What the kinds of settlement of the scenario report of each round, (M,) a round."""
MARKS = "recording/marks.parquet"
"""Only where events are marked."""
STARTS = "recording/auction_starts.parquet"
"""Only where auctions have started."""

BY_ASSET = (
    "undisturbed", "market_before", "market", "oracle", "outstanding", "sold", "bought", "proceeds_usd",
    "repaid_by_collateral_usd",
)  # fmt: skip
REDISTRIBUTED = ("collateral_growth", "debt_per_collateral")
SETTLED = (*REDISTRIBUTED, "first_mark", "last_mark", "first_start", "last_start")
SETTLEMENT_FIGURES = "settlement_figures"
"""The field of a round that has a member of its own: a table of named figures, as the settlements declare them."""
IN_THE_SECOND_FORMAT = (
    "credited_usd", "redistributed_usd", "deleveraged_usd", "deleveraged", "pool_usd", "inventory_usd",
    "cash_reserves_usd", "auctions_running", "auctions_tab_usd", "auctions_ask_usd", "auctions_lot_usd",
)  # fmt: skip
"""The figures of settlements that were columns of rounds then."""
BY_MARKET = (
    "liquidations", "repaid_usd", "seized_usd", "bad_debt_usd", "lender_loss_usd", "reserve_usd", "debt_left_usd",
    "collateral_left_usd", "paused", *REDISTRIBUTED,
)  # fmt: skip
WHOLE = (
    "number", "liquidations", "accounts_liquidated", "liquidatable_left", "first_event", "last_event",
    "first_bad_debt", "last_bad_debt", "first_mark", "last_mark", "first_start", "last_start",
)  # fmt: skip
FLAGS = ("paused",)
OPTIONAL = ("reproduction_number",)
HEALTHS = ("health_before", "health_after")
"""Infinite where nothing is owed."""

Table = dict[str, npt.NDArray[Any]]


def recording_members(recording: RecordedRun) -> dict[str, bytes]:
    """Return the members that hold a recording, as far as it has come; a running one counts as stopped.

    Parameters
    ----------
    recording
        It may still be growing in another thread.
    """
    rounds = recording.rounds[:]
    events, bad_debts = recording.events, recording.bad_debts
    last = rounds[-1]
    head = {
        "format": FORMAT,
        "ended": recording.ended or STOPPED,
        "run_sha256": run_sha256(recording.scenario),
    }
    marks, starts = recording.marks, recording.auction_starts
    members = {
        HEAD: pretty(head).encode() + b"\n",
        ROUNDS: _to_parquet(
            {field.name: _column(rounds, field.name) for field in fields(last) if field.name != SETTLEMENT_FIGURES}
        ),
        FIGURES: _to_parquet(
            {
                figure.name: np.array([step.settlement_figures[figure.name] for step in rounds])
                for figure in figures_of_scenario(recording.scenario.parameters)
            }
        ),
        EVENTS: _to_parquet({field.name: getattr(events, field.name)[: last.last_event] for field in fields(events)}),
        BAD_DEBTS: _to_parquet(
            {field.name: getattr(bad_debts, field.name)[: last.last_bad_debt] for field in fields(bad_debts)}
        ),
    }
    if last.last_mark:
        members[MARKS] = _to_parquet({"row": marks.row[: last.last_mark], "mark": marks.mark[: last.last_mark]})
    if last.last_start:
        upto = slice(last.last_start)
        members[STARTS] = _to_parquet({"account": starts.account[upto], "share": starts.share[upto]})
    return members


def read_recording(archive: Archive, scenario: Scenario) -> RecordedRun | None:
    """Return the recording in an archive, None if it holds none.

    Parameters
    ----------
    archive
        A ``.cascade`` file.
    scenario
        The scenario of the same file.

    Raises
    ------
    BadInput
        If parts are missing, it belongs to another scenario, or its tables do not fit each other or the book: amounts
        that nobody held, sums that its liquidations do not have, prices that the shock does not give.
    """
    held = [name for name in (HEAD, ROUNDS, EVENTS, BAD_DEBTS) if name in archive]
    if not held and not any(name in archive for name in (FIGURES, MARKS, STARTS)):
        return None
    if len(held) < 4:
        raise BadInput.at(f"{archive.where}, recording", f"only {', '.join(held)}", "a complete recording, or none")
    ended, written_as = _checked_head(archive, scenario)
    from engine.book.book import Book
    from engine.reading.recorded_run import RecordedRun

    recording = RecordedRun(scenario, Book.from_scenario(scenario))
    book = recording.book
    place = f"{archive.where}, {ROUNDS}"
    expected = _round_columns(book)
    if written_as == FIRST_FORMAT:
        expected = {name: column for name, column in expected.items() if name not in SETTLED}
    figures: Table = {}
    if written_as == SECOND_FORMAT:
        together = _from_parquet(archive.read(ROUNDS), place, expected | _figure_columns(book, IN_THE_SECOND_FORMAT))
        table = {name: together[name] for name in expected}
        figures = {name: together[name] for name in IN_THE_SECOND_FORMAT}
    else:
        table = _from_parquet(archive.read(ROUNDS), place, expected)
    if written_as == FIRST_FORMAT:
        table |= _unsettled(len(table["number"]), {name: _round_columns(book)[name] for name in SETTLED})
    if written_as == FORMAT:
        figures = _read_figures(archive, scenario, book, len(table["number"]))
    rounds = _rounds(table, figures, book, place)
    tables = []
    for name, kind in ((EVENTS, Events), (BAD_DEBTS, BadDebts)):
        place = f"{archive.where}, {name}"
        table = _from_parquet(
            archive.read(name), place, {field.name: _leg_column(field.name) for field in fields(kind)}
        )
        check_finite(table, place, may_be_infinite=HEALTHS)
        _check_legs(table, book, place)
        tables.append(table)
    events, bad_debts = tables
    marks, starts = _read_marks(archive, rounds), _read_starts(archive, book)
    ends = {
        "event": len(events["account"]), "bad_debt": len(bad_debts["account"]), "mark": len(marks["row"]),
        "start": len(starts["account"]),
    }  # fmt: skip
    _check_slices(rounds, ends, f"{archive.where}, {ROUNDS}")
    rounds = with_what_deleveraging_took(rounds, events, marks, book, told="deleveraged_taken_usd" in figures)
    event_columns = recording.event_columns.begin(0, len(events["account"]))
    for columns, table in (
        (event_columns, events), (recording.bad_debt_columns, bad_debts), (recording.mark_columns, marks),
        (recording.start_columns, starts),
    ):  # fmt: skip
        columns.grow(0, len(next(iter(table.values()))))
        for name, values in table.items():
            getattr(columns.arrays, name)[: len(values)] = values
    replay(recording, event_columns.arrays, rounds, archive.where)
    recording.ended = ended
    return recording


def _unsettled(count: int, expected: dict[str, tuple[Any, int | None]]) -> Table:
    """Return the columns that rounds of the first format lack, as they were then."""
    return {
        name: np.full(count if width is None else (count, width), name == "collateral_growth", dtype=dtype)
        for name, (dtype, width) in expected.items()
    }


def _figure_columns(book: Book, names: Iterable[str]) -> dict[str, tuple[Any, int | None]]:
    """Return the dtype and width of the columns of named figures of settlements."""
    dtypes = {figure.name: figure.dtype for figure in every_figure()}
    return {name: (dtypes[name], len(book.market_names)) for name in names}


def _read_figures(archive: Archive, scenario: Scenario, book: Book, count: int) -> Table:
    """Return what the settlements of the scenario reported, refusing another number of rounds."""
    place = f"{archive.where}, {FIGURES}"
    if FIGURES not in archive:
        raise BadInput.at(f"{archive.where}, recording", f"no {FIGURES}", "a complete recording, or none")
    given = figures_of_scenario(scenario.parameters)
    later = {figure.name for figure in given if figure.is_later}
    columns = _figure_columns(book, [figure.name for figure in given])
    table = _from_parquet(archive.read(FIGURES), place, columns, later)
    rows = len(next(iter(table.values())))
    if rows != count:
        raise BadInput.at(place, f"{rows} rounds", f"{count}, as many as in {ROUNDS}")
    return table


def _read_marks(archive: Archive, rounds: list[Round]) -> Table:
    """Return which events are marked, refusing rows that are not in the round that names them."""
    place = f"{archive.where}, {MARKS}"
    if MARKS not in archive:
        return {"row": np.empty(0, dtype=np.int64), "mark": np.empty(0, dtype=np.int8)}
    table = _from_parquet(archive.read(MARKS), place, {"row": (np.int64, None), "mark": (np.int8, None)})
    if not np.isin(table["mark"], (1, 2)).all():
        raise BadInput.at(f"{place}, column mark", "an unknown mark", "1 or 2")
    for step in rounds:
        rows = table["row"][step.first_mark : step.last_mark]
        if not _within(rows, step.first_event, step.last_event) or (np.diff(rows) <= 0).any():
            raise BadInput.at(f"{place}, column row", f"rows that are not of round {step.number}", "in ascending order")
    return table


def _read_starts(archive: Archive, book: Book) -> Table:
    """Return which auctions started, refusing accounts that are not in the book."""
    place = f"{archive.where}, {STARTS}"
    if STARTS not in archive:
        return {"account": np.empty(0, dtype=np.int32), "share": np.empty(0)}
    table = _from_parquet(archive.read(STARTS), place, {"account": (np.int32, None), "share": (np.float64, None)})
    if not _within(table["account"], 0, len(book)):
        raise BadInput.at(f"{place}, column account", "no such account", f"0 to {len(book) - 1}")
    if not ((table["share"] > 0.0) & (table["share"] <= 1.0)).all():
        raise BadInput.at(f"{place}, column share", "not a share", "above 0, at most 1")
    return table


def _checked_head(archive: Archive, scenario: Scenario) -> tuple[str, str]:
    """Return why the run ended and the format that the recording was written in."""
    place = f"{archive.where}, {HEAD}"
    head = group(parse(archive.read(HEAD), place), place)
    if head.get("format") not in (FIRST_FORMAT, SECOND_FORMAT, FORMAT):
        raise BadInput.at(
            f"{place}, format", repr(head.get("format"))[:80], f"{FIRST_FORMAT}, {SECOND_FORMAT} or {FORMAT}"
        )
    if set(head) != {"format", "ended", "run_sha256"}:
        raise BadInput.at(place, f"the keys {', '.join(sorted(head))}"[:200], "format, ended, run_sha256")
    endings = (NO_MORE_LIQUIDATIONS, MAX_ROUNDS_REACHED, STOPPED)
    if head["ended"] not in endings:
        raise BadInput.at(f"{place}, ended", repr(head["ended"])[:80], ", ".join(endings))
    if head["run_sha256"] != run_sha256(scenario):
        raise BadInput.at(place, "belongs to other loans or parameters", "the recording of the file's own scenario")
    return str(head["ended"]), str(head["format"])


def _column(rounds: list[Round], name: str) -> npt.NDArray[Any]:
    values = [getattr(step, name) for step in rounds]
    if name in OPTIONAL:
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return np.array(values)


def _round_columns(book: Book) -> dict[str, tuple[Any, int | None]]:
    """Return the dtype and width of each column of rounds; width None is a plain column."""
    columns: dict[str, tuple[Any, int | None]] = {}
    for field in fields(Round):
        name = field.name
        if name == SETTLEMENT_FIGURES:
            continue
        dtype = np.bool_ if name in FLAGS else np.int64 if name in WHOLE else np.float64
        width = len(book.asset_names) if name in BY_ASSET else len(book.market_names) if name in BY_MARKET else None
        columns[name] = (dtype, width)
    return columns


def _leg_column(name: str) -> tuple[Any, None]:
    return (np.int32 if name in ("account", "collateral_leg", "debt_leg") else np.float64), None


def _to_parquet(columns: Table) -> bytes:
    """Write columns; one of shape (rows, K) becomes K a row."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays = {
        name: pa.FixedSizeListArray.from_arrays(pa.array(values.reshape(-1)), values.shape[1])
        if values.ndim == 2
        else pa.array(values)
        for name, values in columns.items()
    }
    out = BytesIO()
    pq.write_table(pa.table(arrays), out, compression="zstd")
    return out.getvalue()


def _from_parquet(
    data: bytes, place: str, expected: dict[str, tuple[Any, int | None]], later: Collection[str] = ()
) -> Table:
    """Read columns back, refusing other names, types, widths and missing values; ``later`` ones may be left out."""
    import pyarrow as pa

    table = read_table(data, place, MOST_EVENTS)
    expected = {name: shape for name, shape in expected.items() if name not in later or name in table.column_names}
    if sorted(table.column_names) != sorted(expected):
        raise BadInput.at(place, f"the columns {', '.join(table.column_names)}"[:300], ", ".join(expected))
    columns: Table = {}
    for name, (dtype, width) in expected.items():
        item = pa.from_numpy_dtype(np.dtype(dtype))
        kind = item if width is None else pa.list_(item, width)
        column = table.column(name)
        if column.type != kind:
            raise BadInput.at(f"{place}, column {name}", f"of type {column.type}", str(kind))
        flat = column if width is None else _items(column.combine_chunks(), width)
        if column.null_count or flat.null_count:
            raise BadInput.at(f"{place}, column {name}", "a blank", "a value in each row")
        values = numbers(pa.chunked_array([flat]) if width is not None else flat).astype(dtype, copy=False)
        columns[name] = values if width is None else values.reshape(len(table), width)
    return columns


def _items(lists: Any, width: int) -> Any:
    """Return the items of lists of equal length, in order. Arrow's own ``flatten`` loads all of its functions first."""
    return lists.values.slice(lists.offset * width, len(lists) * width)


def _rounds(table: Table, figures: Table, book: Book, place: str) -> list[Round]:
    """Make the rounds; figures of settlements that the file does not have are nothing."""
    count = len(table["number"])
    if count == 0 or not np.array_equal(table["number"], np.arange(count)):
        raise BadInput.at(f"{place}, column number", "the rounds are not 0, 1, 2, ...", "every round once, in order")
    check_finite(table, place, may_be_nan=OPTIONAL)
    check_finite(figures, place)
    rest = {name: values for name, values in nothing(len(book.market_names)).items() if name not in figures}
    for values in (*table.values(), *figures.values(), *rest.values()):
        values.setflags(write=False)
    plain = {name: values.tolist() for name, values in table.items() if values.ndim == 1}
    plain["reproduction_number"] = [None if value != value else value for value in plain["reproduction_number"]]  # noqa: PLR0124
    wide = {name: values for name, values in table.items() if values.ndim == 2}
    return [
        Round(
            **{name: values[r] for name, values in plain.items()},
            **{name: values[r] for name, values in wide.items()},
            settlement_figures=MappingProxyType(rest | {name: values[r] for name, values in figures.items()}),
        )
        for r in range(count)
    ]


def _check_legs(table: Table, book: Book, place: str) -> None:
    """Refuse legs that are not the account's: the kernels trust them."""
    account = table["account"]
    if not _within(account, 0, len(book)):
        raise BadInput.at(f"{place}, column account", "no such account", f"0 to {len(book) - 1}")
    for name, start in (("collateral_leg", book.collateral_start), ("debt_leg", book.debt_start)):
        if name in table and not _within(table[name], start[account], start[account + 1]):
            raise BadInput.at(f"{place}, column {name}", "a leg of another account", "the account's own legs")


def _within(values: npt.NDArray[Any], first: Any, end: Any) -> bool:
    return bool(((values >= first) & (values < end)).all())


def _check_slices(rounds: list[Round], ends: dict[str, int], place: str) -> None:
    """Refuse rounds whose rows overlap, leave a gap or go past the end: the kernels trust them.

    ``ends`` says how many rows there are, by what the rows are called in the names of the columns.
    """
    for name, count in ends.items():
        first, last, end = f"first_{name}", f"last_{name}", 0
        for step in rounds:
            if getattr(step, first) != end or getattr(step, last) < end:
                raise BadInput.at(f"{place}, round {step.number}, {first}", f"{getattr(step, first)}", f"{end}")
            end = getattr(step, last)
        if end != count:
            raise BadInput.at(f"{place}, column {last}", f"ends at {end}", f"{count}, as many as there are rows")
