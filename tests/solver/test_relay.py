"""Persons in turn: from when on they are there, and who takes which turn. Knows nothing of units."""

from itertools import product

from solver.calendars import Calendars
from solver.ground import NEVER, PersonGround
from solver.problem import HourLimit, Mode, Person, Problem, StaffNeed
from solver.relay import Post, next_relay, take_turns
from tests.solver.sample import one_task
from tests.solver.small import small_problem

WATCH = StaffNeed(skill="watch", handover=True)


def person(id_: str, *shifts: tuple[int, int], taken: tuple[tuple[int, int], ...] = ()) -> Person:
    return Person(id=id_, skills=("watch",), on_shift=shifts, taken=taken)


def ground(*persons: Person) -> list[PersonGround]:
    return [PersonGround(one) for one in persons]


def names(posts: list[Post]) -> list[list[tuple[str, int, int]]] | None:
    found = take_turns(posts)
    return None if found is None else [[(who.id, start, end) for who, start, end in turns] for turns in found]


def test_somebody_takes_over_where_a_shift_ends_and_not_where_work_begins() -> None:
    early, late = person("early", (0, 10)), person("late", (8, 20))
    assert next_relay(ground(early, late), 3, 12) == 3
    assert next_relay(ground(early, late), 3, 18) == NEVER
    busy = person("early", (0, 10), taken=((6, 7),))
    assert next_relay(ground(busy, late), 0, 12) == 7
    assert next_relay(ground(early, person("late", (8, 20), taken=((10, 12),))), 3, 8) == 12


def test_two_watches_share_four_people_and_nobody_is_in_both() -> None:
    people = ground(*(person(name, (first, first + 10)) for name in "ab" for first in (0,)))
    people += ground(*(person(name, (10, 20)) for name in "cd"))
    both = names([Post(people, (4, 14), True), Post(people, (6, 14), True)])
    assert both == [[("a", 4, 10), ("c", 10, 14)], [("b", 6, 10), ("d", 10, 14)]]
    assert names([Post(people[:3], (4, 14), True), Post(people[:3], (6, 14), True)]) is None


def test_turns_of_one_task_together_keep_the_greatest_hours() -> None:
    limited = Person(id="a", skills=("watch",), on_shift=((0, 30),), limits=(HourLimit(start=0, end=30, most=5),))
    people = ground(limited, person("b", (20, 30)))
    assert names([Post(people, (0, 3), False), Post(people, (20, 23), False)]) == [[("a", 0, 3)], [("b", 20, 23)]]
    assert names([Post(people[:1], (0, 3), False), Post(people[:1], (20, 23), False)]) is None


def test_many_shifts_that_cannot_be_covered_are_given_up_soon() -> None:
    """Two watches, three persons by day and one by night: without a memory of what failed this would take for ever."""
    days = [person(f"d{at}", *((24 * day, 24 * day + 12) for day in range(12))) for at in range(3)]
    night = person("n", *((24 * day + 12, 24 * day + 24) for day in range(12)))
    people = ground(*days, night)
    assert names([Post(people, (0, 288), True)]) is not None
    assert names([Post(people, (0, 288), True), Post(people, (264, 286), True)]) is None


def test_the_ground_and_the_calendars_say_the_same() -> None:
    seen = 0
    for seed in range(60):
        problem = small_problem(seed)
        for skill, length in product(("load", "measure"), (1, 3, 5)):
            persons = [PersonGround(one) for one in problem.persons if skill in one.skills]
            windows = Calendars(problem).relayed(skill).starts(length)
            ticks = [tick for tick in range(problem.calendar_end) if next_relay(persons, tick, length) == tick]
            assert ticks == [tick for window in windows for tick in range(*window)], (seed, skill, length)
            seen += len(ticks)
    assert seen > 200


def test_the_calendars_know_the_longest_watch() -> None:
    problem: Problem = one_task(Mode(duration=4, staff=(WATCH,)), persons=(person("a", (0, 10)), person("b", (9, 15))))
    assert Calendars(problem).relayed("watch").longest(0, 100) == 15
    assert Calendars(problem).relayed("watch").longest(4, 12) == 8
