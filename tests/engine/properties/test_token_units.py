"""Whether a token is counted whole or in thousandths changes nothing but the count."""

from __future__ import annotations

import copy

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.engine.properties.comparing import differences
from tests.engine.properties.scenarios import scenarios
from tests.reference.both_engines import play, play_slowly

PRICES = ("undisturbed", "market_before", "market", "oracle")


def in_other_units(scenario, units):
    """The same scenario with each asset counted in units of so many tokens."""
    changed = copy.deepcopy(scenario)
    for name, asset in changed["assets"].items():
        asset["price"] *= units[name]
        oracle = asset["oracle"]
        if "price" in oracle:
            oracle["price"] *= units[name]
        if "ratio" in oracle:
            oracle["ratio"] *= units[name] / units[oracle["base"]]
            if oracle.get("cap") is not None:
                oracle["cap"]["ratio"] *= units[name] / units[oracle["base"]]
    for row in changed["loans"]:
        for side in ("collateral", "debt"):
            if row.get(f"{side}_asset"):
                row[f"{side}_amount"] /= units[row[f"{side}_asset"]]
        if "entry_price" in row:  # of its one position: the last asset is what margin is paid in
            quote = list(changed["assets"])[-1]
            both = {row.get(f"{side}_asset", quote) for side in ("collateral", "debt")}
            row["entry_price"] *= units[(both - {quote}).pop()]
    return changed


def back_in_tokens(result, units):
    """A result of that scenario with everything counted in tokens again."""
    for step in result["rounds"]:
        for key in PRICES:
            step[key] = {name: price / units[name] for name, price in step[key].items()}
        for key in ("sold", "bought"):
            step[key] = {name: tokens * units[name] for name, tokens in step[key].items()}
    averages = result["summary"].get("seed_average_price", {})
    for name, price in averages.items():
        averages[name] = price / units[name]
    for event in result["events"]:
        for side, keys in (("collateral", ("seized", "to_protocol")), ("debt", ("repaid",))):
            for key in keys:
                event[key] *= units[event[f"{side}_asset"]]
    for account in result["accounts"]:
        for side in ("collateral", "debt"):
            account[side] = {name: amount * units[name] for name, amount in account[side].items()}
    return result


@given(scenarios(), st.data())
def test_that_the_unit_of_a_token_does_not_matter(scenario, data):
    slow = play_slowly(scenario)
    assume(not slow["near_ties"])
    powers = st.sampled_from([1 / 1024, 0.25, 1.0, 2.0, 2.0**20])  # of two, so that rounding stays what it is
    units = {name: data.draw(powers, label=name) for name in scenario["assets"]}
    fast = back_in_tokens(play(in_other_units(scenario, units)), units)
    found = differences(slow, fast, scenario)
    assert not found, "\n".join(found[:20])
