"""How a task may be done: the modes, what each needs for which part, and when.

Knows nothing of tasks, nor of the resources themselves: it names their ids.
"""

from dataclasses import dataclass

from solver.problem.terms import Crossing, Part, Window


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitUse:
    """Needs ``lanes`` lanes of one unit for a part of the task (all its lanes: the unit whole). With none (0) the unit
    has to be open, but is not held: somebody looks after work that runs there. That counts for no quota and no
    maintenance, and is bound to no starts and no ``barred`` windows.

    ``drives``: pausing work advances only while the unit is open (see ``Mode``). ``barred`` are windows that no tick of
    the part may touch, such as periods that are kept for others.

    ``room`` (>= 1): how many pieces a run may hold there that several tasks share; ``None``: the unit sets no limit. A
    mode none of whose uses has a room is never shared; only uses of the whole that hold a lane have one.

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
