"""A lot that accepts fewer pieces: where it may be cut, and which runs belong to which portion.

Knows nothing of what is booked.
"""

from collections.abc import Iterable, Iterator, Set
from dataclasses import replace

from models.routing import Routing
from scheduler.errors import BadValue
from scheduler.routing import Expanded, PlannedRun, RunChoice, RunKey, most_pieces


class LeastOutOfRange(BadValue):
    """A lot accepts at least one piece and at most all of them."""

    code = "least_out_of_range"


class LeastOfConditional(BadValue):
    """Which pieces go through a conditional step is not known beforehand, so such a lot is planned whole."""

    code = "least_of_conditional"


def check_least(routing: Routing, *, quantity: int, least: int | None) -> None:
    """Raises ``LeastOutOfRange``, ``LeastOfConditional``."""
    if least is None:
        return
    if not 1 <= least <= quantity:
        raise LeastOutOfRange(f"At least {least} of {quantity} pieces: 1 to {quantity} can be.", field="least_quantity")
    conditional = [each.name for each in routing.operations if each.expected_percent is not None]
    if conditional:
        text = f"{conditional[0]!r} is conditional, so the lot is planned whole: leave the least quantity out."
        raise LeastOfConditional(text, field="least_quantity")


def portion_ends(routing: Routing, *, quantity: int, least: int | None) -> tuple[int, ...]:
    """The piece counts that the lot may be planned to, ascending, ``quantity`` last: those from ``least`` on at which
    runs of every step end together. Without a least, or with a conditional step, only the whole lot."""
    if least is None or any(each.expected_percent is not None for each in routing.operations):
        return (quantity,)
    ends = set(range(least, quantity + 1))
    for operation in routing.operations:
        most = most_pieces(operation, quantity)
        ends &= {*range(most, quantity, most), quantity}
    return tuple(sorted(ends))


def portion_of(run: PlannedRun, ends: tuple[int, ...]) -> int:
    """The number of the portion (from 0, the one that is planned first) that a run's pieces are in."""
    return next((number for number, end in enumerate(ends) if run.covers[1] <= end), 0)


def cut(routing: Expanded, ends: tuple[int, ...]) -> tuple[Expanded, ...]:
    """The lot's portions, each with its runs, the lags between them and what they share; no lag leads from one to
    another, and nothing is shared with another."""
    home = {run.key: portion_of(run, ends) for run in routing.runs}
    return tuple(
        Expanded(
            runs=tuple(run for run in routing.runs if home[run.key] == number),
            lags=tuple(lag for lag in routing.lags if home[lag.before] == number),
            choices=tuple(_shared_in(routing, {key for key, at in home.items() if at == number})),
        )
        for number in range(len(ends))
    )


def _shared_in(routing: Expanded, runs: Set[RunKey]) -> Iterator[RunChoice]:
    """What at least two of these runs share."""
    for choice in routing.choices:
        among = tuple(key for key in choice.runs if key in runs)
        if len(among) > 1:
            yield replace(choice, runs=among)


def planned_pieces(routing: Routing, booked: Iterable[tuple[int, int]], quantity: int) -> int:
    """How many pieces have everything booked: the least over the steps that all go through, of ``booked`` (operation
    from 1, pieces)."""
    pieces: dict[int, int] = {}
    for operation, count in booked:
        pieces[operation] = pieces.get(operation, 0) + count
    steps = [at for at, each in enumerate(routing.operations, start=1) if each.expected_percent is None]
    return min((min(quantity, pieces.get(at, 0)) for at in steps), default=0)
