"""Whether maintenance could ever be due and be done: its intervals, its visitors and its technician.

Knows nothing of what it is needed for.
"""

from collections.abc import Collection, Iterator

from scheduler.loading.centres import Centres
from scheduler.loading.files import Lists
from scheduler.loading.lines import (
    LaboratoryLine,
    MaintenanceLine,
    MaintenanceVisitLine,
    OpeningLine,
    PersonLine,
    SkillLine,
    UnitLine,
)
from scheduler.loading.mistakes import Mistake
from scheduler.local_time import later_week, week_start

_SKILLS = (SkillLine, PersonLine, UnitLine, LaboratoryLine)
_HOURS = (OpeningLine, UnitLine, LaboratoryLine)


def upkeep_mistakes(lists: Lists, bad_files: Collection[str], *, week: str) -> Iterator[Mistake]:
    """Every mistake of a maintenance and of its visits; dates count from ``week``. Lists with mistakes (``bad_files``)
    are not judged by."""
    centres = Centres(lists)
    by_skills, by_hours = (not any(kind.file in bad_files for kind in kinds) for kinds in (_SKILLS, _HOURS))
    homes = {line.unit: line.laboratory for line in lists.of(UnitLine)}
    kinds: dict[tuple[str, str], int] = {}
    for line in lists.of(MaintenanceLine):
        if line.every_days is None and line.every_run_hours is None and line.every_cycles is None:
            yield line.wrong("every_days", "never_due", "days, run hours or cycles after which it is due")
        row = kinds.setdefault((line.unit, line.kind), line.row)
        if row != line.row:
            yield line.wrong("kind", "repeated_row", f"each kind once for a unit; row {row} has it already")
        yield from _dates(line, week)
        if by_skills:
            yield from _skill(centres, line, homes.get(line.unit, ""))
        if by_hours:
            yield from _hours(centres, line)
    lengths = {line.maintenance: line.minutes for line in lists.of(MaintenanceLine)}
    for visit in lists.of(MaintenanceVisitLine):
        length = (visit.ends.at(week, "UTC") - visit.starts.at(week, "UTC")).total_seconds() / 60
        if length <= 0:
            yield visit.wrong("ends", "ends_before_start", "a moment after the start")
        elif length < lengths.get(visit.maintenance, 0):
            expected = f"a moment at least {lengths[visit.maintenance]} minutes after the start, as long as it takes"
            yield visit.wrong("ends", "visit_too_short", expected)


def _dates(line: MaintenanceLine, week: str) -> Iterator[Mistake]:
    if line.every_days is not None and line.early_days >= line.every_days:
        expected = f"fewer than the {line.every_days} days after which it is due again"
        yield line.wrong("early_days", "early_before_done", expected)
    if line.last_done.at(week, "UTC") >= week_start(later_week(week, 1), "UTC"):
        yield line.wrong("last_done", "done_in_future", f"a moment before the end of {week}")


def _skill(centres: Centres, line: MaintenanceLine, laboratory: str) -> Iterator[Mistake]:
    centre = centres.of_laboratory.get(laboratory)
    if line.skill is not None and centre is not None and (centre, line.skill) not in centres.skills:
        yield line.wrong("skill", "nobody_has_skill", f"a skill that a person of {centre} has, or blank for a visitor")


def _hours(centres: Centres, line: MaintenanceLine) -> Iterator[Mistake]:
    unit = centres.unit(line.unit)
    longest = line.minutes if unit is None else centres.longest_opening(unit)
    if line.minutes > longest:
        expected = f"at most {longest}, the minutes that {line.unit} is open at a stretch"
        yield line.wrong("minutes", "longer_than_open", expected)
