"""A recording with all that is read from it: events, amounts at a round, figures, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.market.outside_sale import OutsideSale
from engine.reading.accounts import accounts_frame
from engine.reading.cursor import Cursor
from engine.reading.event_listing import Listing
from engine.reading.from_outside import FoundOutside, FromOutside
from engine.reading.losses import FoundLosses, Losses
from engine.reading.measures import events_frame, result, rounds_frame, summary
from engine.recording.recording import Recording
from engine.recording.records import BadDebts, BookState, Events
from engine.running.rounds import Rounds

if TYPE_CHECKING:
    import pandas as pd

    from engine.base.columns import Memory
    from engine.book.book import Book
    from engine.book.health_index import HealthIndex
    from engine.market.shocks import GivenPrices
    from engine.scenario.scenario import Scenario


class RecordedRun(Recording):
    """The record of a run as people read it; what `engine.run` returns. It may still be growing.

    The letters in shapes are those of `engine`.

    Parameters
    ----------
    scenario, book, served_in_order, is_brief, memory
        As `engine.recording.recording.Recording` takes them.

    Examples
    --------
    The `recording` of `engine`: round 0 is the state before the run, the last round is the quiet one.

    >>> len(recording), recording.ended
    (3, 'no more liquidations')
    >>> recording.rounds[1].market.round(3).tolist()
    [1.0, 1597.795]
    """

    def __init__(
        self, scenario: Scenario, book: Book, *,
        served_in_order: bool = True, is_brief: bool = False, memory: Memory | None = None,
    ) -> None:  # fmt: skip
        super().__init__(scenario, book, served_in_order=served_in_order, is_brief=is_brief, memory=memory)
        self._listing = Listing(served_in_order=served_in_order)
        self._found_losses = FoundLosses()
        self._found_outside = FoundOutside(OutsideSale.of(scenario.parameters))

    @property
    def outside(self) -> FromOutside:
        """The prices with nothing but what came from outside, and what was sold there.

        Examples
        --------
        >>> recording.outside.prices(2).tolist()
        [1.0, 1600.0]
        """
        return FromOutside(self, self._found_outside)

    def sold_from_outside(self, sale: OutsideSale) -> None:
        """Note that something else is sold from outside than what the scenario's shock sells.

        Examples
        --------
        >>> from engine.reading.recorded_run import RecordedRun
        >>> other = RecordedRun(scenario, recording.book)
        >>> other.sold_from_outside(engine.OutsideSale(np.array([0.0, 100.0]), rounds=1))
        """
        self._found_outside = FoundOutside(sale)

    @property
    def losses(self) -> Losses:
        """Insolvent debt and total loss at the end of any round, worked out when they are asked for, once.

        Examples
        --------
        >>> recording.losses.insolvent_debt_usd(1).tolist()
        [0.0]
        """
        return Losses(self, self._found_losses)

    @property
    def events(self) -> Events:
        """The liquidations of the rounds so far, in order of service.

        Examples
        --------
        >>> events = recording.events
        >>> recording.book.account_names[events.account].tolist(), events.repaid.tolist(), events.seized.tolist()
        (['ann'], [65000.0], [42.65625])
        """
        count = self.rounds[-1].last_event if self.rounds else 0
        if self.served_in_order and not self.is_brief and len(self.event_columns.chunks) == 1:
            return Events(*self.event_columns.rows(0, count))
        return Events(*self._listing.events(self, count).upto(count))

    @property
    def bad_debts(self) -> BadDebts:
        """The debt that became bad in the rounds so far; in each round by account.

        Examples
        --------
        >>> len(recording.bad_debts)
        0
        """
        count = self.rounds[-1].last_bad_debt if self.rounds else 0
        return BadDebts(*self._listing.bad_debts(self, count).upto(count))

    def state(self, number: int) -> BookState:
        """Return the amounts at the end of round `number` (0: before the run); the arrays are the caller's.

        Raises
        ------
        IndexError
            If there is no such round yet.

        Examples
        --------
        >>> recording.state(0).collateral_amount.tolist(), recording.state(2).collateral_amount.tolist()
        ([100.0, 100.0], [57.34375, 100.0])
        """
        cursor = self.cursor()
        cursor.seek(number)
        return BookState(cursor.collateral_amount, cursor.debt_amount)

    def cursor(self) -> Cursor:
        """Return a cursor for stepping through the rounds; one thread uses it.

        Examples
        --------
        >>> recording.cursor().seek(1).debt_amount.tolist()
        [65000.0, 60000.0]
        """
        return Cursor(self)

    def summary(self) -> dict[str, Any]:
        """Return the run's figures (Interfaces, section 3), plain Python numbers.

        Examples
        --------
        >>> found = recording.summary()
        >>> found["ended"], found["seized_usd"], round(found["amplification"]["WETH"], 4)
        ('no more liquidations', 68250.0, 1.0055)
        """
        return summary(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the whole result but the events, as ``cascade run --json`` writes it.

        Examples
        --------
        >>> list(recording.to_dict())
        ['format', 'scenario', 'provenance', 'summary', 'rounds']
        """
        return result(self)

    def rounds_frame(self) -> pd.DataFrame:
        """Return one row a round, the last quiet one included, round 0 not.

        Examples
        --------
        >>> recording.rounds_frame()[["round", "liquidations", "repaid_usd", "sold.WETH"]]
           round  liquidations  repaid_usd  sold.WETH
        0      1             1     65000.0   42.65625
        1      2             0         0.0    0.00000
        """
        return rounds_frame(self)

    def events_frame(self) -> pd.DataFrame:
        """Return one row a liquidation (Interfaces, section 3); under proportional legs one row a pair of legs.

        Examples
        --------
        >>> recording.events_frame()[["round", "account", "seized", "repaid_usd", "health_after"]].round(4)
           round account   seized  repaid_usd  health_after
        0      1     ann  42.6562     65000.0        1.1292
        """
        return events_frame(self)

    def accounts_frame(self, before: RecordedRun | None = None) -> pd.DataFrame:
        """Return one row an account: what became of it, and what changed against the run `before`.

        The columns are told by `engine.reading.accounts.accounts_frame`.

        Examples
        --------
        >>> recording.accounts_frame()[["account", "status", "rounds_liquidated", "seized_usd"]]
          account             status  rounds_liquidated  seized_usd
        0     ann  partly liquidated                  1     68250.0
        1     bob            healthy                  0         0.0
        """
        return accounts_frame(self, before)


def recorded_rounds(
    scenario: Scenario, index: HealthIndex | None = None, undisturbed: GivenPrices | None = None,
    outside: OutsideSale | None = None,
) -> Rounds[RecordedRun]:  # fmt: skip
    """Return the rounds of a scenario, computed one by one, with a recording that can be read.

    Parameters
    ----------
    scenario, index, undisturbed, outside
        As `engine.running.rounds.Rounds` takes them.

    Examples
    --------
    Somebody sells 100 WETH in round 1, and nothing falls before that:

    >>> from engine.reading.recorded_run import recorded_rounds
    >>> calm = scenario.with_values({"shock.returns": {}})
    >>> steps = recorded_rounds(calm, outside=engine.OutsideSale(np.array([0.0, 100.0]), rounds=1))
    >>> [int(step.liquidations.sum()) for step in steps]
    [0]
    >>> round(steps.recording.summary()["seed_proceeds_usd"])
    199596
    """
    steps = Rounds(scenario, index, undisturbed, outside, recording_type=RecordedRun)
    if outside is not None:
        steps.recording.sold_from_outside(outside)
    return steps
