"""The plan document: the exact problem, its clock and the answer, as one JSON text that anyone can judge again.

Knows no database and no names of people.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from scheduler.errors import Refused
from scheduler.level_words import tell_gap, tell_level
from scheduler.plan_views import LevelView
from scheduler.rule_words import violation_in_words
from scheduler.tallies import Tally, tally_of
from scheduler.time_words import tell, tell_length
from scheduler.translate.broken import BrokenLag
from scheduler.translate.clock import Clock
from scheduler.translate.lacks import Lack
from scheduler.translate.pins import WhyLifted
from solver.costs import level_values
from solver.defects import BadProblem, check_problem
from solver.plan import LevelValue, Plan
from solver.problem import Problem
from solver.rules import Violation, judge


class BadDocument(Refused):
    """The file is not a plan document."""

    code = "bad_document"


class _Clock(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    origin: AwareDatetime
    tick_minutes: int = Field(ge=1, le=1440)


class OutOfOrder(BaseModel):
    """A unit (text id) that was out of order for ``[start, end)`` when the plan was made."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unit: str
    start: AwareDatetime
    end: AwareDatetime


class PlanDocument(BaseModel):
    """Format 2; format 1 lacks what its problem has gained since. ``lifted`` names the pinned tasks whose pin could not
    hold, ``lifted_why`` why (older documents do not say), ``undoable`` the requests that the centre cannot do any more,
    with the reason: they are not in the problem, ``staying`` those of them of which something is booked (older
    documents do not say), ``broken_lags`` the longest lags that what is done has broken, which the problem therefore
    does not have. ``outages`` are those that lay on a booking, ``lacks`` what else bookings lacked where they stood, by
    task. ``names`` says what ids are called (no people), ``zone`` whose clock to tell times by (``None``: UTC, in
    ISO)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1, 2] = 2
    week: str
    repair: bool
    made_at: AwareDatetime
    clock: _Clock
    problem: Problem
    plan: Plan
    lifted: tuple[str, ...] = ()
    lifted_why: dict[str, WhyLifted] = Field(default_factory=dict)
    undoable: dict[str, str] = Field(default_factory=dict)
    staying: tuple[str, ...] = ()
    broken_lags: tuple[BrokenLag, ...] = ()
    outages: tuple[OutOfOrder, ...] = ()
    lacks: dict[str, tuple[Lack, ...]] = Field(default_factory=dict)
    names: dict[str, str] = Field(default_factory=dict)
    zone: str | None = None

    @property
    def lifted_pins(self) -> dict[str, WhyLifted | None]:
        """Why pins did not hold, by task; ``None`` where the document does not say."""
        return {task: self.lifted_why.get(task) for task in self.lifted}

    @property
    def time(self) -> Clock:
        return Clock(origin=self.clock.origin, tick_minutes=self.clock.tick_minutes)


class Checked(BaseModel):
    """A document judged again: each violation in words, the levels as stored, and as computed afresh."""

    model_config = ConfigDict(frozen=True)

    violations: tuple[str, ...]
    stored: tuple[LevelView, ...]
    recomputed: tuple[int, ...]
    tally: Tally

    @property
    def holds(self) -> bool:
        """Whether no rule is broken and every level is worth what the document says."""
        return not self.violations and tuple(level.value for level in self.stored) == self.recomputed


def write_document(
    *,
    week: str,
    repair: bool,
    made_at: datetime,
    clock: Clock,
    problem: Problem,
    plan: Plan,
    lifted: Mapping[str, WhyLifted] | None = None,
    undoable: Mapping[str, str] | None = None,
    staying: Iterable[str] = (),
    broken_lags: tuple[BrokenLag, ...] = (),
    outages: tuple[OutOfOrder, ...] = (),
    lacks: Mapping[str, tuple[Lack, ...]] | None = None,
    names: Mapping[str, str] | None = None,
    zone: str | None = None,
) -> str:
    document = PlanDocument(
        week=week,
        repair=repair,
        made_at=made_at,
        clock=_Clock(origin=clock.origin, tick_minutes=clock.tick_minutes),
        problem=problem,
        plan=plan,
        lifted=tuple(lifted or ()),
        lifted_why=dict(lifted or {}),
        undoable=dict(undoable or {}),
        staying=tuple(sorted(staying)),
        broken_lags=broken_lags,
        outages=outages,
        lacks=dict(lacks or {}),
        names=dict(names or {}),
        zone=zone,
    )
    return document.model_dump_json()


def read_document(text: str) -> PlanDocument:
    """Raises ``BadDocument`` with the first few faults."""
    try:
        return _READERS[_format_of(text)].model_validate_json(text)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or 'the whole'}: {fault['msg']}" for fault in error.errors()[:5]
        )
        raise BadDocument(f"This is no plan document: {faults}") from None


class _Head(BaseModel):
    format: int


_READERS: dict[int, type[PlanDocument]] = {1: PlanDocument, 2: PlanDocument}


def _format_of(text: str) -> int:
    found = _Head.model_validate_json(text).format
    if found not in _READERS:
        known = ", ".join(map(str, _READERS))
        raise BadDocument(f"The document says format {found}; the formats that can be read are {known}.")
    return found


def check_document(text: str) -> Checked:
    """Replays a plan: judges its assignments against its problem and computes its levels afresh.

    Raises ``BadDocument`` when the text is no plan document or its problem is not one.
    """
    document = read_document(text)
    try:
        check_problem(document.problem)
    except BadProblem as error:
        raise BadDocument(f"The document's problem has defects: {error}") from None
    violations = judge(document.problem, document.plan)
    left_out = {out.request for out in document.plan.left_out}
    return Checked(
        violations=tuple(_in_words(document, violation) for violation in violations),
        stored=level_views(document.plan.levels, proven=document.plan.status == "optimal"),
        recomputed=level_values(document.problem, document.plan),
        tally=tally_of((one.id for one in document.problem.requests if one.id not in left_out), left_out),
    )


def _in_words(document: PlanDocument, violation: Violation) -> str:
    """With the names and the clock that the document has."""

    def moment(tick: int) -> str:
        at = document.time.moment(tick)
        return at.isoformat() if document.zone is None else tell(at, document.zone)

    return violation_in_words(
        violation,
        name=lambda id_: document.names.get(id_, id_),
        moment=moment,
        length=lambda ticks: tell_length(ticks * document.clock.tick_minutes),
    ).text


def level_views(levels: tuple[LevelValue, ...], *, proven: bool = False) -> tuple[LevelView, ...]:
    """``proven``: the plan is proven optimal."""
    return tuple(
        LevelView(
            name=level.name,
            value=level.value,
            bound=level.bound,
            gap_percent=gap_percent(level),
            told=tell_level(level.name),
            gap_told=tell_gap(gap_percent(level), proven=proven),
        )
        for level in levels
    )


def gap_percent(level: LevelValue) -> float | None:
    """``100 * (value - bound) / value``; 0 when they meet, ``None`` without a bound."""
    if level.bound is None:
        return None
    return 0.0 if level.value <= level.bound else round(100 * (level.value - level.bound) / level.value, 2)
