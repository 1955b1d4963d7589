"""Liquidation prices of cross accounts in a margin engine: by health, and with each margin on its own position."""

from __future__ import annotations

import pytest

import engine
from engine.reading.explanation.explain import explain
from tests.engine.settlement.perpetuals import position, scenario

ETH = {"assets": {"ETH": {"price": 2_200.0}}}
THRESHOLDS = {"BTC": 0.99, "ETH": 1 - 0.0123, "USD": 1 / 1.0123}
LONG = position("w1", 1.5, 40_000.0, 6_150.0)
SHORT = position("w1", -10.0, 2_000.0, 4_400.0, "ETH")
"""Case 14 of the imports: together (7,650 + 24,400 - 615) / (10 x 1.0123) for ETH."""


def prices(*loans):
    recording = engine.run(scenario(list(loans), price=41_000.0, thresholds=THRESHOLDS, **ETH))
    return {price.asset: price for price in explain(recording, 0, 0).liquidation_prices}


def test_that_a_cross_account_is_told_its_price_with_each_margin_on_its_own_position():
    found = prices(LONG, SHORT)
    by_health = (41_000 * 1.5 * 0.99 - 53_850 + 24_400 / 1.0123) / 10
    assert found["ETH"].price == pytest.approx(by_health)
    assert found["ETH"].by_position == pytest.approx((7_650 + 24_400 - 615) / (10 * 1.0123))
    assert found["BTC"].by_position == pytest.approx((53_850 - 24_400 + 22_000 * 1.0123) / (1.5 * 0.99))
    assert found["BTC"].by_position == pytest.approx(34_829, abs=0.5)


def test_that_there_is_one_price_only_where_both_ways_agree():
    assert prices(SHORT)["ETH"].by_position is None
    assert prices(SHORT)["ETH"].price == pytest.approx(24_400 / 10.123)
    assert prices(LONG)["BTC"].by_position is None
