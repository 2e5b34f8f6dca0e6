"""Whether setups, buffers and the families that recipes ask for go together.

Knows nothing of whether a recipe can be done otherwise.
"""

from collections.abc import Collection, Iterator

from scheduler.loading.centres import Centres
from scheduler.loading.files import Lists
from scheduler.loading.lines import LaboratoryLine, PersonLine, SetupLine, SkillLine, UnitLine
from scheduler.loading.mistakes import Mistake


def order_mistakes(lists: Lists, wrong: Collection[str]) -> Iterator[Mistake]:
    """Units of several lanes that would need an order, skills that nobody has (where the files of people are none of
    those that are ``wrong``), and cleaning that takes no time."""
    yield from _units(lists)
    skills = Centres(lists).skills
    judge_skills = lists.whole(PersonLine, SkillLine) and not {PersonLine.file, SkillLine.file} & {*wrong}
    for line in lists.of(SetupLine):
        if line.skill is not None and judge_skills and (line.centre, line.skill) not in skills:
            yield line.wrong("skill", "unknown_skill", f"a skill that somebody of {line.centre} has")
        timed = (line.skill, line.dirty_hours, line.clean_hours) != (None, None, None)
        if timed and not line.minutes:
            yield line.wrong("minutes", "setup_without_work", "at least 1 where there is a skill or a hold time")


def _units(lists: Lists) -> Iterator[Mistake]:
    centres = {line.laboratory: line.centre for line in lists.of(LaboratoryLine)}
    set_up = {(line.centre, line.cleaning_family) for line in lists.of(SetupLine)}
    for line in lists.of(UnitLine):
        if not line.has("lanes", "buffer_minutes", "usable_minutes", "cleaning_family"):
            continue
        named = (centres.get(line.laboratory, ""), line.cleaning_family) in set_up
        if line.lanes > 1 and (named or line.buffer_minutes or line.usable_minutes):
            expected = "1 for a unit with setups, a buffer or a least usable time; lanes with these are units"
            yield line.wrong("lanes", "lanes_with_setups", expected)
