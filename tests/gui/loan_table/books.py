"""Small loan books and the names that go with them."""

from __future__ import annotations

from cascade_gui.loan_table.names import KnownNames
from engine.scenario.loans import LoanTable

NAMES = KnownNames(
    assets=("WETH", "WBTC", "USDC", "DAI"),
    markets=("aave", "compound"),
    collateral={"aave": frozenset({"WETH", "WBTC"}), "compound": frozenset({"WETH", "USDC"})},
    prices={"WETH": 2000.0, "WBTC": 30000.0, "USDC": 1.0, "DAI": 1.0},
)


def loan(account, collateral="WETH", amount=1.0, debt="USDC", owed=1000.0, market="aave", **more):
    return {
        "account": account,
        "market": market,
        "collateral_asset": collateral,
        "collateral_amount": amount,
        "debt_asset": debt,
        "debt_amount": owed,
        **more,
    }


def small_book() -> LoanTable:
    """Return five rows of four accounts, in an order that no column sorts."""
    return LoanTable.from_records(
        [
            loan("carol", "WETH", 3.0, "USDC", 4000.0),
            loan("alice", "WBTC", 0.5, "DAI", 9000.0),
            loan("dave", "USDC", 5000.0, "DAI", 100.0, market="compound"),
            loan("bob", "WETH", 10.0, "USDC", 15000.0, market="compound"),
            loan("alice", "WETH", 1.0, None, None),
        ]
    )


def large_book(rows: int) -> LoanTable:
    """Return `rows` rows with random amounts, made of arrays."""
    import numpy as np

    from engine.scenario.loans import CodedColumn

    random = np.random.default_rng(7)
    account = np.empty(rows, dtype=object)
    account[:] = [f"b{number:07d}" for number in random.permutation(rows).tolist()]
    none = np.full(rows, np.nan)
    return LoanTable(
        account=account,
        market=CodedColumn(random.integers(0, 2, rows).astype(np.int32), ("aave", "compound")),
        collateral_asset=CodedColumn(random.integers(0, 1, rows).astype(np.int32), ("WETH",)),
        collateral_amount=random.lognormal(1, 2, rows),
        debt_asset=CodedColumn(random.integers(0, 2, rows).astype(np.int32), ("USDC", "DAI")),
        debt_amount=random.lognormal(7, 2, rows),
        liquidation_threshold=none,
        liquidation_bonus=none,
    )
