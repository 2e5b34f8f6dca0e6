"""Who asks for what: requests, their tasks, and what ties tasks to each other, to dates and to work already done.

Knows nothing of resources, nor of what other requests ask for.
"""

from dataclasses import dataclass

from solver.problem.modes import Mode
from solver.problem.terms import Choice, Edge, Window

BEGUN = 1000
"""As how many confirmed tasks each task counts whose request has begun, should it be displaced."""


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
