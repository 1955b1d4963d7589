"""Liquidators repay debt, take collateral and sell it."""
