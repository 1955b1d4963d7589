"""What a run came to, as plain dictionaries and numbers: what figures are read off.

``rounds`` (a list, the first is round 1), ``events`` (one entry a pair of legs), ``accounts`` (what each holds and owes
at the end), ``summary``, and ``health`` (of each account at the first prices, in the order of the book).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from engine.reading.round_view import initial_view

if TYPE_CHECKING:
    from engine.reading.recorded_run import RecordedRun
    from engine.recording.records import Round

BY_ASSET: Final = (
    "undisturbed",
    "market_before",
    "market",
    "oracle",
    "sold",
    "bought",
    "proceeds_usd",
    "repaid_by_collateral_usd",
)
BY_MARKET: Final = (
    "liquidations",
    "repaid_usd",
    "seized_usd",
    "bad_debt_usd",
    "lender_loss_usd",
    "reserve_usd",
    "debt_left_usd",
    "collateral_left_usd",
    "paused",
)
REDISTRIBUTED: Final = ("collateral_growth", "debt_per_collateral")
"""By market, too."""
WHOLE: Final = (
    "accounts_liquidated",
    "liquidator_profit_usd",
    "borrower_loss_usd",
    "liquidatable_left",
    "liquidatable_left_debt_usd",
    "reproduction_number",
)


def plain(recording: RecordedRun) -> dict[str, Any]:
    """Return a recording as plain dictionaries."""
    return {
        "rounds": [plain_round(recording, step) for step in recording.rounds if step.number > 0],
        "events": plain_events(recording),
        "accounts": plain_accounts(recording),
        "summary": recording.summary(),
        "health": plain_health(recording),
    }


def plain_round(recording: RecordedRun, step: Round) -> dict[str, Any]:
    """Return one round, its arrays by the names of assets and markets."""
    figures: dict[str, Any] = {"round": step.number}
    markets = (*BY_MARKET, *REDISTRIBUTED)
    for names, keys in ((recording.book.asset_names, BY_ASSET), (recording.book.market_names, markets)):
        for key in keys:
            figures[key] = dict(zip(names, getattr(step, key).tolist(), strict=True))
    for key, values in step.settlement_figures.items():
        figures[key] = dict(zip(recording.book.market_names, values.tolist(), strict=True))
    for key in WHOLE:
        figures[key] = getattr(step, key)
    return figures


def plain_events(recording: RecordedRun) -> list[dict[str, Any]]:
    """Return the events, a dictionary a row; one that is not marked has the mark None, or none."""
    frame = recording.events_frame()
    if "mark" in frame:
        frame["mark"] = frame["mark"].astype(object).where(frame["mark"].notna(), None)
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.itertuples(index=False, name=None)]


def plain_accounts(recording: RecordedRun) -> list[dict[str, Any]]:
    """Return what every account holds and owes at the end."""
    book = recording.book
    state = recording.state(recording.rounds[-1].number)
    accounts = []
    for index, name in enumerate(book.account_names):
        sides = {}
        for side, amounts in (("collateral", state.collateral_amount), ("debt", state.debt_amount)):
            start = getattr(book, f"{side}_start")
            legs = range(int(start[index]), int(start[index + 1]))
            codes = getattr(book, f"{side}_asset")
            sides[side] = {book.asset_names[codes[leg]]: float(amounts[leg]) for leg in legs}
        accounts.append({"market": book.market_names[book.market[index]], "account": name, **sides})
    return accounts


def plain_health(recording: RecordedRun) -> list[float]:
    """Return the health factors at the first prices, in the order of the accounts."""
    return [float(value) for value in initial_view(recording.scenario).health]
