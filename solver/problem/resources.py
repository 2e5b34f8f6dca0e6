"""What work is done with: units and their upkeep and setups, persons, capacities and stocks.

Knows nothing of the work that is to be planned.
"""

from dataclasses import dataclass

from solver.problem.terms import ExpiryMeasure, Measure, Starts, Window


@dataclass(frozen=True, kw_only=True, slots=True)
class Used:
    """Fixed work that uses a unit for ``[start, end)``; ``start`` may be negative.

    ``judged``: it has to keep what a planned use has to keep. Otherwise it only counts.
    """

    start: int
    end: int
    judged: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Expiry:
    """Until when, or for how much, a unit may be used before maintenance of a ``kind`` renews it.

    By ``date`` a use ends at ``left`` at the latest, or starts when a renewal has ended and ends at most ``renewed``
    ticks after that renewal's end. By ``use`` (ticks) and by ``cycles`` (uses) everything that starts after one renewal
    and before the next adds up to ``renewed`` at most, what starts before the first renewal to ``left`` (at most
    ``renewed``; less than 0 is nothing). ``renewed_by`` are ids of tasks of maintenance requests, ``renewed_at`` the
    ends of fixed renewals, ascending. ``used`` is fixed work, counted as a planned use is.
    """

    kind: str
    measure: ExpiryMeasure
    left: int
    renewed: int
    renewed_by: tuple[str, ...] = ()
    renewed_at: tuple[int, ...] = ()
    used: tuple[Used, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Setup:
    """What a unit needs between a run in family ``frm`` (empty: it is in none that is known) and one in family ``to``.

    ``length`` ticks of setup or cleaning, by one person with ``skill`` (``None``: nobody is needed), then ``release``
    ticks in which the unit is blocked and nobody works; both >= 0. It begins at most ``dirty`` ticks after the earlier
    run ends, and the later run starts at most ``clean`` ticks after the release; ``None``: whenever. ``cost`` (>= 0) is
    what it is worth to do without. ``frm`` and ``to`` may be the same: cleaning from one lot to the next.
    """

    frm: str
    to: str
    length: int
    skill: str | None = None
    release: int = 0
    dirty: int | None = None
    clean: int | None = None
    cost: int = 0

    @property
    def total(self) -> int:
        """For how long the unit is held."""
        return self.length + self.release

    @property
    def appointed(self) -> bool:
        """Whether a plan has to say when it is done, and by whom."""
        return self.skill is not None or self.dirty is not None or self.clean is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class FixedUse:
    """Fixed work on a unit: in which family it needs the unit, whose it is, and of which lot (a request or a class).

    ``start`` and ``end`` may be negative. What it takes of the unit from tick 0 on is in ``Unit.taken`` too.
    ``prepared``: the setup before it is fixed as well, and taken, so that none has to be planned.
    """

    start: int
    end: int
    family: str = ""
    owner: str = ""
    lot: str = ""
    prepared: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A machine with ``lanes`` interchangeable places (>= 1).

    ``open`` are the ticks in which it may be attended. ``taken`` has one list of windows per lane in which fixed work,
    an outage or maintenance holds that lane; the empty tuple means that nothing is taken. ``laboratory`` is the id of
    the room that it stands in, empty where that does not matter. ``expiries``: the maintenance that it needs to be
    used. ``starts``, sorted by first tick, steps >= 1: a task
    that uses the unit from its own start on (for the whole, or for a head of some length) starts as one of them
    allows; ``None``: anywhere.

    ``setups``: what has to happen between two runs, at most one row per pair of families; nothing where there is none,
    nor between two runs of one lot in the same family. A lot is a request, of work that may share runs its class.
    ``state`` is the family that the unit is in at tick 0 where no fixed use says so; empty where nobody knows.
    ``buffer``: ticks (>= 0) between holds of different owners that are of different lots. A free time of fewer than
    ``usable`` open ticks between two holds is lost (0: none is). Units with setups, a buffer or ``usable`` have one
    lane. ``fixed``: what is known of the work that takes the unit, by start.
    """

    id: str
    lanes: int = 1
    open: tuple[Window, ...]
    taken: tuple[tuple[Window, ...], ...] = ()
    laboratory: str = ""
    expiries: tuple[Expiry, ...] = ()
    starts: tuple[Starts, ...] | None = None
    setups: tuple[Setup, ...] = ()
    state: str = ""
    buffer: int = 0
    usable: int = 0
    fixed: tuple[FixedUse, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class HourLimit:
    """At most ``most`` (>= 0) ticks of planned work within ``[start, end)``. What fixed work uses has been
    subtracted."""

    start: int
    end: int
    most: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """One pair of hands. ``skills`` are opaque texts; ``on_shift`` when present, ``taken`` when already occupied.
    ``limits`` (of a local day, of a week) may overlap; each holds by itself."""

    id: str
    skills: tuple[str, ...]
    on_shift: tuple[Window, ...]
    taken: tuple[Window, ...] = ()
    limits: tuple[HourLimit, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Capacity:
    """A shared limit (room, power, gas) that holds at every moment.

    ``steps`` are ``(tick, level)``, ascending by tick, level >= 0: the limit from that tick until the next step. Before
    the first step the level is 0. What fixed work uses has been subtracted.
    """

    id: str
    steps: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stock:
    """A consumable. ``changes`` are ``(tick, quantity)``, ascending by tick.

    Positive is a delivery, negative is what fixed work takes. At every moment, what the planned tasks that have
    started until then (the moment included) consume may not exceed the sum of the changes until then. ``measure``
    ``ticks``: what is counted is time, as in a budget of hours; it only matters to how it is told.
    """

    id: str
    changes: tuple[tuple[int, int], ...]
    measure: Measure = "count"
