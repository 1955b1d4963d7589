"""Numbers and names that kernels and their callers share."""

from __future__ import annotations

from typing import Any

import numpy as np

# Kinds of oracles (Method, section 5).
ORACLE_MARKET = 0
ORACLE_THRESHOLD = 1
ORACLE_TWAP = 2
ORACLE_FIXED = 3
ORACLE_MODEL = 4

# Close rules and incentives (Method, section 7).
CLOSE_FULL = 0
CLOSE_FRACTION = 1
CLOSE_TARGET_HEALTH = 2
INCENTIVE_FIXED = 0
INCENTIVE_LLTV = 1
INCENTIVE_HEALTH_DISCOUNT = 2
INCENTIVE_HEALTH_LINEAR = 3

# Who is served first (Method, section 6).
PRIORITY_LARGEST_DEBT = 0
PRIORITY_LOWEST_HEALTH = 1
PRIORITY_LARGEST_PROFIT = 2
PRIORITY_BOOK = 3

# How much of what the rules allow a liquidator repays (Method, section 6).
SIZING_WHOLE = 0
SIZING_BEST = 1
SIZING_LARGEST = 2
LEAST_FIRST_EARNING = 1e-9  # what the first USD repaid must earn, else nobody takes a slice

# Sums of USD that differ by less than this share of themselves are the same sum.
ROUNDING = 1e-12

# What became of a candidate when its turn came.
LIQUIDATED = 0
NOT_LIQUIDATABLE = 1
COUNT_USED_UP = 2
OVER_CAPACITY = 3
UNPROFITABLE = 4
LEFTOVER_TOO_SMALL = 5
NOTHING_TO_REPAY = 6

# Columns of the notes on a watched account, one row a call.
NOTE_OUTCOME = 0
NOTE_REPAID_USD = 1
NOTE_SEIZED_USD = 2
NOTE_BONUS = 3
NOTE_FEE_SHARE = 4
NOTE_PROCEEDS_USD = 5
NOTE_REPAID_AT_MARKET_USD = 6
NOTE_CAPACITY_LEFT_USD = 7
NOTE_HEALTH_BEFORE = 8
NOTE_HEALTH_AFTER = 9
NOTE_COLLATERAL_LEG = 10
NOTE_DEBT_LEG = 11
NOTE_WHOLE_USD = 12
NOTE_WHOLE_PROFIT_USD = 13
NOTE_FIRST_EARNING = 14
NOTE_COLUMNS = 15

# Places in the progress of a round's liquidations.
PROGRESS_POSITION = 0
PROGRESS_CALL = 1
PROGRESS_EVENTS = 2
PROGRESS_LIQUIDATIONS = 3
PROGRESS_NEW_ACCOUNTS = 4
PROGRESS_NOTES = 5
PROGRESS_EMPTIED = 6
PROGRESS_KEPT = 7
PROGRESS_PLACES = 8

# Places in a round's totals.
TOTAL_REPAID_USD = 0
TOTAL_REPAID_FRESH_USD = 1
TOTAL_SEIZED_USD = 2
TOTAL_PLACES = 3

# What a path comes to (see `engine.running.paths.PathFigures`), and why it ended.
FIGURE_ROUNDS = 0
FIGURE_ENDED = 1
FIGURE_LIQUIDATIONS = 2
FIGURE_ACCOUNTS = 3
FIGURE_REPAID_USD = 4
FIGURE_SEIZED_USD = 5
FIGURE_BAD_DEBT_USD = 6
FIGURE_LENDER_LOSS_USD = 7
FIGURE_LEFT = 8
FIGURE_LEFT_DEBT_USD = 9
FIGURE_PROFIT_USD = 10
FIGURE_BORROWER_LOSS_USD = 11
FIGURE_MAX_REPRODUCTION = 12
FIGURE_INSOLVENT_DEBT_USD = 13
FIGURE_TOTAL_LOSS_USD = 14
FIGURE_SEED_PROCEEDS_USD = 15
FIGURES = 16
ENDED_AT_REST = 0
ENDED_AT_MAX_ROUNDS = 1
ENDED_STOPPED = 2

# Where a path goes on, up to the second at the beginning of a round; and what the caller is to do first.
AT_PATH = 0
AT_PRICES = 1
AT_SETTLED = 2
AT_END_OF_ROUND = 3
DONE = 0
NEEDS_PRICES = 1
SETTLES = 2
ASKS_TO_GO_ON = 3

# What a look at an account finds.
LOOKED_IDLE = 0
LOOKED_WAITING = 1
LOOKED_BAD = 2

# Columns of the terms of collateral, one row for all legs whose threshold and bonus come from the same place.
THRESHOLD = 0
BONUS = 1
TERMS_COLUMNS = 2

BLOCK = 16  # accounts whose smallest due value is kept together

# States of an account, as `engine.reading.round_view.Status` names them.
STATUS_HEALTHY = 0
STATUS_LIQUIDATABLE = 1
STATUS_PARTLY = 2
STATUS_LIQUIDATED = 3
STATUS_BAD_DEBT = 4
STATUS_NO_DEBT = 5

MOST_LOG_FACTOR = 600.0  # exp(600) and exp(-600) are still float64 numbers, with room for a price
SMALLEST_CURVE_FACTOR = 1e-6
CAUTION = 1.0 - 1e-9  # far more than rounding can come to
LOOKED_INTO = 1  # marks of a block that a run has touched: some account of it was looked at
HOLDS_BAD_DEBT = 2  # and some account of it keeps bad debt
HEALTH_TOLERANCE = 1e-12


unsigned: Any = np.uint64  # indices that cannot be negative: numba then does not look whether they are
signed: Any = np.int64
