"""Needs that may be handed over, greatest hours, and work that looks after what runs on a unit without holding it.

Knows nothing of plans: what these claim, ``tests.solver.by_tick`` says.
"""

from dataclasses import replace
from random import Random

from solver.problem import HourLimit, Mode, Person, Problem, StaffNeed

SKILLS = ("load", "measure")


def add(problem: Problem, random: Random) -> Problem:
    """Two or three persons of whom one begins where another ends, longer work that may be handed over, and limits."""
    persons = _persons(problem, random)
    requests = tuple(
        replace(
            request,
            tasks=tuple(
                replace(task, modes=tuple(_mode(random, mode, booked=bool(task.booked)) for mode in task.modes))
                for task in request.tasks
            ),
        )
        for request in problem.requests[:3]
    )
    return replace(problem, persons=persons, requests=requests)


def has(problem: Problem) -> bool:
    """Whether anything of it is there."""
    modes = [mode for request in problem.requests for task in request.tasks for mode in task.modes]
    looked_after = any(use.lanes == 0 for mode in modes for use in mode.units)
    handed_over = any(need.handover for mode in modes for need in mode.staff)
    return looked_after or handed_over or any(person.limits for person in problem.persons)


def _persons(problem: Problem, random: Random) -> tuple[Person, ...]:
    change = random.randint(2, problem.calendar_end - 3)
    early, late = (0, change), (change - random.randint(0, 1), problem.calendar_end)
    night = (max(0, change - 3), min(problem.calendar_end, change + 3))
    shifts = random.sample((early, late, night), random.choice((2, 2, 3)))
    if random.randrange(3):
        shifts = [early, late, *(shift for shift in shifts if shift not in (early, late))]
    taken = {person.id: person.taken for person in problem.persons}
    people = (
        Person(
            id=f"P{number}",
            skills=SKILLS if random.randrange(4) else (random.choice(SKILLS),),
            on_shift=(shift,),
            taken=taken.get(f"P{number}", ()) if random.randrange(2) else (),
        )
        for number, shift in enumerate(shifts)
    )
    return tuple(_limited(problem, random, person) for person in people)


def _limited(problem: Problem, random: Random, person: Person) -> Person:
    if random.randrange(3):
        return person
    cut = random.randint(1, problem.calendar_end - 1)
    days = ((0, cut), (cut, problem.calendar_end)) if random.randrange(2) else ((-2, cut),)
    return replace(
        person, limits=tuple(HourLimit(start=start, end=end, most=random.randint(0, 4)) for start, end in days)
    )


def _mode(random: Random, mode: Mode, *, booked: bool) -> Mode:
    waits = mode.crossing == "unattended" and mode.tail > 0
    staff = mode.staff or ((StaffNeed(skill=random.choice(SKILLS)),) if random.randrange(2) else ())
    units = mode.units
    if units and random.randrange(4) == 0:
        units = (replace(units[0], lanes=0, room=None), *units[1:])
    return replace(
        mode,
        staff=tuple(
            need if waits and need.part != "head" else replace(need, handover=random.randrange(5) > 0) for need in staff
        ),
        units=units,
        duration=mode.duration + (0 if booked or waits else random.choice((0, 1, 2))),
    )
