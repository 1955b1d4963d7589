"""Result tables for people: CSV, XLSX and Parquet files of rounds, events, summaries and loan books."""

from __future__ import annotations

from engine.exporting.frames import results_workbook
from engine.exporting.tables import ENDINGS, check_ending, export_table, export_workbook, write_table

__all__ = [
    "ENDINGS",
    "check_ending",
    "export_table",
    "export_workbook",
    "results_workbook",
    "write_table",
]
