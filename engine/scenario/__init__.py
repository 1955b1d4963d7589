"""Scenarios: schema, loan table, checks."""

from __future__ import annotations
