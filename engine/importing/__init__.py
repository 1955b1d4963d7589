"""Bringing data in: loan books, risk parameters and liquidity from files of other programs.

source (a file's columns as text or numbers) -> mapping (which column means what) -> shape (how rows
become loans) -> scenario. `engine.importing.build` does all of it in one call.
"""
