"""What becomes of each published case: the test that it passes, or why it is outside this engine.

Settlements other than `liquidator` are not part of the engine yet; their cases wait here by name.
"""

from __future__ import annotations

PASSES = "passes"

AUCTION = "auction settlement: not yet"
ABSORB = "absorb settlement: not yet"
POOL = "stability pool settlement: not yet"
MARGIN = "margin engine settlement (insurance fund, deleveraging): not yet"
INTEGERS = "a case about integer rounding; the method computes in float64"
SMALLER_LEG = "the liquidator picks a leg that is not the largest; the method picks the largest or all"
OTHER_MODEL = "another model: "

KERNEL = "test_protocol_cases.py::test_that_the_protocols_own_case_comes_out"
BY_NAME = "test_protocol_cases.py::"

PROTOCOL_CASES: dict[str, tuple[str, str]] = {
    "aave-01": (PASSES, KERNEL),
    "aave-03": ("outside", SMALLER_LEG),
    "aave-04": ("outside", SMALLER_LEG),
    "aave-06": (PASSES, KERNEL),
    "aave-07": (PASSES, KERNEL),
    "aave-09": (PASSES, KERNEL),
    "aave-10": (PASSES, KERNEL),
    "aave-12": (PASSES, KERNEL),
    "aave-13": (PASSES, KERNEL),
    "aave-15": (PASSES, KERNEL),
    "aave-16": (PASSES, KERNEL),
    "aave-18": (PASSES, KERNEL),
    "aave-19": (PASSES, KERNEL),
    "aave-21": (PASSES, KERNEL),
    "aave-22": (PASSES, BY_NAME + "test_that_aave_22_liquidates_at_the_prices_of_its_category"),
    "aave-24": (PASSES, BY_NAME + "test_that_aave_24_gives_the_health_factors_of_its_table"),
    "aavev4-01": (PASSES, BY_NAME + "test_that_aave_v4_01_gives_the_bonus_by_health"),
    "aavev4-03": (PASSES, BY_NAME + "test_that_aave_v4_03_liquidates_to_its_target_and_is_limited_by_the_collateral"),
    "compv2-01": (PASSES, BY_NAME + "test_that_compound_01_seizes_what_its_formula_says"),
    "compv2-03": (PASSES, KERNEL),
    "compv2-04": (PASSES, KERNEL),
    "compv2-06": (PASSES, KERNEL),
    "compv2-07": (PASSES, KERNEL),
    "compv2-09": (PASSES, BY_NAME + "test_that_compound_09_gives_the_liquidity_of_an_account"),
    "compv2-10": (PASSES, BY_NAME + "test_that_compound_10_keeps_its_share_of_the_seizure"),
    "comet-01": ("outside", ABSORB),
    "comet-03": ("outside", ABSORB),
    "comet-04": ("outside", ABSORB),
    "comet-06": ("outside", ABSORB),
    "comet-07": ("outside", ABSORB),
    "comet-09": ("outside", ABSORB),
    "comet-10": ("outside", ABSORB),
    "morpho-01": (PASSES, BY_NAME + "test_that_morpho_01_gives_the_incentive_of_the_threshold"),
    "morpho-02": ("outside", INTEGERS),
    "morpho-03": ("outside", INTEGERS),
    "morpho-05": (PASSES, KERNEL),
    "morpho-06": (PASSES, KERNEL),
    "morpho-08": (PASSES, KERNEL),
    "morpho-10": (PASSES, BY_NAME + "test_that_morpho_10_gives_the_risk_of_a_position"),
    "morpho-11": (PASSES, BY_NAME + "test_that_morpho_11_seizes_by_the_close_factor_at_its_loan_to_value"),
    "eulerv2-01": (PASSES, KERNEL),
    "eulerv2-03": (PASSES, KERNEL),
    "eulerv2-04": (PASSES, KERNEL),
    "eulerv2-06": (PASSES, KERNEL),
    "eulerv2-07": (PASSES, KERNEL),
    "eulerv2-09": ("outside", INTEGERS),
    "eulerv2-10": ("outside", INTEGERS),
    "eulerv2-12": ("outside", INTEGERS),
    "eulerv2-13": (PASSES, KERNEL),
    "eulerv2-15": (PASSES, KERNEL),
    "eulerv2-16": ("outside", SMALLER_LEG),
    "eulerv2-18": (PASSES, BY_NAME + "test_that_euler_18_liquidates_pro_rata"),
    "eulerv2-19": (PASSES, KERNEL),
    "eulerv1-01": (PASSES, KERNEL),
    "venus-01": (PASSES, BY_NAME + "test_that_venus_01_takes_its_share_of_the_bonus"),
    "maker-01": ("outside", AUCTION),
    "maker-03": ("outside", AUCTION),
    "maker-04": ("outside", AUCTION),
    "maker-06": ("outside", AUCTION),
    "maker-07": ("outside", AUCTION),
    "maker-09": ("outside", AUCTION),
    "maker-10": ("outside", AUCTION),
    "maker-12": ("outside", AUCTION),
    "maker-13": ("outside", AUCTION),
    "maker-15": ("outside", AUCTION),
    "maker-16": ("outside", AUCTION),
    "maker-18": ("outside", AUCTION),
    "maker-19": (PASSES, BY_NAME + "test_that_maker_19_tells_safe_from_unsafe"),
    "liquity-01": ("outside", POOL),
    "liquity-03": ("outside", POOL),
    "liquity-04": ("outside", POOL),
    "liquity-06": ("outside", POOL),
    "liquity-07": ("outside", POOL),
    "liquity-09": ("outside", POOL),
    "liquity-10": ("outside", POOL),
    "liquity-12": ("outside", POOL),
    "liquity-13": ("outside", POOL),
    "liquity-15": (PASSES, BY_NAME + "test_that_liquity_15_gives_the_collateral_ratio"),
    "bold-01": ("outside", POOL),
    "bold-03": ("outside", POOL),
    "bold-04": ("outside", POOL),
    "dydx-01": (PASSES, BY_NAME + "test_that_dydx_01_tells_who_is_below_the_maintenance_margin"),
    "dydx-03": ("outside", MARGIN),
    "dydx-04": ("outside", MARGIN),
    "dydx-06": ("outside", MARGIN),
    "dydx-07": ("outside", MARGIN),
    "snx-01": ("outside", MARGIN),
    "snx-03": ("outside", MARGIN),
    "gmx-01": ("outside", MARGIN),
}

IN = "test_known_results.py::"

KNOWN_RESULTS: dict[str, tuple[str, str]] = {
    "A01_cpamm_sale_nofee": (PASSES, IN + "test_that_a01_a_pool_pays_the_constant_product"),
    "A02_cpamm_sale_fee30bp": ("outside", OTHER_MODEL + "a pool with a fee"),
    "A04_riskdao_depth_calibration": (PASSES, IN + "test_that_a04_a_pool_calibrated_by_one_quote_gives_the_others"),
    "A05_univ3_single_range": ("outside", OTHER_MODEL + "concentrated liquidity in one range"),
    "A07_orderbook_walk": ("outside", OTHER_MODEL + "an order book in steps"),
    "A08_sqrt_impact": (PASSES, IN + "test_that_a08_square_root_impact_is_that_of_the_cumulative_sale"),
    "A09_almgren2005_example": ("outside", OTHER_MODEL + "permanent and temporary impact by participation rate"),
    "A10_cont_schaanning_impact": (
        PASSES,
        IN + "test_that_a10_impact_with_a_floor_starts_with_its_slope_and_ends_at_its_floor",
    ),
    "A12_impact_recovery_halflife": (PASSES, IN + "test_that_a12_impact_recovers_with_its_half_life"),
    "B01_health_factor_liqprice": (PASSES, IN + "test_that_b01_health_and_liquidation_price_of_a_position_come_out"),
    "B02_partial_liquidation": (PASSES, IN + "test_that_b02_a_partial_liquidation_comes_out"),
    "B04_toxic_frontier": (
        PASSES,
        IN + "test_that_b04_liquidation_raises_the_loan_to_value_exactly_in_the_toxic_region",
    ),
    "B06_smartltv_table": ("outside", OTHER_MODEL + "a formula that recommends an LTV"),
    "B07_mcfarlane_slippage_frontier": (PASSES, IN + "test_that_b07_slippage_tightens_the_toxic_frontier"),
    "B09_liquity_stability_pool": ("outside", POOL),
    "B10_maker_stairstep_auction": ("outside", AUCTION),
    "B11_perp_liquidation_and_fund": ("outside", MARGIN),
    "B13_max_profitable_liquidation": (
        PASSES,
        IN + "test_that_b13_no_liquidation_is_done_beyond_the_largest_profitable_one",
    ),
    "C01_linear_ladder_fixed_point": (PASSES, IN + "test_that_c01_the_engine_converges_to_the_geometric_series"),
    "C02_three_cliffs": (PASSES, IN + "test_that_c02_three_cliffs_contain_or_spread_the_fall"),
    "C05_raise_fixed_cash": ("outside", OTHER_MODEL + "a whole sale settles at the price after it"),
    "C06_GLT_vulnerable_banks_2x2": ("outside", OTHER_MODEL + "banks that return to a target leverage"),
    "C07_cont_schaanning_two_banks": ("outside", OTHER_MODEL + "banks that return to a target leverage"),
    "C08_multiple_equilibria": ("outside", OTHER_MODEL + "a simultaneous fire-sale equilibrium"),
    "C09_eba2018_firesale": ("outside", OTHER_MODEL + "banks that return to a target leverage"),
    "C11_deleveraging_short_squeeze": ("outside", OTHER_MODEL + "a debt asset priced by its own supply"),
    "C13_multi_asset_ladder_spectral": (
        PASSES,
        IN + "test_that_c13_two_coupled_ladders_sell_what_the_matrix_says",
    ),
    "D02_borel_cascade_size": ("outside", OTHER_MODEL + "a random branching process"),
    "D03_oracle_ema_and_delay": (
        PASSES,
        IN + "test_that_d03_bad_debt_starts_with_the_latency_that_the_bonus_tolerates",
    ),
}
