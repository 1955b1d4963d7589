"""Curves, oracles and shocks as arrays."""
