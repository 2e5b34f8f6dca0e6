"""Work that needs hands has a named person with the skill, on shift for as long as it needs them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from docs.rule_pictures.canvas import DEEP, Canvas, Row, Tone
from docs.rule_pictures.sketch import canvas, draw_unit, draw_work
from docs.rule_pictures.week import Week
from solver.problem import Mode, Person, Problem, Task, Window
from solver.rules.reading import Hold, Placed
from solver.windows import complement, unite

MOST = 5
"""Units that are shown below the person."""


def data(problem: Problem) -> Iterator[str]:
    """Tasks that need somebody, where somebody has several skills."""
    if any(len(person.skills) > 1 for person in problem.persons):
        for request in problem.requests:
            yield from (task.id for task in request.tasks if any(mode.staff for mode in task.modes))


def draw(week: Week) -> Canvas | None:
    """The person who works with the most skills in one day, then on the most things, but for few units."""
    days: dict[tuple[str, Window], list[Hold]] = defaultdict(list)
    for hold in week.reading.person_holds():
        if 0 <= hold.start < week.problem.commit_until:
            days[hold.resource, week.day(hold.start)].append(hold)
    fitting = {key: holds for key, holds in days.items() if len(_units(week, holds)) <= MOST}
    if not fitting:
        return None
    person, day = max(
        fitting, key=lambda key: (len(_skills(week, fitting[key])), len(fitting[key]), -key[1][0], key[0])
    )
    return _drawn(week, person, day, sorted(fitting[person, day], key=lambda each: (each.start, each.task)))


def _skills(week: Week, holds: list[Hold]) -> set[str]:
    needs = (need for hold in holds for need in week.reading.placed[hold.task].mode.staff)
    return {week.skill(need.skill) for need in needs}


def _units(week: Week, holds: list[Hold]) -> list[str]:
    return list(dict.fromkeys(week.reading.placed[hold.task].units[0] for hold in holds))


def _drawn(week: Week, person: str, day: Window, holds: list[Hold]) -> Canvas:
    shift = [window for window in week.reading.shifts[person] if window[0] < day[1] and window[1] > day[0]]
    window = week.around((shift[0][0], shift[-1][1]), hours=1)
    units = _units(week, holds)
    *skills, last = sorted(_skills(week, holds))
    told = f"{', '.join(skills)} and {last}" if skills else last
    picture = canvas(
        week,
        f"{week.person(person)} works where the skill is needed, one thing at a time",
        f"{week.moment(day[0])[:-6]}: {told}. Dark: the part of the work that needs hands; the rest runs alone.",
        window=window,
        rows=[
            f"{week.person(person)}\non shift {week.clock(shift[0][0])}–{week.clock(shift[-1][1])}",
            *map(week.unit, units),
        ],
    )
    picture.closed(0, week.away(person, window))
    for hold in holds:
        picture.bar(0, (hold.start, hold.end), week.name(hold.task), "hands")
    for row, unit in enumerate(units, start=1):
        picture.closed(row, week.closed(unit, window), "closed")
        for placed, span, _ in week.on(unit, window):
            _draw_hands(picture, week, row, placed, span, [hold for hold in holds if hold.task == placed.task.id])
    return picture


def _draw_hands(picture: Canvas, week: Week, row: int, placed: Placed, span: Window, mine: list[Hold]) -> None:
    """Work on a unit, and in it what the person does."""
    label, hands = week.name(placed.task.id), unite((hold.start, hold.end) for hold in mine)
    tone: Tone = "other" if not mine else "held" if placed.mode.crossing == "pausing" else "asked"
    rest = complement(hands, *span)
    room = max(rest, key=lambda gap: gap[1] - gap[0], default=None)
    picture.bar(row, span, label if rest else "", tone, room=room)
    for each in hands:
        picture.bar(row, each, "" if rest else label, "hands")


def handed_over(problem: Problem) -> Iterator[str]:
    """Tasks that several persons may do in turn."""
    return _tasks(problem, lambda mode: any(need.handover for need in mode.staff))


def draw_handover(week: Week) -> Canvas | None:
    """The run that the most persons do in turn."""
    found = [placed for placed in week.placed if placed.at.reliefs and placed.units]
    if not found:
        return None
    run = max(found, key=lambda each: (len(each.at.reliefs), -each.at.start, each.task.id))
    persons = [*run.at.persons, *(relief.person for relief in run.at.reliefs)]
    names = " and then ".join(map(week.person, persons))
    picture = canvas(
        week,
        f"{week.name(run.task.id)} takes longer than anybody may stay: it is handed over",
        f"{week.length(run.mode.duration)} of work that needs hands throughout: {names}.",
        "Each stays until the work, the shift or its stretch before a break ends; at that moment the next is free.",
        window=week.around((run.at.start, run.at.end), hours=3),
        rows=[Row(name="", note=True), week.unit(run.units[0]), *map(week.person, dict.fromkeys(persons))],
    )
    picture.closed(1, week.closed(run.units[0], picture.window), "closed")
    picture.bar(1, (run.at.start, run.at.end), week.name(run.task.id))
    _draw_persons(picture, week, 2, persons, {run.task.id})
    for relief in run.at.reliefs:
        picture.mark(relief.tick, f"{week.clock(relief.tick)}: {week.person(relief.person)} takes over", colour=DEEP)
    return picture


def visits(problem: Problem) -> Iterator[str]:
    """Tasks that only look after a run of others: they hold no lane of its unit."""
    return _tasks(problem, lambda mode: any(use.lanes == 0 for use in mode.units))


def draw_visits(week: Week) -> Canvas | None:
    """The run of the week that is visited most often, of those the one that most of the visitors see."""
    found: dict[str, list[Placed]] = defaultdict(list)
    for task in visits(week.problem):
        if task in week.reading.placed:
            lag = next((lag for lag in week.reading.placed[task].request.lags if lag.after == task), None)
            if lag is not None and lag.before in week.reading.placed:
                found[lag.before].append(week.reading.placed[task])
    runs = [week.reading.placed[run] for run in found]
    runs = [run for run in runs if run.units and run.at.start < week.problem.commit_until]
    if not runs:
        return None
    run = max(runs, key=lambda each: (len(found[each.task.id]), -each.at.start, each.task.id))
    return _visited(week, run, sorted(found[run.task.id], key=lambda each: each.at.start))


def _visited(week: Week, run: Placed, visitors: list[Placed]) -> Canvas:
    persons = list(dict.fromkeys(person for visit in visitors for person in visit.at.persons))
    bounds = {lag.after: lag for lag in run.request.lags if lag.before == run.task.id}
    lags = [bounds[visit.task.id] for visit in visitors]
    first = next(lag for lag in lags if lag.least is not None and lag.most is not None)
    least, most = first.least or 0, first.most or 0
    every, slack = week.length((least + most) // 2), week.length((most - least) // 2)
    picture = canvas(
        week,
        f"{week.name(run.task.id)} runs by itself for {week.length(run.mode.duration)}, over nights and the weekend",
        f"Every {every} ± {slack} (dashed) somebody on shift looks after it for"
        f" {week.length(visitors[0].mode.duration)} (dark): {len(visitors)} visits, each by whoever is there.",
        window=week.around((run.at.start, run.at.end), hours=4),
        rows=[week.unit(run.units[0]), f"visits\nevery {every} ± {slack}", *map(week.person, persons)],
    )
    draw_work(picture, week, 0, run, week.name(run.task.id))
    for visit, lag in zip(visitors, lags, strict=True):
        since, until = run.at.start + (lag.least or 0), run.at.start + (lag.most or 0) + visit.mode.duration
        picture.bar(1, (since, until), "", "held")
        picture.bar(1, (visit.at.start, visit.at.end), "", "hands")
    _draw_persons(picture, week, 2, persons, {run.task.id, *(visit.task.id for visit in visitors)}, named=False)
    return picture


def own_operators(problem: Problem) -> Iterator[str]:
    """Tasks that operators of the organisation that asks may do as well."""
    own = {skill for person in _own(problem) for skill in person.skills}
    return _tasks(problem, lambda mode: any(need.skill in own for need in mode.staff))


def _own(problem: Problem) -> list[Person]:
    """Persons who do nothing but what their organisation asks for."""
    return [person for person in problem.persons if person.skills and all("@" in skill for skill in person.skills)]


def draw_own_operator(week: Week) -> Canvas | None:
    """The first run that an own operator does."""
    own = {person.id for person in _own(week.problem)}
    run = next((placed for placed in week.placed if placed.units and own.intersection(placed.at.persons)), None)
    if run is None:
        return None
    skill = next(need.skill for need, person in zip(run.mode.staff, run.at.persons, strict=True) if person in own)
    able = [person.id for person in week.problem.persons if skill in person.skills]
    persons = sorted(able, key=lambda person: (person not in own, week.person(person)))
    day = week.day(run.at.start)
    open_ = [window for window in week.reading.unit(run.units[0]).open if day[0] <= window[0] < day[1]]
    owner = week.owner(run.request)
    picture = canvas(
        week,
        f"{week.name(run.task.id)} is run by an operator of {owner}, for {owner}",
        f"They are qualified on {week.name(run.units[0])} and there at the time; a technician could do it as well.",
        window=week.around((open_[0][0], open_[-1][1]), hours=1) if open_ else day,
        rows=[week.unit(run.units[0]), *(_who(week, person, own, owner, skill) for person in persons[:MOST])],
    )
    draw_unit(picture, week, 0, run.units[0], {run.task.id})
    _draw_persons(picture, week, 1, persons[:MOST], {run.task.id})
    return picture


def _who(week: Week, person: str, own: set[str], owner: str, skill: str) -> str:
    return f"{week.person(person)}\n{f'operator of {owner}' if person in own else week.skill(skill)}"


def _tasks(problem: Problem, asks: Callable[[Mode], bool]) -> Iterator[str]:
    tasks: Iterator[Task] = (task for request in problem.requests for task in request.tasks)
    return (task.id for task in tasks if any(map(asks, task.modes)))


def _draw_persons(
    picture: Canvas, week: Week, first: int, persons: Iterable[str], asked: set[str], *, named: bool = True
) -> None:
    """When each is away and what they do, in rows from ``first`` on: all of it with its name (``named``), or only what
    is asked, without."""
    for row, person in enumerate(dict.fromkeys(persons), start=first):
        picture.closed(row, week.away(person, picture.window), "not on shift" if named else "")
        for hold in week.reading.person_holds():
            if hold.resource == person and (named or hold.task in asked):
                tone: Tone = "hands" if hold.task in asked else "other"
                picture.bar(row, (hold.start, hold.end), week.name(hold.task) if named else "", tone)
