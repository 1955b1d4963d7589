"""Real liquidations beside those of a run: who, when, how much; totals and differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.importing.names import is_address

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from engine.importing.liquidation_list import LiquidationList
    from engine.reading.recorded_run import RecordedRun

BOTH, ONLY_REAL, ONLY_RUN, NOT_IN_BOOK = "both", "only in reality", "only in the run", "not in the book"


@dataclass(frozen=True)
class BesideRun:
    """A list of real liquidations and a run, account by account.

    Parameters
    ----------
    name
        The list.
    accounts
        One row an account that was liquidated in either, the largest difference first: ``account``, ``where`` (one of
        the four words of this file), ``real_times``, ``real_first``, ``real_repaid_usd``, ``real_seized_usd``,
        ``run_times``, ``run_round``, ``run_repaid_usd``, ``run_seized_usd``, ``difference_usd`` (of what was repaid, of
        what was seized where the list does not tell that).
    bad_debt_usd
        USD in reality, None where the list does not say, and in the run.
    in_repaid
        Whether differences are of debt repaid, else of collateral seized.
    columns
        The columns of the list by role.
    """

    name: str
    accounts: pd.DataFrame
    bad_debt_usd: tuple[float | None, float]
    in_repaid: bool
    columns: Mapping[str, str]

    def count(self, where: str) -> int:
        """Return how many accounts are in both, or in one only."""
        return int((self.accounts["where"] == where).sum())

    def lines(self) -> list[str]:
        """Return totals and differences in words."""
        frame = self.accounts
        real = frame["where"] != ONLY_RUN
        run = frame["where"].isin([BOTH, ONLY_RUN])
        each = f"{int(real.sum()):,} accounts in reality, {int(run.sum()):,} in the run, {self.count(BOTH):,} in both"
        apart = ", ".join(f"{self.count(where):,} {where}" for where in (ONLY_REAL, NOT_IN_BOOK, ONLY_RUN))
        lines = [f"liquidated: {each}", f"of one only: {apart}"]
        for part, word in (("repaid", "debt repaid"), ("seized", "collateral seized")):
            theirs, ours = frame[f"real_{part}_usd"], frame[f"run_{part}_usd"]
            if theirs.isna().all():
                lines.append(f"{word}: not told in reality, {_usd(float(ours.sum()))} in the run")
            else:
                lines.append(f"{word}: {_beside(float(theirs.sum()), float(ours.sum()))}")
        real_bad, run_bad = self.bad_debt_usd
        if real_bad is None:
            lines.append(f"bad debt: not told in reality, {_usd(run_bad)} in the run")
        else:
            lines.append(f"bad debt: {_beside(real_bad, run_bad)}")
        return lines


def beside_run(real: LiquidationList, recording: RecordedRun) -> BesideRun:
    """Lay a list of real liquidations beside a run.

    Addresses are compared without case. Deleveraged accounts and those that took over redistributed debt are not
    liquidated, and are left out of the run's.

    Parameters
    ----------
    real
        The list.
    recording
        A run that has ended.
    """
    import pandas as pd

    events = recording.events_frame()
    if "mark" in events:
        events = events[events["mark"].isna()]
    theirs = pd.DataFrame(
        {
            "key": [_key(name) for name in real.account.tolist()],
            "account": real.account,
            "time": real.time,
            "repaid": real.repaid_usd,
            "seized": real.seized_usd,
        }
    )
    by_account = theirs.groupby("key", sort=False).agg(
        account=("account", "first"),
        real_times=("account", "size"),
        real_first=("time", "first"),
        real_repaid_usd=("repaid", lambda values: values.sum(min_count=1)),
        real_seized_usd=("seized", lambda values: values.sum(min_count=1)),
    )
    ours = pd.DataFrame(
        {
            "key": [_key(name) for name in events["account"].tolist()],
            "run_account": events["account"].to_numpy(),
            "round": events["round"].to_numpy(),
            "repaid": events["repaid_usd"].to_numpy(),
            "seized": events["seized_usd"].to_numpy(),
        }
    )
    run = ours.groupby("key", sort=False).agg(
        run_account=("run_account", "first"),
        run_times=("round", "nunique"),
        run_round=("round", "min"),
        run_repaid_usd=("repaid", "sum"),
        run_seized_usd=("seized", "sum"),
    )
    frame = by_account.join(run, how="outer")
    held = {_key(name) for name in recording.book.account_names.tolist()}
    both = frame["account"].notna() & frame["run_account"].notna()
    in_book = np.array([key in held for key in frame.index], dtype=np.bool_)
    frame["where"] = np.select(
        [both, frame["account"].isna(), ~in_book], [BOTH, ONLY_RUN, NOT_IN_BOOK], default=ONLY_REAL
    )
    frame["account"] = frame["run_account"].where(frame["run_account"].notna(), frame["account"])
    in_repaid = bool(by_account["real_repaid_usd"].notna().any())
    part = "repaid" if in_repaid else "seized"
    for column in ("real_times", "run_times"):
        frame[column] = frame[column].fillna(0).astype(int)
    frame["run_round"] = frame["run_round"].astype("Int64")
    frame["real_first"] = frame["real_first"].fillna("")
    for column in ("run_repaid_usd", "run_seized_usd"):
        frame[column] = frame[column].fillna(0.0)
    frame["difference_usd"] = frame[f"run_{part}_usd"] - frame[f"real_{part}_usd"].fillna(0.0)
    order = np.argsort(-np.abs(frame["difference_usd"].to_numpy()), kind="stable")
    columns = [
        "account", "where", "real_times", "real_first", "real_repaid_usd", "real_seized_usd", "run_times", "run_round",
        "run_repaid_usd", "run_seized_usd", "difference_usd",
    ]  # fmt: skip
    bad = float(recording.summary()["bad_debt_usd"])
    accounts = frame.iloc[order][columns].reset_index(drop=True)
    return BesideRun(real.name, accounts, (real.bad_debt_usd, bad), in_repaid, real.columns)


def _key(name: str) -> str:
    return name.lower() if is_address(name) else name


def _usd(value: float) -> str:
    return f"{value:,.6g} USD"


def _beside(real: float, run: float) -> str:
    share = f" ({(run / real - 1) * 100:+.3g} %)" if real > 0 else ""
    return f"{_usd(real)} in reality, {_usd(run)} in the run{share}"
