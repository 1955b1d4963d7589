"""The figures of a run (Method, section 9) and its result as plain values and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.reading.liquidatable import small_accounts_left
from engine.reading.rounding import ROUNDING, without_rounding
from engine.scenario.provenance import provenance
from engine.settlement.figures import every_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import pandas as pd

    from engine.base.types import Floats
    from engine.reading.recorded_run import RecordedRun
    from engine.recording.recording import Recording
    from engine.recording.records import Round
    from engine.settlement.figures import SettlementFigure

RESULT_FORMAT = "cascade-result/1"


def added_up(values: Floats) -> Floats:
    """Return running sums of a figure of rounds, shape (rounds,) or (rounds, M).

    Where gains have set off losses to the last digits, the sum is 0 and not what rounding leaves of it.
    """
    sums: Floats = np.cumsum(values, axis=0)
    sums[np.abs(sums) <= ROUNDING * np.maximum.accumulate(np.abs(sums), axis=0)] = 0.0
    return sums


def lender_loss_so_far(recording: Recording) -> Floats:
    """Return what lenders have lost up to each round, (rounds, M) USD, round 0 included.

    A round's own figure (`engine.recording.records.Round`) may be a gain: where a protocol that took accounts over
    earns by selling their collateral, a reserve below zero recovers.
    """
    return added_up(np.array([step.lender_loss_usd for step in recording.rounds]))


def max_reproduction_number(recording: Recording) -> float | None:
    """Return the largest reproduction number of any round, None if it was never defined."""
    numbers = [step.reproduction_number for step in recording.rounds if step.reproduction_number is not None]
    return max(numbers, default=None)


def summary(recording: RecordedRun) -> dict[str, Any]:
    """Return the run's figures in the order of Interfaces, section 3.

    The insolvent debt takes one look at the book as it stands at the end.
    """
    rounds = recording.rounds[:]
    last = rounds[-1]
    return {
        "rounds": last.number,
        "ended": recording.ended,
        "liquidations": sum(int(step.liquidations.sum()) for step in rounds),
        "accounts_liquidated": sum(step.accounts_liquidated for step in rounds),
        "repaid_usd": _total(rounds, "repaid_usd"),
        "seized_usd": _total(rounds, "seized_usd"),
        "bad_debt_usd": _total(rounds, "bad_debt_usd"),
        "lender_loss_usd": float(added_up(np.array([float(step.lender_loss_usd.sum()) for step in rounds]))[-1]),
        "liquidatable_left": last.liquidatable_left,
        "liquidatable_left_debt_usd": last.liquidatable_left_debt_usd,
        "insolvent_debt_usd": float(recording.losses.insolvent_debt_usd(last.number).sum()),
        "total_loss_usd": float(recording.losses.total_loss_usd(last.number).sum()),
        "liquidator_profit_usd": float(sum(step.liquidator_profit_usd for step in rounds)),
        "borrower_loss_usd": borrower_loss(rounds),
        "amplification": recording.outside.amplification(last.number),
        "max_reproduction_number": max_reproduction_number(recording),
        **{figure.name: _over_the_run(rounds, figure) for figure in every_figure() if figure.is_in_summary},
        "accounts_deleveraged": accounts_deleveraged(recording),
        **recording.outside.figures(),
        **_left_alone(recording),
    }


def borrower_losses(rounds: Sequence[Round]) -> Floats:
    """Return (rounds,) what borrowers lost in each of some rounds, USD; what rounding leaves of no loss is 0."""
    lost = np.array([step.borrower_loss_usd for step in rounds], dtype=np.float64)
    return without_rounding(lost, np.array([float(step.seized_usd.sum()) for step in rounds]))


def borrower_loss(rounds: Sequence[Round]) -> float:
    """Return what borrowers lost in some rounds together, USD; what rounding leaves of no loss is 0."""
    lost = np.array(sum(step.borrower_loss_usd for step in rounds), dtype=np.float64)
    return float(without_rounding(lost, np.array(sum(float(step.seized_usd.sum()) for step in rounds))))


def accounts_deleveraged(recording: RecordedRun) -> int:
    """Return how many accounts bore losses of bankrupt ones, each once; `deleveraged` counts the closings."""
    rows = recording.marks.deleveraged()
    if not len(rows):  # listing the events of a run takes longer than the run
        return 0
    events = recording.events
    return len(np.unique(events.account[rows[rows < len(events)]]))


def _left_alone(recording: RecordedRun) -> dict[str, Any]:
    """Return the figures of accounts that owe less than liquidators come for; none where they come for any."""
    if recording.scenario.parameters.liquidators.min_debt_usd is None:
        return {}
    count, debt_usd = small_accounts_left(recording)
    return {"small_accounts_left": count, "small_accounts_left_debt_usd": debt_usd}


def result(recording: RecordedRun) -> dict[str, Any]:
    """Return the result of Interfaces, section 3: provenance, summary and rounds, without the events."""
    return {
        "format": RESULT_FORMAT,
        "scenario": recording.scenario.name,
        "provenance": provenance(recording.scenario),
        "summary": summary(recording),
        "rounds": [
            _plain_round(recording, step, float(lost))
            for step, lost in zip(recording.rounds[1:], lender_loss_so_far(recording)[1:].sum(axis=1), strict=False)
        ],
    }


def rounds_frame(recording: RecordedRun) -> pd.DataFrame:
    """Return one row a round from round 1 on. Insolvent debt and total loss are levels at the end of the round.

    First the figures of the whole run's round, then by asset (``market.WETH``), then by market
    (``repaid_usd.compound``).
    """
    import pandas as pd

    rounds = recording.rounds[1:]
    insolvent = [recording.losses.insolvent_debt_usd(step.number) for step in rounds]
    lost = [recording.losses.total_loss_usd(step.number) for step in rounds]
    columns: dict[str, Any] = {
        "round": [step.number for step in rounds],
        "liquidations": [int(step.liquidations.sum()) for step in rounds],
        "accounts_liquidated": [step.accounts_liquidated for step in rounds],
        "repaid_usd": [float(step.repaid_usd.sum()) for step in rounds],
        "seized_usd": [float(step.seized_usd.sum()) for step in rounds],
        "bad_debt_usd": [float(step.bad_debt_usd.sum()) for step in rounds],
        "lender_loss_usd": [float(step.lender_loss_usd.sum()) for step in rounds],
        "lender_loss_so_far_usd": lender_loss_so_far(recording)[1 : len(rounds) + 1].sum(axis=1),
        "insolvent_debt_usd": [float(usd.sum()) for usd in insolvent],
        "total_loss_usd": [float(usd.sum()) for usd in lost],
        "liquidator_profit_usd": [step.liquidator_profit_usd for step in rounds],
        "borrower_loss_usd": borrower_losses(rounds),
        "liquidatable_left": [step.liquidatable_left for step in rounds],
        "liquidatable_left_debt_usd": [step.liquidatable_left_debt_usd for step in rounds],
        "reproduction_number": [
            np.nan if step.reproduction_number is None else step.reproduction_number for step in rounds
        ],
    }
    by_asset = ("undisturbed", "market_before", "market", "oracle", "sold", "bought", "proceeds_usd",
                "repaid_by_collateral_usd")  # fmt: skip
    by_market = ("liquidations", "repaid_usd", "seized_usd", "bad_debt_usd", "lender_loss_usd", "reserve_usd",
                 "debt_left_usd", "collateral_left_usd", "paused")  # fmt: skip
    for names, fields in ((recording.book.asset_names, by_asset), (recording.book.market_names, by_market)):
        for place, name in enumerate(names):
            for field in fields:
                columns[f"{field}.{name}"] = [getattr(step, field)[place].item() for step in rounds]
    for place, name in enumerate(recording.book.market_names):
        columns[f"insolvent_debt_usd.{name}"] = [usd[place].item() for usd in insolvent]
        columns[f"total_loss_usd.{name}"] = [usd[place].item() for usd in lost]
        for figure in every_figure():
            columns[f"{figure.name}.{name}"] = [step.settlement_figures[figure.name][place].item() for step in rounds]
    return pd.DataFrame(columns)


def events_frame(recording: RecordedRun) -> pd.DataFrame:
    """Return one row a liquidation, under proportional legs one a pair of legs (Interfaces, section 3).

    Where a stability pool or a margin engine also changed other accounts, a last column `mark` tells which rows were
    ``redistributed`` to them or ``deleveraged``; it is blank for liquidations.
    """
    import pandas as pd

    book = recording.book
    number = recording.event_rounds()
    events = recording.events
    number = number[: len(events)]
    collateral, debt = book.collateral_asset[events.collateral_leg], book.debt_asset[events.debt_leg]
    oracle = np.array([step.oracle for step in recording.rounds])
    market = book.market[events.account]
    frame = pd.DataFrame(
        {
            "round": number,
            "account": book.account_names[events.account],
            "market": _named(book.market_names, market),
            "collateral_asset": _named(book.asset_names, collateral),
            "seized": events.seized,
            "debt_asset": _named(book.asset_names, debt),
            "repaid": events.repaid,
            "repaid_usd": events.repaid * oracle[number, debt],
            "seized_usd": events.seized * oracle[number, collateral],
            "to_protocol": events.to_protocol,
            "health_before": events.health_before,
            "health_after": events.health_after,
        }
    )
    marks = recording.marks
    if len(marks):
        words = np.full(len(events), None, dtype=object)
        words[marks.row] = _named(("", "redistributed", "deleveraged"), marks.mark.astype(np.int32))
        frame["mark"] = words
    return frame


def _named(names: tuple[str, ...], codes: npt.NDArray[np.int32]) -> npt.NDArray[np.object_]:
    return np.array(names, dtype=object)[codes]


def _total(rounds: list[Round], field: str) -> float:
    return float(sum(float(getattr(step, field).sum()) for step in rounds))


def _over_the_run(rounds: list[Round], figure: SettlementFigure) -> float:
    """Return a figure of settlements over all markets: the last level, or the sum of the rounds."""
    values = [step.settlement_figures[figure.name].sum() for step in (rounds[-1:] if figure.is_level else rounds)]
    return int(sum(values)) if figure.unit == "count" else float(sum(float(value) for value in values))


def _plain_round(recording: RecordedRun, step: Round, lost_so_far: float) -> dict[str, Any]:
    assets, markets = recording.book.asset_names, recording.book.market_names
    return {
        "round": step.number,
        "undisturbed": _by_name(assets, step.undisturbed),
        "market": _by_name(assets, step.market),
        "oracle": _by_name(assets, step.oracle),
        "sold": _by_name(assets, step.sold),
        "proceeds_usd": _by_name(assets, step.proceeds_usd),
        "liquidations": int(step.liquidations.sum()),
        "repaid_usd": float(step.repaid_usd.sum()),
        "seized_usd": float(step.seized_usd.sum()),
        "bad_debt_usd": float(step.bad_debt_usd.sum()),
        "reserve_usd": _by_name(markets, step.reserve_usd),
        "reproduction_number": step.reproduction_number,
        "lender_loss_usd": float(step.lender_loss_usd.sum()),
        "lender_loss_so_far_usd": lost_so_far,
        "insolvent_debt_usd": float(recording.losses.insolvent_debt_usd(step.number).sum()),
        "total_loss_usd": float(recording.losses.total_loss_usd(step.number).sum()),
        **{name: _by_name(markets, values) for name, values in step.settlement_figures.items()},
    }


def _by_name(names: tuple[str, ...], values: npt.NDArray[np.float64]) -> dict[str, float]:
    return dict(zip(names, values.tolist(), strict=True))
