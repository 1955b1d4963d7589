"""The baseline of a trading framework: lrvx's LiquidationEngine (MIT) on perpetual positions of one asset.

It closes every position that is below its maintenance margin at a mark. Here the same positions are a market of
liquidators that close them in full: one look at every position, one liquidation of each that fails.
"""

from __future__ import annotations

import subprocess
import sys
import time
from importlib.util import find_spec
from typing import Any

import numpy as np

from engine.scenario.loans import CodedColumn, LoanTable
from engine.scenario.scenario import Scenario
from engine.scenario.schema import Parameters

MAINTENANCE = 0.05
MARK = 0.7
SYMBOL = 1


def is_installed() -> bool:
    """Whether lrvx is there; it is not among what the tests need."""
    return find_spec("lrvx") is not None


def positions(count: int) -> tuple[Any, Any]:
    """Return sizes in tokens, and margins in USD, of long positions entered at 1 USD with a leverage of 2 to 20."""
    rng = np.random.default_rng(0)
    size = rng.uniform(100.0, 10_000.0, count)
    return size, size / rng.uniform(2.0, 20.0, count)


def lrvx_seconds(count: int) -> tuple[float, int]:
    """Return the processor time that lrvx takes for one mark, and how many positions it closes.

    It works in a process of its own: its library cannot be loaded after numba's on some systems.
    """
    command = [sys.executable, "-m", "tests.benchmarks.lrvx_mark", str(count)]
    seconds, closed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(seconds), int(closed)


def _mark(count: int) -> tuple[float, int]:
    from lrvx import LiquidationEngine

    engine = LiquidationEngine()
    engine.add_tier(0.0, MAINTENANCE)
    for number, (size, margin) in enumerate(zip(*(array.tolist() for array in positions(count)), strict=True)):
        engine.open_position(number, SYMBOL, size, 1.0, margin)
    begin = time.process_time()
    engine.on_mark(SYMBOL, MARK)
    return time.process_time() - begin, engine.liquidations_count()


def scenario(count: int) -> Scenario:
    """Return the same positions as a book: collateral the tokens, debt what they cost less the margin."""
    size, margin = positions(count)
    nothing = np.full(count, np.nan)
    loans = LoanTable(
        account=np.array([f"p{number}" for number in range(count)], dtype=object),
        market=CodedColumn(np.zeros(count, dtype=np.int32), ("perp",)),
        collateral_asset=CodedColumn(np.zeros(count, dtype=np.int32), ("COIN",)),
        collateral_amount=size,
        debt_asset=CodedColumn(np.zeros(count, dtype=np.int32), ("USD",)),
        debt_amount=size - margin,
        liquidation_threshold=nothing,
        liquidation_bonus=nothing.copy(),
    )
    listed = {"liquidation_threshold": 1.0 - MAINTENANCE, "liquidation_bonus": 0.0}
    parameters = Parameters.from_dict(
        {
            "assets": {"COIN": {"price": 1.0}, "USD": {"price": 1.0}},
            "markets": {"perp": {"collateral": {"COIN": listed}, "rules": {"close": {"kind": "full"}}}},
            "shock": {"kind": "instant", "returns": {"COIN": MARK - 1.0}},
        }
    )
    return Scenario(parameters, loans)


if __name__ == "__main__":
    print(*_mark(int(sys.argv[1])))
