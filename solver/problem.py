"""What is to be planned: requests and their tasks, resources, lags and levels, in integer ticks.

Knows no dates, no database, no names of people and no solver library.

A tick is the caller's unit of time, counted from the start of the horizon. Windows are half-open, ``(start, end)``
with ``start < end``; lists of windows are sorted and neither overlap nor touch. Ids are text, unique within their kind.
"""

from dataclasses import dataclass
from typing import Literal

Window = tuple[int, int]
Part = Literal["whole", "head", "tail"]
Crossing = Literal["solid", "unattended", "pausing"]
Edge = Literal["start", "end"]
Measure = Literal["ticks", "count"]
ExpiryMeasure = Literal["date", "use", "cycles"]
Choice = Literal["unit", "person", "laboratory"]
Bucket = tuple[int, int, int]
"""Start, end and the most that may be used between."""
Starts = tuple[int, int, int]
"""First tick, end and step: a start at ``first + n * step`` (``n`` >= 0) before the end is allowed."""
BEGUN = 1000
"""As how many confirmed tasks each task counts whose request has begun, should it be displaced."""


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


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitUse:
    """Needs ``lanes`` lanes of one unit for a part of the task (all its lanes: the unit whole). With none (0) the unit
    has to be open, but is not held: somebody looks after work that runs there. That counts for no quota and no
    maintenance, and is bound to no starts and no ``barred`` windows.

    ``drives``: pausing work advances only while the unit is open (see ``Mode``). ``barred`` are windows that no tick of
    the part may touch, such as periods that are kept for others.

    ``room`` (>= 1): how many pieces a run may hold there that several tasks share; ``None``: the unit sets no limit. A
    mode none of whose uses has a room is never shared; only uses of the whole have one.

    ``family``: what the unit has to be set up for; empty: however it is, and it stays so.
    """

    unit: str
    part: Part = "whole"
    lanes: int = 1
    drives: bool = True
    barred: tuple[Window, ...] = ()
    room: int | None = None
    family: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class StaffNeed:
    """Needs one person who has ``skill``, for a part of the task.

    With ``handover`` several persons may do it in turn: each stays until the part or the own shift ends, and
    exactly then another one who has the skill, is on shift and free takes over. Only for parts that take no longer
    for waiting, and not of work that pauses. ``drives``: pausing work advances only while somebody with the skill
    is on shift (see ``Mode``).
    """

    skill: str
    part: Part = "whole"
    handover: bool = False
    drives: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Demand:
    """Uses ``amount`` (>= 1) of a capacity during a part of the task."""

    capacity: str
    amount: int
    part: Part = "whole"


@dataclass(frozen=True, kw_only=True, slots=True)
class Consumption:
    """Takes ``amount`` (>= 1) out of a stock when the task starts."""

    stock: str
    amount: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Mode:
    """One allowed way to do a task.

    ``duration`` (>= 1 tick) contains ``head`` (loading, at the start) and ``tail`` (unloading, at the end), both >= 0
    and together at most ``duration``.

    ``solid``: the task ends ``duration`` after it starts, and every unit is open for the part that it is used.
    ``unattended``: units are open for head and tail only. The tail begins at ``start + duration - tail`` or later, when
    hours and shifts next allow unloading (``solver.rules.open_hours`` says exactly when); the units stay held until the
    end. ``max_wait`` bounds that delay (``None``: only hours and shifts do). Without a tail there is nothing to
    wait for and the task ends on time.
    ``pausing``: the work advances in the ticks in which all that drives it is open: every unit that drives, and for
    every skill that drives somebody who has it and is on shift. Its first and last tick are such ticks, and so many
    of them as ``duration`` says lie between start and end; head and tail are the first and the last of them. A unit
    is used for the whole and held throughout, pauses included. All else is needed in the advancing ticks of its
    part only: demands and persons who drive in every one; units and persons who do not drive in those in which they
    are open or on shift, the first and the last tick of the part among them. A person is free in all other ticks.

    ``waives``: the kinds of maintenance that the work does not need on its units. It counts as use all the same.

    ``cost`` (>= 0) is what it costs to run the task so.
    """

    duration: int
    crossing: Crossing = "solid"
    head: int = 0
    tail: int = 0
    max_wait: int | None = None
    units: tuple[UnitUse, ...] = ()
    staff: tuple[StaffNeed, ...] = ()
    demands: tuple[Demand, ...] = ()
    consumptions: tuple[Consumption, ...] = ()
    waives: tuple[str, ...] = ()
    cost: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Booked:
    """Where a task stands confirmed today. ``units`` are sorted ids; ``frozen``: it starts inside the freeze."""

    start: int
    end: int
    units: tuple[str, ...] = ()
    frozen: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Pin:
    """What a person fixed: the start, the units (sorted ids), or both; ``None`` leaves it free."""

    start: int | None = None
    units: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One run to be placed in exactly one of its ``modes``.

    ``windows``: the task lies within one of them from start to end; the empty tuple means anywhere. ``batch``: the
    class of work with which it may share a run (empty: with none), of which it makes ``size`` pieces (>= 0). Tasks of a
    class with the same start, end, lanes and persons, in modes that differ at most in consumptions, are one run: what
    it holds and uses of capacities counts once. Maintenance has no class.
    """

    id: str
    modes: tuple[Mode, ...]
    windows: tuple[Window, ...] = ()
    booked: Booked | None = None
    pin: Pin | None = None
    batch: str = ""
    size: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """Work of a request that is finished, running or fixed: it is no task, but lags may refer to it.

    ``start`` may be negative (before the horizon); ``start <= end``. ``units`` and ``persons`` are the ids of those
    that did it, ``None`` where that is not known.
    """

    id: str
    start: int
    end: int
    units: tuple[str, ...] | None = None
    persons: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Lag:
    """``least <= (edge ``to`` of ``after``) - (edge ``frm`` of ``before``) <= most``; ``None`` leaves a side free.

    ``before`` and ``after`` are ids of tasks or facts of the same request. ``least`` may be negative.
    """

    before: str
    after: str
    frm: Edge = "end"
    to: Edge = "start"
    least: int | None = 0
    most: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SameChoice:
    """Tasks (or facts) of one request, at least two, whose sets of units, of persons named for some ticks of theirs, or
    of laboratories in which their units stand are equal; with ``differ`` no two of these sets have anything in common.
    A fact that does not say who did it binds nobody.
    """

    tasks: tuple[str, ...]
    what: Choice
    differ: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """How much of some units the requests of one holder may use.

    ``units`` are sorted ids. Requests count whose ``owner``, ``cluster`` and ``asker`` are those named here (empty:
    whoever it is). ``measure`` ``ticks``: each use of one of the units counts with the ticks of its part, however many
    lanes it holds, in every window that it overlaps. ``count``: a task that uses one of them counts once, where it
    starts. The most, >= 0, holds in each of ``buckets``, and with ``length`` (>= 1) as ``most`` in every window
    ``[t, t + length)``; one of the two is given. ``taken`` are the spans, sorted, of fixed work that counts, also
    before tick 0: by ``count`` one for each run. Where fixed work alone uses the most or more, nothing may be added.
    """

    id: str
    units: tuple[str, ...]
    measure: Measure
    owner: str = ""
    cluster: str = ""
    asker: str = ""
    buckets: tuple[Bucket, ...] = ()
    length: int | None = None
    most: int = 0
    taken: tuple[Window, ...] = ()

    def counts(self, request: "Request") -> bool:
        """Whether the uses of a request count."""
        pairs = ((self.owner, request.owner), (self.cluster, request.cluster), (self.asker, request.asker))
        return all(holder in ("", named) for holder, named in pairs)


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """Tasks that are planned together or not at all.

    ``release`` and ``deadline`` bound starts from below and ends from above; ``due`` is where tardiness begins.
    ``weight`` (>= 0) is lost when the request stays out, ``tardiness_weight`` (>= 0) per tick of lateness of its last
    end. ``required``: it may not stay out. ``begun``: some of it is done or running. A request that has begun or has a
    booked task is *kept*: it may stay out only as displaced. ``owner`` is the id of the organisation that asks,
    ``cluster`` that of the cluster for which it does, ``asker`` that of the person who asked; empty where that does not
    matter. ``worth`` (>= 0, weighted ticks) is what planning it gives to the ``share`` of that id; empty: to none.
    ``maintenance``: its tasks keep their units in order and are no use of them. ``after``: the id of an earlier request
    of which it is an addition (further pieces of a lot that accepts fewer): it is planned only where that one is;
    empty: of none. ``lot``: which lot its work belongs to, where that is not the request alone (see ``Unit``); empty:
    its own.
    """

    id: str
    tasks: tuple[Task, ...]
    lags: tuple[Lag, ...] = ()
    facts: tuple[Fact, ...] = ()
    release: int = 0
    due: int | None = None
    deadline: int | None = None
    weight: int = 1
    tardiness_weight: int = 0
    required: bool = False
    begun: bool = False
    owner: str = ""
    cluster: str = ""
    asker: str = ""
    choices: tuple[SameChoice, ...] = ()
    share: str = ""
    worth: int = 0
    maintenance: bool = False
    after: str = ""
    lot: str = ""

    @property
    def kept(self) -> bool:
        """Whether it has begun or some task of it stands confirmed."""
        return self.begun or any(task.booked for task in self.tasks)

    @property
    def displacement(self) -> int:
        """What is lost when it is displaced: its booked tasks; where it has begun, every task ``BEGUN`` times over."""
        if self.begun:
            return BEGUN * len(self.tasks)
        return sum(task.booked is not None for task in self.tasks)


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """What a cluster should get of a centre: at least ``target`` (>= 0, weighted ticks), of which ``given`` (>= 0) is
    given already, whatever is planned."""

    id: str
    target: int
    given: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """One level of the objective: the sum of ``factor * cost`` over ``terms`` (names of ``solver.costs``), minimised.

    ``tolerance`` in thousandths: how far later levels may worsen the value found for this one.
    """

    name: str
    terms: tuple[tuple[str, int], ...]
    tolerance: int = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Everything a plan depends on.

    Tasks start in ``[0, horizon)`` and may end after it; calendars are given until ``calendar_end`` (>= horizon), by
    which every task has ended. ``commit_until`` (0..horizon): requests that start before it would be confirmed when the
    plan is published, later ones are a forecast. ``levels`` are minimised in order, compared as a tuple.
    """

    horizon: int
    calendar_end: int
    commit_until: int
    levels: tuple[Level, ...]
    requests: tuple[Request, ...]
    units: tuple[Unit, ...] = ()
    persons: tuple[Person, ...] = ()
    capacities: tuple[Capacity, ...] = ()
    stocks: tuple[Stock, ...] = ()
    quotas: tuple[Quota, ...] = ()
    shares: tuple[Share, ...] = ()


def part_span(part: Part, mode: Mode, *, start: int, end: int) -> Window:
    """The ticks of a part of a task placed in ``mode`` at ``[start, end)``; empty where it has no
    length."""
    if part == "head":
        return start, start + mode.head
    if part == "tail":
        return end - mode.tail, end
    return start, end


def attended_spans(use: UnitUse, mode: Mode, *, start: int, end: int) -> tuple[Window, ...]:
    """The non-empty spans in which the unit of ``use`` has to be open: the used part where the work is solid, the head
    and the tail that the used part contains where it is unattended."""
    if mode.crossing == "solid":
        parts: tuple[Part, ...] = (use.part,)
    else:
        parts = ("head", "tail") if use.part == "whole" else (use.part,)
    spans = (part_span(part, mode, start=start, end=end) for part in parts)
    return tuple(span for span in spans if span[0] < span[1])
