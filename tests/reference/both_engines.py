"""The engine and the slow engine behind one face: a scenario dictionary in, plain dictionaries out."""

from __future__ import annotations

from typing import Any

import pytest

import engine
from engine.market.random_paths import random_path
from engine.views import initial_view
from tests import slow_engine
from tests.engine.properties.conservation import check_conservation
from tests.slow_engine import book, defaults

BY_ASSET = ("undisturbed", "market_before", "market", "oracle", "sold", "bought", "proceeds_usd")
BY_ASSET_TOO = (*BY_ASSET, "repaid_by_collateral_usd")
BY_MARKET = (
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
WHOLE = (
    "accounts_liquidated",
    "liquidator_profit_usd",
    "borrower_loss_usd",
    "liquidatable_left",
    "liquidatable_left_debt_usd",
    "reproduction_number",
)


def play_slowly(scenario: dict[str, Any]) -> dict[str, Any]:
    """Run the slow engine; a random path is drawn for it."""
    return slow_engine.run(with_drawn_path(scenario))


def with_drawn_path(scenario: dict[str, Any]) -> dict[str, Any]:
    """The scenario with the path that its random shock draws, as given numbers; without one the scenario itself."""
    if scenario.get("shock", {}).get("kind") != "random":
        return scenario
    parameters = engine.from_dict(scenario).parameters
    path = random_path(parameters.shock, parameters.assets, parameters.simulation)
    factors = dict(zip(parameters.assets, path.T.tolist(), strict=True))
    endless = parameters.shock.over_rounds is None
    return scenario | {"shock": {"kind": "drawn", "factors": factors, "endless": endless}}


def play(scenario: dict[str, Any]) -> dict[str, Any]:
    """Run the engine, check that nothing got lost, and give its recording the form of the slow engine's result."""
    recording = engine.run(engine.from_dict(scenario))
    check_conservation(recording)
    return plain(recording)


def plain(recording: Any) -> dict[str, Any]:
    """A recording as plain dictionaries: `rounds` (from 1), `events`, `accounts` at the end, `summary`."""
    return {
        "rounds": [plain_round(recording, step) for step in recording.rounds if step.number > 0],
        "events": plain_events(recording),
        "accounts": plain_accounts(recording, recording.rounds[-1].number),
        "summary": recording.summary(),
    }


def plain_round(recording: Any, step: Any) -> dict[str, Any]:
    """One round, its arrays by the names of assets and markets."""
    figures: dict[str, Any] = {"round": step.number}
    for names, keys in ((recording.book.asset_names, BY_ASSET_TOO), (recording.book.market_names, BY_MARKET)):
        for key in keys:
            figures[key] = dict(zip(names, getattr(step, key).tolist(), strict=True))
    for key in WHOLE:
        figures[key] = getattr(step, key)
    return figures


def plain_events(recording: Any) -> list[dict[str, Any]]:
    """The events, a dictionary a row."""
    frame = recording.events_frame()
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.itertuples(index=False, name=None)]


def plain_accounts(recording: Any, round_number: int) -> list[dict[str, Any]]:
    """What every account holds and owes after a round."""
    book = recording.book
    state = recording.state(round_number)
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


def on_both_engines(test):
    """Run the test twice, its argument `run` being the slow engine and the engine."""
    return pytest.mark.parametrize("run", [play_slowly, play], ids=["slow engine", "engine"])(test)


def health_of(run, scenario: dict[str, Any]) -> list[float]:
    """The health factors at the first prices, in the order of the accounts, by the engine that `run` plays."""
    if run is play_slowly:
        filled = defaults.filled(scenario)
        prices = {name: asset["price"] for name, asset in filled["assets"].items()}
        return [account.health(prices) for account in book.accounts_of(filled)]
    return [float(value) for value in initial_view(engine.from_dict(scenario)).health]
