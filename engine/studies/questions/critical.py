"""``cascade critical``: find the smallest shock, or sale, that makes the cascade feed itself, and whether it pays.

Doubling itself and running away are different things: both are told.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

import numpy as np

from engine.base.faults import BadInput
from engine.reading.recorded_run import recorded_rounds
from engine.running.paths import Paths
from engine.scenario.schema.fields import Number, Whole, parameter
from engine.studies.accounts import debt_usd
from engine.studies.assumptions import of_scenario
from engine.studies.attack import Attack
from engine.studies.crossing import Crossing, first_crossing
from engine.studies.new_accounts import largest_new
from engine.studies.outcome import Answer
from engine.studies.runs import StudyStopped
from engine.studies.settings import Numbers, Settings, Weights
from engine.studies.shocks import Direction
from engine.studies.spectral_radius import spectral_radius
from engine.studies.study import Study
from engine.studies.units import brief_usd

if TYPE_CHECKING:
    from engine.base.types import Flags, Floats
    from engine.scenario.scenario import Scenario
    from engine.studies.outcome import Columns, ValuesOf
    from engine.studies.runs import Runs

EPILOG = """examples:
  cascade critical book.cascade --asset WETH
  cascade critical book.cascade --direction WETH=1,WBTC=0.75 --depths 0.1,0.3,1,3 --curve depths.csv
  cascade critical book.cascade --asset WETH --sale --short 50e6
"""
SCAN: Final = 256
WIDTH: Final = 1e-4
JUMP: Final = 0.2
LEAST_ROUND: Final = 0.01
Criterion = Literal["amplification", "loss", "reproduction"]
_LEVELS: Final[dict[str, float]] = {"amplification": 2.0, "loss": 0.01, "reproduction": 1.0}


class CriticalSettings(Settings):
    """What falls or is sold, and what counts as feeding itself."""

    asset: str | None = parameter(None, "Asset", "The asset that falls, or is sold.")
    direction: Weights = parameter({}, "Direction", "Several assets that fall together, instead: WETH=1,WBTC=0.75.")
    criterion: Criterion = parameter(
        "amplification", "Criterion", "amplification of 2, loss of 1 % of the debt, or reproduction above 1.",
        choices={"amplification": "it doubles itself", "loss": "it costs lenders", "reproduction": "it grows"},
    )  # fmt: skip
    level: Number | None = parameter(
        None, "Level", "Another level for the criterion; a share of the debt for loss.", gt=0, empty="2, 0.01 or 1"
    )
    to: Number = parameter(-0.9, "To", "The largest fall that is tried: -0.9 is 90 %.", unit="share", lt=0, ge=-0.99)
    way: Whole = parameter(
        8, "Steps along the way", "At how many falls up to that shock the spectral radius is told; 0 for none.",
        unit="count", ge=0, le=1000,
    )  # fmt: skip
    depths: Numbers = parameter((), "Depths", "The same with so many times the depth: 0.1,0.3,1.")
    sale: bool = parameter(False, "Sale", "Look for the smallest sale that starts it, and what it costs.")
    short: Number = parameter(
        0.0, "Short", "USD at today's price that the seller is short, closed at the last price.", unit="usd", ge=0
    )
    buy_back: Numbers = parameter(
        (), "Buys back at", "Prices at which the seller buys back, beside those that are always told: 1500,1700.",
        unit="price",
    )  # fmt: skip


class Critical(Study[CriticalSettings]):
    """How far it is from a cascade that feeds itself.

    Sizes from 0 to `to` are scanned in 256 steps, and the first bracket in which the criterion begins to hold is made
    narrow to 0.01 %. ``critical_shock`` is the return at which it holds (-0.24 is a fall of 24 %). The criteria, each
    with another `level` if wanted: amplification of the asset (of several the one of the largest weight) of at least 2;
    total loss of at least 1 % of the debt before the shock; a reproduction number above 1 in a round that repays at
    least 1 % of that debt (a smaller round is too small to rate). Where it begins and ceases to hold more than once,
    that is said.

    ``runaway_shock`` is the smallest size at which the asset's fall in all jumps, by at least 20 points within 0.01 %,
    and the account of largest debt that is liquidated just beyond and not just before is named;
    ``runaway_account_debt_usd`` is what it owes.

    With `sale`, the same is asked of a sale of the asset from outside: ``critical_sale_usd`` at today's price, the
    smallest of 256 that move the price evenly further, up to 90 % by themselves. ``attack_cost_usd`` is what the seller
    loses by selling, the sale at today's price less what it earned. ``attack_profit_usd`` is what he gains by the
    `short` at the last price and by the bonuses of all liquidations beyond those that come without the sale, as if all
    were his, less that cost; what buying back would move is left out.

    The seller's account has what that comes to by the price at which he buys back: today's price, where his sale alone
    leaves it, half of the way down, where it ends, and any of `buy_back`. What he sold for, less as many tokens at
    that price, with the bonuses and the short. ``attack_break_even_price`` is the price at which it comes to nothing:
    it pays below, and so it does for ``attack_break_even_price.without_bonuses`` if none of the bonuses is his.

    ``spectral_radius`` is how many times as large a small fall is after one round of the sales that it causes, before
    the shock (`engine.studies.spectral_radius`): above 1 it feeds itself. The table of the radius has it after falls of
    growing size, at the book as it stands, up to the critical shock or else to `to`, with what is left to 1.

    The table of rounds has the debt repaid in each round at the critical shock, and its reproduction number where the
    round repays at least 1 % of the debt.

    The table of sales has each sale that was tried: where the price ends after it, where the sale alone leaves it, and
    whether it starts the cascade. Where a larger one does not, that is said.

    The table of depths has the critical and the runaway shock for each of `depths`, times all that sales move.
    ``holding_depth`` is the smallest of them from which on no critical shock was found.

    A known answer: one account that can be liquidated after a fall of 25 % and whose sale takes the price down by more
    than that again makes the critical and the runaway shock; on an exponential curve of depth D the smallest sale is
    D ln(4/3), and costs that less D / 4. It is sold for D / 4, and pays without bonuses below 1 / (4 ln(4/3)) = 0.869
    of today's price, whatever the depth. The price ends where the sale alone leaves it below the smallest, and not from
    there on (tests/engine/studies/test_critical.py).
    """

    name: ClassVar[str] = "critical"
    question: ClassVar[str] = "How far is it from feeding itself?"
    group: ClassVar[str] = "How far?"
    kind = CriticalSettings
    tables: ClassVar = {
        "curve": "critical and runaway shock against depth",
        "radius": "the spectral radius after falls of growing size",
        "jump": "the largest account that is liquidated just beyond the jump and not just before it",
        "rounds": "debt repaid and reproduction number of each round at the critical shock",
        "by_sale": "where the price ends after sales of growing size, and after each sale alone",
        "account": "what the seller earns or loses by the price at which he buys back",
    }
    unprinted: ClassVar = frozenset({"by_sale"})

    def answer(self, scenario: Scenario, settings: CriticalSettings, runs: Runs) -> Answer:
        """Scan, narrow, and the same for each depth."""
        direction, lead = _direction(scenario, settings)
        search = _Search(scenario, settings, direction, lead, runs)
        rows = search.scan()
        figures: dict[str, float | None] = {"critical_shock": None, "runaway_shock": None}
        notes: list[str] = []
        curve: Columns = {}
        way: Columns = {}
        jump: Columns = {}
        rounds: Columns = {}
        by_sale: Columns = {}
        account: Columns = {}
        attack = Attack(scenario, lead, float(settings.short), settings.buy_back)
        try:
            jump = _narrow(search, settings, lead, figures, notes)
            if jump:
                figures["runaway_account_debt_usd"] = float(jump["debt_usd"][0])
            if figures["critical_shock"] is not None:
                rounds = search.rounds(figures["critical_shock"])
            if settings.sale:
                sale, by_sale, account = _sale(scenario, settings, attack, lead, runs, notes)
                figures |= sale
            curve = _against_depth(scenario, settings, direction, lead, runs)
            if settings.depths:
                figures["holding_depth"] = _holding(curve)
            figures["spectral_radius"] = spectral_radius(scenario, go_on=runs.go_on)
            way = _along(scenario, settings, direction, figures["critical_shock"], runs)
        except StudyStopped:
            notes.append("The study was stopped before its search was through: what is missing was not looked for.")
        said = (f"Falls together, at once: {direction.words}.", search.words + ".", *of_scenario(scenario))
        if account:
            said = (*said, "The seller's account: every bonus is his, and buying back moves nothing.")
        return Answer(
            rows, figures, said, tuple(notes), self.values_of(scenario, settings, rows),
            {"curve": curve, "radius": way, "jump": jump, "rounds": rounds, "by_sale": by_sale, "account": account},
        )  # fmt: skip

    def values_of(self, scenario: Scenario, settings: CriticalSettings, rows: Columns) -> ValuesOf:
        """Return what tells the shock of a row."""
        return lambda row: _direction(scenario, settings)[0].values(float(rows["size"][row]))


def smallest_shocks(scenario: Scenario, settings: CriticalSettings, runs: Runs) -> dict[str, float | None]:
    """Return the critical and the runaway shock alone, None for one that there is not or that was not looked for.

    Raises
    ------
    BadInput
        If settings do not fit the scenario.
    """
    direction, lead = _direction(scenario, settings)
    search = _Search(scenario, settings, direction, lead, runs)
    search.scan()
    figures: dict[str, float | None] = {"critical_shock": None, "runaway_shock": None}
    with suppress(StudyStopped):
        _narrow(search, settings, lead, figures, [])
    return figures


def _narrow(
    search: _Search, settings: CriticalSettings, lead: str, figures: dict[str, float | None], notes: list[str]
) -> Columns:
    """Fill in the critical and the runaway shock, say what goes with them, and return who makes the jump."""
    found = search.critical()
    if found is None:
        notes.append(f"{search.words} nowhere down to {settings.to:.0%}.")
    else:
        figures["critical_shock"] = found.at
        if found.times > 1:
            notes.append(f"{search.words} begins and ceases to hold {found.times} times down to {settings.to:.0%}.")
    jump = search.runaway()
    if jump is None:
        return {}
    place, (who, owed), before, beyond = jump
    figures["runaway_shock"] = place.at
    makes = f"; the largest account that makes it is {who}, which owes ${owed:,.0f}" if who else ""
    notes.append(f"Beyond {place.at:.2%} {lead} ends {beyond:.0%} down, before it {before:.0%}{makes}.")
    return {"account": np.array([who], dtype=object), "debt_usd": np.array([owed])} if who else {}


def _holding(curve: Columns) -> float | None:
    """Return the smallest depth from which on there is no critical shock, None where the largest still has one."""
    order = np.argsort(curve["depth"])
    falling = np.flatnonzero(np.isfinite(curve["critical_shock"][order]))
    place = int(falling[-1]) + 1 if len(falling) else 0
    return float(curve["depth"][order[place]]) if place < len(order) else None


def _direction(scenario: Scenario, settings: CriticalSettings) -> tuple[Direction, str]:
    """Return what falls, and the asset whose fall is looked at."""
    if settings.asset is not None and settings.direction:
        raise BadInput.at("asset", "given with a direction", "one of the two")
    weights = {settings.asset: 1.0} if settings.asset is not None else dict(settings.direction)
    direction = Direction(scenario, weights)
    direction.check(np.array([settings.to]))
    return direction, max(direction.weights, key=lambda name: abs(direction.weights[name]))


class _Search:
    """Looks for sizes of a shock."""

    def __init__(
        self, scenario: Scenario, settings: CriticalSettings, direction: Direction, lead: str, runs: Runs
    ) -> None:
        self._scenario = scenario.with_values(direction.values(float(settings.to)))
        self._criterion: Criterion = settings.criterion
        self._level = _LEVELS[settings.criterion] if settings.level is None else float(settings.level)
        self._direction, self._lead, self._runs = direction, lead, runs
        self._sizes = settings.to * np.arange(1, SCAN + 1) / SCAN
        paths = Paths(self._scenario)
        self._debt = float(debt_usd(self._scenario, paths.index.book).sum())
        self._paths = paths
        self._measures: Columns = {}
        self._is_scanned = False

    @property
    def words(self) -> str:
        """The criterion."""
        level = f"{self._level:g}"
        return {
            "amplification": f"Amplification of {self._lead} of at least {level}",
            "loss": f"Total loss of at least {self._level:.2%} of the debt",
            "reproduction": f"A reproduction number above {level} in a round that repays at least 1 % of the debt",
        }[self._criterion]

    def scan(self) -> Columns:
        """Run the scan; return its rows."""
        made = self._runs.along(self._scenario, SCAN, prices=self._direction.prices(self._sizes))
        self._is_scanned = len(made) == SCAN
        self._sizes = self._sizes[made.places]
        self._measures = made.measures
        rows: Columns = {"size": self._sizes}
        rows |= {f"shock.returns.{name}": self._sizes * each for name, each in self._direction.weights.items()}
        rows |= made.measures
        if self._criterion == "reproduction" and self._is_scanned:
            try:
                numbers = [self._reproduction(size) for size in self._sizes.tolist()]
            except StudyStopped:
                self._is_scanned = False
            else:
                rows["rated_reproduction_number"] = np.array(numbers)
                self._measures = rows
        return rows

    def critical(self) -> Crossing | None:
        """Return where the criterion begins to hold."""
        self._need_scan()
        return first_crossing(self._sizes, self._held(self._measures), self._holds, WIDTH)

    def runaway(self) -> tuple[Crossing, tuple[str, float], float, float] | None:
        """Return the first jump of the fall in all, who makes it, and the falls before and beyond it."""
        self._need_scan()
        falls = self._measures[f"fall.{self._lead}"]
        for place in np.flatnonzero(np.diff(falls) >= JUMP).tolist():
            low, high = float(self._sizes[place]), float(self._sizes[place + 1])
            ends = float(falls[place]), float(falls[place + 1])
            while abs(high - low) > WIDTH:
                tried = np.concatenate([[low], low + (high - low) * np.arange(1, 17) / 16])
                each = np.concatenate([[ends[0]], self._falls(tried[1:])])
                step = int(np.diff(each).argmax())
                low, high, ends = float(tried[step]), float(tried[step + 1]), (float(each[step]), float(each[step + 1]))
            if ends[1] - ends[0] >= JUMP:
                times: list[Any] = [
                    self._paths.run(self._direction.prices(np.array([size]))).times_liquidated for size in (low, high)
                ]
                who = largest_new(self._scenario, self._paths.index.book, times[0], times[1])
                return Crossing(low, high, 1), who, *ends
        return None

    def rounds(self, size: float) -> Columns:
        """Return each round at a size: debt repaid, and the reproduction number, NaN where it is too small to rate."""
        self._runs.go_on()
        steps = recorded_rounds(self._scenario.with_values(self._direction.values(size)))
        found = [(step.number, float(step.repaid_usd.sum()), step.reproduction_number) for step in steps]
        steps.close()
        rated = [number if number is not None and usd >= LEAST_ROUND * self._debt else np.nan
                 for _, usd, number in found]  # fmt: skip
        return {
            "round": np.array([each[0] for each in found], dtype=np.int64),
            "repaid_usd": np.array([each[1] for each in found]),
            "reproduction_number": np.array(rated, dtype=np.float64),
        }

    def _need_scan(self) -> None:
        if not self._is_scanned:
            raise StudyStopped

    def _falls(self, sizes: Floats) -> Floats:
        made = self._runs.all_along(self._scenario, len(sizes), prices=self._direction.prices(sizes))
        falls: Floats = made.measures[f"fall.{self._lead}"]
        return falls

    def _holds(self, sizes: Floats) -> Flags:
        if self._criterion == "reproduction":
            return self._held({"rated_reproduction_number": np.array([self._reproduction(each) for each in sizes])})
        return self._held(
            self._runs.all_along(self._scenario, len(sizes), prices=self._direction.prices(sizes)).measures
        )

    def _held(self, measures: Columns) -> Flags:
        held: Flags
        if self._criterion == "amplification":
            held = measures[f"amplification.{self._lead}"] >= self._level
        elif self._criterion == "loss":
            held = measures["total_loss_usd"] >= self._level * self._debt
        else:
            held = measures["rated_reproduction_number"] > self._level
        return held

    def _reproduction(self, size: float) -> float:
        """Return the largest reproduction number of a round that is large enough to rate, NaN without one."""
        self._runs.go_on()
        steps = recorded_rounds(self._scenario.with_values(self._direction.values(float(size))))
        numbers = [
            step.reproduction_number for step in steps
            if step.reproduction_number is not None and step.repaid_usd.sum() >= LEAST_ROUND * self._debt
        ]  # fmt: skip
        steps.close()
        return max(numbers, default=float("nan"))


def _sale(
    scenario: Scenario, settings: CriticalSettings, attack: Attack, lead: str, runs: Runs, notes: list[str]
) -> tuple[dict[str, float | None], Columns, Columns]:
    """Return the smallest sale and what it comes to for the seller, all sales, and that by where he buys back."""
    owed = float(debt_usd(scenario, Paths(scenario).index.book).sum())
    level = _LEVELS[settings.criterion] if settings.level is None else float(settings.level)
    if settings.criterion == "reproduction":
        notes.append("The smallest sale is looked for by amplification: a sale's rounds are not rated.")
        level = _LEVELS["amplification"]

    def holds(measures: Columns) -> Flags:
        held: Flags
        if settings.criterion == "loss":
            held = measures["total_loss_usd"] >= level * owed
        else:
            held = measures[f"amplification.{lead}"] >= level
        return held

    usd, by_sale = attack.smallest(runs, holds, SCAN, WIDTH, notes)
    none: dict[str, float | None] = dict.fromkeys(("critical_sale_usd", "attack_cost_usd", "attack_profit_usd"))
    if usd is None:
        return none, by_sale, {}
    larger = by_sale["sale_usd"] > usd
    failing = by_sale["sale_usd"][larger & ~by_sale["starts_it"]]
    if len(failing):
        notes.append(
            f"It crosses more than once: {len(failing)} of the {int(larger.sum())} larger sales that were tried do not "
            f"start it, the smallest of them {brief_usd(float(failing[0]))}. The least that starts it is told."
        )
    figures, account = attack.account(usd)
    return none | {"critical_sale_usd": usd} | figures, by_sale, account


def _along(
    scenario: Scenario, settings: CriticalSettings, direction: Direction, critical: float | None, runs: Runs
) -> Columns:
    """Return the spectral radius after falls of growing size up to the critical shock."""
    end = float(settings.to) if critical is None else critical
    sizes = end * np.arange(settings.way + 1) / max(settings.way, 1) if settings.way else np.zeros(0)
    radii = [
        spectral_radius(
            scenario, {name: float(size) * weight for name, weight in direction.weights.items()}, runs.go_on
        )
        for size in sizes
    ]
    return {"size": sizes, "spectral_radius": np.array(radii), "distance_to_1": 1.0 - np.array(radii)}


def _against_depth(
    scenario: Scenario, settings: CriticalSettings, direction: Direction, lead: str, runs: Runs
) -> Columns:
    """Return the critical and the runaway shock for each depth, NaN where there is none."""
    found: list[tuple[float, float, float]] = []
    for times in settings.depths:
        if times <= 0.0:
            raise BadInput.at("depths", f"{times:g}", "numbers above 0")
        deeper = {
            f"assets.{name}.liquidity.depth_multiplier": times * float(asset.liquidity.depth_multiplier)
            for name, asset in scenario.parameters.assets.items()
            if asset.liquidity.model != "infinite"
        }
        search = _Search(scenario.with_values(deeper), settings, direction, lead, runs)
        search.scan()
        critical, jump = search.critical(), search.runaway()
        nothing = float("nan")
        found.append((times, nothing if critical is None else critical.at, nothing if jump is None else jump[0].at))
    names = ("depth", "critical_shock", "runaway_shock")
    return {name: np.array([each[place] for each in found]) for place, name in enumerate(names)}


STUDY = Critical()
