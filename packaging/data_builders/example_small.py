"""The examples without real data: teaching book, two protocols, stuck oracle, runaway or not."""

from __future__ import annotations

from typing import Any

from example_parts import Made, loan, scenario

DOLLAR = {"price": 1.0, "liquidity": {"model": "infinite"}}

TEACHING_NOTES = """
Twelve loans, three rounds, and round numbers: everything that the program shows here can be checked with pencil
and paper. Help > Getting started writes the calculation out.

Asset X costs $100 and falls by 20 % at once, to $80. Its threshold is 0.8, the bonus 10 %, and a liquidation
repays the whole debt. X has a linear market in which each $880 sold takes 1 % off the undisturbed price of $80.

Round 1, at $80: loans A, B, C and D are below health 1. Their debt of 1,600 + 2,400 + 3,200 + 800 = $8,000 is
repaid (D owes 875, but its 11 X are worth only 880 = 1.1 x 800, so 75 remain as bad debt: the reserve pays 50,
lenders lose 25). Liquidators get 8,000 x 1.1 / 80 = 110 X and sell them: $8,800, that is 10 % off, and the
price is $72. On average they got $76 each, $8,360.

Round 2, at $72: the sales have pushed E, F and G below 1. Their 720 + 1,440 + 720 = $2,880 cost 2,880 x 1.1 /
72 = 44 X. In all 154 X x $80 = $12,320 are sold now, 14 % off: $68.80. The reproduction number is 2,880 / 8,000
= 0.36.

Round 3, at $68.80: J has a health factor of 10 x 68.8 x 0.8 / 550 = 1.0007. Nobody is left below 1, and it is
over. X fell by 31.2 %, 20 of which came from outside: an amplification of 1.56. K has no debt, and L owes X
against dollars: the fall does it good.
"""
TWO_NOTES = """
Two lending protocols that know nothing of each other, with the same collateral. Cautious has lent at most 62 %
of its collateral's value: a fall of WETH by 15 % alone would not touch a single one of its loans. Bold has lent
up to 80 %. Its liquidations sell WETH into the one market that both share, the price falls on, and from round 2
on loans of Cautious are liquidated too: {cautious} of them, ${cautious_usd:.1f}M. Contagion needs no contract
between the two, only the common collateral.

To see it, delete the rows of market bold (filter: market = bold) and run again: nothing happens at all.
Invented numbers throughout: 60 loans at even distances in each protocol, a depth of $10M for 2 %.
"""
STUCK_NOTES = """
The oracle of LST shows $2,000 for ever, say because its price was hard-coded. The market falls by 60 % in ten
rounds. Not one loan is liquidated: at the oracle's price none of the first forty has moved. The four that were
already below 1 at $2,000 are not liquidated either: collateral that the oracle calls $2,000 sells for $800, and
no liquidator pays for that (liquidators.min_profit_usd is 0).

At market prices ${under_accounts} accounts owe more than all they have, by ${under_usd:.2f}M in all. That is
bad debt which no figure of the protocol shows: the model, like the protocol, counts debt as bad only when the
collateral is gone at the oracle's prices, and here it never goes. The lenders are the last to learn of it.

To see what a working feed would have done, set the oracle of LST to "Market price" and run again:
{live_liquidations} liquidations, and ${live_bad:.2f}M of bad debt instead. Invented numbers throughout.
"""
RUNAWAY_NOTES = """
{first} The two files Contained and Runaway hold the same 300 loans, the same rules and the same shock of 10 %.
They differ in one number: the sale that moves the price by 2 % is $30M in one and $3M in the other.

Here the reproduction number is {highest}, and the fall of 10 % became one of {fall:.1f} %, an amplification of
{amplification:.2f}. A reproduction number above 1 means that each dollar liquidated makes more than one further
dollar liquidatable, and the cascade feeds itself until the loans run out. Whether that happens is decided by
two slopes: how much debt becomes liquidatable for each per cent of fall, and how many dollars it takes to push
the price by that per cent. Invented numbers throughout.
"""


def rules(**changes: Any) -> dict[str, Any]:
    """Return simple rules: everything may be repaid, a fixed bonus."""
    return {"close": {"kind": "full"}, "incentive": {"kind": "fixed"}} | changes


def teaching() -> Made:
    """Twelve loans, three rounds."""
    title = "Teaching book: twelve loans, three rounds"
    summary = "A fall of 20 % becomes 31.2 %, and every number on the way can be checked by hand."
    market = "school"
    book = [
        ("A", 24, 1600), ("B", 36, 2400), ("C", 48, 3200), ("D", 11, 875), ("E", 12, 720), ("F", 24, 1440),
    ]  # fmt: skip
    loans = [loan(name, market, ("X", amount), ("USD", debt)) for name, amount, debt in book]
    loans += [loan("G", market, ("X", 6), ("USD", 720)), loan("G", market, ("X", 6), None)]
    loans += [
        loan(name, market, ("X", amount), ("USD", debt)) for name, amount, debt in (("H", 20, 1000), ("I", 50, 2000))
    ]
    loans += [loan("J", market, ("X", 10), ("USD", 550)), loan("K", market, ("X", 5), None)]
    loans += [loan("L", market, ("USD", 1000), ("X", 8))]
    made = scenario(
        title,
        TEACHING_NOTES,
        loans,
        assets={"X": {"price": 100, "liquidity": {"model": "linear", "depth_2pct_usd": 1760}}, "USD": DOLLAR},
        markets={
            market: {
                "collateral": {
                    "X": {"liquidation_threshold": 0.8, "liquidation_bonus": 0.1},
                    "USD": {"liquidation_threshold": 0.9, "liquidation_bonus": 0.05},
                },
                "rules": rules(),
                "safety": {"reserve_usd": 50},
            }
        },
        shock={"kind": "instant", "returns": {"X": -0.2}},
    )
    return Made("teaching-book.json", title, summary, made)


def two_protocols() -> Made:
    """Contagion through the shared market."""
    import engine

    title = "Two protocols, one collateral"
    summary = "Liquidations at one protocol push a second one, which the shock alone would not touch, over the edge."
    loans = []
    for market, lowest, highest in (("bold", 0.66, 0.80), ("cautious", 0.50, 0.62)):
        for number in range(60):
            ltv = lowest + (highest - lowest) * number / 59
            debt = round(500 * 2000 * ltv, 2)
            loans.append(loan(f"{market}-{number + 1:02d}", market, ("WETH", 500), ("USDC", debt)))
    entry = {"WETH": {"liquidation_threshold": 0.83, "liquidation_bonus": 0.05}}
    cautious_entry = {"WETH": {"liquidation_threshold": 0.75, "liquidation_bonus": 0.05}}

    def build(notes: str) -> Any:
        return scenario(
            title,
            notes,
            loans,
            assets={
                "WETH": {"price": 2000, "liquidity": {"model": "exponential", "depth_2pct_usd": 10e6}},
                "USDC": DOLLAR,
            },
            markets={
                "bold": {"collateral": entry, "rules": rules()},
                "cautious": {"collateral": cautious_entry, "rules": rules()},
            },
            shock={"kind": "instant", "returns": {"WETH": -0.15}},
        )

    recording = engine.run(build(""))
    place = list(recording.book.market_names).index("cautious")
    liquidated = sum(int(step.liquidations[place]) for step in recording.rounds)
    repaid = sum(float(step.repaid_usd[place]) for step in recording.rounds)
    notes = TWO_NOTES.format(cautious=liquidated, cautious_usd=repaid / 1e6)
    return Made("two-protocols.json", title, summary, build(notes))


def stuck_oracle() -> Made:
    """Show a fixed price while the market falls."""
    import engine

    title = "The stuck oracle"
    summary = "The oracle stands still while the market falls by 60 %: no liquidations, and bad debt out of sight."
    loans = []
    for number in range(44):
        ltv = 0.30 + 0.48 * number / 39
        loans.append(loan(f"borrower-{number + 1:02d}", "lender", ("LST", 100), ("USDC", round(100 * 2000 * ltv, 2))))

    def build(notes: str, oracle: dict[str, Any]) -> Any:
        return scenario(
            title,
            notes,
            loans,
            assets={
                "LST": {
                    "price": 2000,
                    "liquidity": {"model": "exponential", "depth_2pct_usd": 5e6},
                    "oracle": oracle,
                },
                "USDC": DOLLAR,
            },
            markets={
                "lender": {
                    "collateral": {"LST": {"liquidation_threshold": 0.785, "liquidation_bonus": 0.06}},
                    "rules": rules(close={"kind": "fraction", "close_factor": 0.5, "full_close_health": 0.95}),
                }
            },
            shock={"kind": "instant", "returns": {"LST": -0.6}, "over_rounds": 10},
            liquidators={"min_profit_usd": 0},
        )

    fixed = {"kind": "fixed", "price": 2000}
    live = engine.run(build("", {"kind": "market"})).summary()
    missing = [row["debt_amount"] - 100 * 800 for row in loans if row["debt_amount"] > 100 * 800]
    notes = STUCK_NOTES.replace("${under_accounts}", "{under_accounts}").format(
        under_accounts=len(missing),
        under_usd=sum(missing) / 1e6,
        live_liquidations=live["liquidations"],
        live_bad=live["bad_debt_usd"] / 1e6,
    )
    return Made("stuck-oracle.json", title, summary, build(notes, fixed))


def runaway() -> list[Made]:
    """Show the same book at two depths."""
    import engine

    loans = []
    for number in range(300):
        ltv = 0.40 + 0.38 * number / 299
        loans.append(loan(f"loan-{number + 1:03d}", "lender", ("WETH", 250), ("USDC", round(250 * 2000 * ltv, 2))))
    made = []
    for file, title, summary, depth, first in (
        (
            "contained.json", "Runaway or not: contained", "The book of Runaway in a deep market: it dies out.",
            30e6, "A shock that is absorbed.",
        ),
        (
            "runaway.json", "Runaway or not: runaway", "The book of Contained in a shallow market: it feeds itself.",
            3e6, "A shock that runs away.",
        ),
    ):  # fmt: skip

        def build(notes: str, title: str = title, depth: float = depth) -> Any:
            return scenario(
                title,
                notes,
                loans,
                assets={
                    "WETH": {"price": 2000, "liquidity": {"model": "exponential", "depth_2pct_usd": depth}},
                    "USDC": DOLLAR,
                },
                markets={
                    "lender": {
                        "collateral": {"WETH": {"liquidation_threshold": 0.83, "liquidation_bonus": 0.05}},
                        "rules": rules(),
                    }
                },
                shock={"kind": "instant", "returns": {"WETH": -0.1}},
            )

        recording = engine.run(build(""))
        summary_of = recording.summary()
        amplification = summary_of["amplification"]["WETH"]
        numbers = [step.reproduction_number for step in recording.rounds]
        above = sum(number is not None and number > 1 for number in numbers)
        highest = f"{summary_of['max_reproduction_number']:.2f} at most"
        if above:
            highest += f" and above 1 in {above} rounds"
        notes = RUNAWAY_NOTES.format(first=first, highest=highest, fall=10 * amplification, amplification=amplification)
        made.append(Made(file, title, summary, build(notes)))
    return made
