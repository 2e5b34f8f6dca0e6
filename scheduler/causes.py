"""What the calendars have to do with a blocker: holidays, closures, leave, breaks, starts, and periods kept for others.

Knows nothing of what else was planned.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from models.queries.world import World
from models.tables import Unit
from scheduler.hours import Hours, closings_within, tell_rule
from scheduler.time_words import tell
from scheduler.translate.names import row_id
from solver.plan import Blocker

MOST = 3
"""How many causes are told at most; the others are counted."""
ABOUT_HOURS = frozenset({"none_open", "no_room_on_unit", "no_stay_on_unit", "no_pausing_room"})
ABOUT_PEOPLE = frozenset({"no_staff", "no_shift"})


def causes_of(world: World, blockers: Iterable[tuple[Blocker, datetime, datetime]]) -> str:
    """A sentence that names what takes time away between two moments from each; empty where nothing does."""
    found = list(
        dict.fromkeys(
            cause
            for blocker, start, end in blockers
            if start < end
            for cause in _causes(Hours(world=world, start=start, end=end), blocker)
        )
    )
    if not found:
        return ""
    more = f"; and {len(found) - MOST} more" if len(found) > MOST else ""
    return f" Within that time: {'; '.join(found[:MOST])}{more}."


def _causes(hours: Hours, blocker: Blocker) -> Iterator[str]:
    units = [unit for id_ in blocker.ids[1:] if (unit := _unit(hours.world, id_)) is not None]
    if blocker.code in ABOUT_HOURS:
        for unit in units:
            yield from _closed(hours, unit)
    elif blocker.code == "not_started_then":
        for unit in units:
            yield from _started(hours, unit)
    elif blocker.code in ABOUT_PEOPLE:
        yield from _away(hours, blocker.ids[1])


def _unit(world: World, text_id: str) -> Unit | None:
    return world.units.get(row_id(text_id)) if text_id[:1] == "U" and text_id[1:].isdigit() else None


def _closed(hours: Hours, unit: Unit) -> Iterator[str]:
    zone = next(centre.zone for centre in hours.world.centres if centre.id == hours.world.resources[unit.id].centre_id)
    every = {*hours.closings(unit), *hours.blocked(unit)}
    for one in closings_within(every, hours.start, hours.end):
        yield f"{unit.key} {one.text} ({tell(one.start, zone)} to {tell(one.end, zone)})"


def _started(hours: Hours, unit: Unit) -> Iterator[str]:
    rules = dict.fromkeys(tell_rule(row) for row in hours.start_rules(unit))
    if rules:
        yield f"{unit.key} is started {' and '.join(rules)}"
    for row in hours.kept_rows(unit):
        yield f"{unit.key} is {row}"


def _away(hours: Hours, skill: str) -> Iterator[str]:
    """How many are on leave, and the breaks: who they are is nobody's business."""
    world = hours.world
    able = {row.person_id for row in world.skills if skill.partition(":")[2] == row.skill}
    away = {row.person_id for row in world.leaves if row.person_id in able and row.start_at < hours.end}
    if away:
        yield f"{len(away)} of the {len(able)} who have the skill {'is' if len(away) == 1 else 'are'} on leave"
    for name in sorted({row.name for row in world.breaks if row.person_id in able}):
        yield f"{name} interrupts shifts"
