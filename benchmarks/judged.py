"""An attempt's answer judged by the rule book and turned into a row.

Knows nothing of how the answer was found.
"""

from dataclasses import dataclass

from benchmarks.attempt import Answer
from benchmarks.families import UNSAT, Instance
from benchmarks.rows import Row
from solver.costs import level_values
from solver.plan import Plan
from solver.problem import Problem
from solver.rules import judge


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """The row, and sentences about what should not be: broken rules, a value or bound beyond what is proven."""

    row: Row
    complaints: tuple[str, ...]


def judged(instance: Instance, problem: Problem, *, solver: str, answer: Answer) -> Judged:
    """``value`` is recomputed from the assignments; a claimed value that differs is a complaint and is not checked."""
    plan = answer.plan
    found = plan.status in ("optimal", "feasible")
    value = level_values(problem, plan)[0] if found else None
    wrong = _broken(problem, plan, value) if found else ()
    beyond = () if wrong else _beyond(instance, plan, value)
    row = Row(
        family=instance.family,
        instance=instance.name,
        solver=solver,
        value=_cell(value),
        best_known=_best(instance),
        gap_percent=_gap(value, instance.known.upper) if found and not wrong else "",
        bound=_cell(_bound(plan)),
        proven=_yes(plan.status in ("optimal", "infeasible") and not wrong),
        seconds=f"{answer.seconds:.2f}",
        peak_mb=f"{answer.peak_mb:.0f}",
        checked=_yes(found and not wrong),
    )
    where = f"{instance.family}/{instance.name} by {solver}: "
    return Judged(row=row, complaints=tuple(where + sentence for sentence in (*wrong, *beyond)))


def failed(instance: Instance, *, solver: str, reason: str) -> Judged:
    """The row of an attempt that ended without an answer."""
    row = Row(
        family=instance.family,
        instance=instance.name,
        solver=solver,
        value="",
        best_known=_best(instance),
        gap_percent="",
        bound="",
        proven="no",
        seconds="",
        peak_mb="",
        checked="no",
    )
    return Judged(row=row, complaints=(f"{instance.family}/{instance.name} by {solver}: {reason}",))


def _best(instance: Instance) -> str:
    return UNSAT if instance.known.unsat else _cell(instance.known.upper)


def _broken(problem: Problem, plan: Plan, value: int | None) -> tuple[str, ...]:
    sentences = tuple(violation.sentence for violation in judge(problem, plan))
    claimed = plan.levels[0].value if plan.levels else None
    if claimed != value:
        return (*sentences, f"it claims {claimed}, the rule book finds {value}")
    return sentences


def _beyond(instance: Instance, plan: Plan, value: int | None) -> tuple[str, ...]:
    known, bound = instance.known, _bound(plan)
    complaints = []
    if value is not None and known.lower is not None and value < known.lower:
        complaints.append(f"{value} is below the proven bound {known.lower}: the reader or the rules are wrong")
    if bound is not None and known.upper is not None and bound > known.upper:
        complaints.append(f"its bound {bound} is above the best known {known.upper}: the bound is wrong")
    if value is not None and known.unsat:
        complaints.append(f"a schedule of {value} where none can be: the reader or the rules are wrong")
    if plan.status == "infeasible" and known.upper is not None:
        complaints.append(f"it says infeasible, a schedule of {known.upper} is known")
    return tuple(complaints)


def _bound(plan: Plan) -> int | None:
    return plan.levels[0].bound if plan.levels else None


def _gap(value: int | None, best: int | None) -> str:
    return "" if value is None or not best else f"{100 * (value - best) / best:.2f}"


def _cell(number: int | None) -> str:
    return "" if number is None else str(number)


def _yes(said: bool) -> str:
    return "yes" if said else "no"
