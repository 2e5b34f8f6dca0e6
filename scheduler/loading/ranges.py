"""Rows that are wrong by themselves though each cell can be read, and shares that are more than the whole.

Knows nothing of other lists.
"""

from collections import defaultdict
from collections.abc import Iterator

from scheduler.loading.files import Lists
from scheduler.loading.lines import (
    CapabilityLine,
    EntitlementLine,
    OpeningLine,
    PersonLine,
    QualificationLine,
    ShiftLine,
    SkillLine,
)
from scheduler.loading.mistakes import Mistake
from scheduler.loading.planning_settings import SETTINGS
from scheduler.loading.recipe_lines import LagLine, OperationLine, ParameterLine, StaffLine, UnitNumberLine, VisitLine


def range_mistakes(lists: Lists) -> Iterator[Mistake]:
    """Mistakes within one row, and in the sum of a centre's shares."""
    for opening in lists.of(OpeningLine):
        yield from _opening(opening)
    for shift in lists.of(ShiftLine):
        yield from _shift(shift)
    for capability in lists.of(CapabilityLine):
        yield from _capability(capability)
    for numbers in lists.of(UnitNumberLine):
        if numbers.low > numbers.high:
            yield numbers.wrong("high", "low_above_high", f"at least low, which is {numbers.low:g}")
    for parameter in lists.of(ParameterLine):
        yield from _parameter(parameter)
    for lag in lists.of(LagLine):
        yield from _lag(lag)
    for visits in lists.of(VisitLine):
        if 2 * visits.slack_minutes + visits.minutes > visits.every_minutes:
            expected = f"at least {2 * visits.slack_minutes + visits.minutes}, so that one ends before the next begins"
            yield visits.wrong("every_minutes", "visits_too_close", expected)
    yield from _handed_over(lists)
    yield from _own_operators(lists)
    yield from _shares(lists)
    yield from _hour_weights(lists)


def _opening(line: OpeningLine) -> Iterator[Mistake]:
    if (line.laboratory is None) == (line.unit is None):
        yield line.wrong("unit", "laboratory_or_unit", "either a laboratory or a unit in each row")
    if line.closes <= line.opens:
        expected = "a time after opening; hours past midnight are a row of their own"
        yield line.wrong("closes", "closes_before_opening", expected)


def _shift(line: ShiftLine) -> Iterator[Mistake]:
    if line.starts == 1440 or line.ends % 1440 == line.starts:
        yield line.wrong("ends", "empty_shift", "a time other than the start; a shift may pass midnight")


def _capability(line: CapabilityLine) -> Iterator[Mistake]:
    if not line.quantity:
        if line.low is not None or line.high is not None:
            yield line.wrong("quantity", "quantity_missing", "the quantity that the numbers count")
        return
    for column, number in (("low", line.low), ("high", line.high)):
        if number is None:
            yield line.wrong(column, "blank_cell", f"a number for {line.quantity}")
    if line.low is not None and line.high is not None and line.low > line.high:
        yield line.wrong("high", "low_above_high", f"at least low, which is {line.low:g}")


def _parameter(line: ParameterLine) -> Iterator[Mistake]:
    if line.low > line.high:
        yield line.wrong("high", "low_above_high", f"at least low, which is {line.low}")
    elif not line.low <= line.default <= line.high:
        yield line.wrong("default", "parameter_out_of_range", f"a number from {line.low} to {line.high}")


def _lag(line: LagLine) -> Iterator[Mistake]:
    least, most = line.least_minutes, line.most_minutes
    if line.before == line.after:
        yield line.wrong("after", "lag_to_itself", "another operation than before")
    if least is None and most is None:
        yield line.wrong("least_minutes", "lag_without_bound", "a least or a most, or both")
    elif least is not None and most is not None and least > most:
        yield line.wrong("most_minutes", "least_above_most", f"at least {least}, the least lag")


def _handed_over(lists: Lists) -> Iterator[Mistake]:
    """Hand-over where the length is not known beforehand."""
    waiting = {
        (line.recipe, line.operation)
        for line in lists.of(OperationLine)
        if line.crossing == "unattended" and line.tail_minutes
    }
    for line in lists.of(StaffLine):
        if line.handover and line.part != "head" and (line.recipe, line.operation) in waiting:
            yield line.wrong("handover", "handover_while_waiting", "no for a part that may wait to be unloaded")


def _own_operators(lists: Lists) -> Iterator[Mistake]:
    """Own operators with skills, which only technicians have, and technicians with qualifications."""
    own = {line.person: line.organisation is not None for line in lists.of(PersonLine)}
    for line in lists.of(SkillLine):
        if own.get(line.person, False):
            expected = "a technician; what an own operator may run stands in qualifications.csv"
            yield line.wrong("person", "own_operator_with_skill", expected)
    for qualification in lists.of(QualificationLine):
        if not own.get(qualification.person, True):
            expected = "somebody of an organisation; what a technician can do stands in skills.csv"
            yield qualification.wrong("person", "technician_with_qualification", expected)


def _shares(lists: Lists) -> Iterator[Mistake]:
    sums: dict[str, int] = defaultdict(int)
    for line in lists.of(EntitlementLine):
        before = sums[line.centre]
        sums[line.centre] += line.share
        if before <= 1000 < sums[line.centre]:
            left = (1000 - before) / 10
            yield line.wrong(
                "share", "shares_above_whole", f"at most {left:g}, what the rows above leave of 100 percent"
            )


def _hour_weights(lists: Lists) -> Iterator[Mistake]:
    """Hours weighed by a capability that no unit has."""
    known = {line.capability for line in lists.of(CapabilityLine)}
    for centre, planning in lists.settings.items():
        for capability in planning.settings.fairness.hour_weights if known else ():
            if capability not in known:
                yield Mistake(
                    code="unknown_capability",
                    file=SETTINGS,
                    row=None,
                    column=f"centres.{centre}.fairness.hour_weights",
                    found=capability,
                    expected="a capability that some unit has",
                )
