"""Tasks that share their units, persons or laboratories, or must not."""

from solver.problem import Choice, Fact, Mode, Problem, Request, SameChoice, StaffNeed, Task, Unit, UnitUse
from tests.solver.rules.broken import broken, codes
from tests.solver.sample import at, plan_of, several

RULE = "same_choice"
ROOMS = tuple(
    Unit(id=id_, laboratory=room, open=((0, 50),)) for id_, room in (("C1", "climate"), ("C2", "climate"), ("S", "sem"))
)


def on(unit: str, *needs: StaffNeed, head: int = 1) -> Mode:
    return Mode(duration=5, head=head, units=(UnitUse(unit=unit),), staff=needs or (StaffNeed(skill="load"),))


MODES = (on("C1"), on("C2"), on("S"))


def pair(what: Choice, *, differ: bool = False, facts: tuple[Fact, ...] = ()) -> Problem:
    tasks = (Task(id="A", modes=MODES), Task(id="B", modes=MODES))
    named = (*(fact.id for fact in facts), "A", "B")
    rule = SameChoice(tasks=named, what=what, differ=differ)
    return several(Request(id="R", tasks=tasks, facts=facts, choices=(rule,)), units=ROOMS)


def told(problem: Problem, one: tuple[int, str], other: tuple[int, str]) -> list[str]:
    places = (
        at(start, start + 5, task=task, mode=mode, persons=(who,))
        for task, start, (mode, who) in (("A", 0, one), ("B", 5, other))
    )
    return codes(RULE, problem, plan_of(*places))


def test_the_same_chamber_for_soak_and_test() -> None:
    assert told(pair("unit"), (0, "ann"), (0, "bob")) == []
    assert told(pair("unit"), (0, "ann"), (1, "ann")) == ["other_unit"]


def test_another_inspector_than_assembler() -> None:
    problem = pair("person", differ=True)
    assert told(problem, (0, "ann"), (0, "bob")) == []
    assert told(problem, (0, "ann"), (1, "ann")) == ["same_person"]
    assert told(pair("person"), (0, "ann"), (1, "ann")) == []
    assert told(pair("person"), (0, "ann"), (0, "bob")) == ["other_person"]


def test_the_same_laboratory_or_another() -> None:
    assert told(pair("laboratory"), (0, "ann"), (1, "bob")) == []
    assert told(pair("laboratory"), (0, "ann"), (2, "bob")) == ["other_laboratory"]
    assert told(pair("laboratory", differ=True), (0, "ann"), (2, "bob")) == []
    assert told(pair("laboratory", differ=True), (0, "ann"), (1, "bob")) == ["same_laboratory"]


def test_what_is_done_counts_where_it_is_known() -> None:
    done = Fact(id="F", start=-5, end=-1, units=("C2",), persons=("ann",))
    assert told(pair("unit", facts=(done,)), (1, "bob"), (1, "bob")) == []
    assert told(pair("unit", facts=(done,)), (0, "bob"), (0, "bob")) == ["other_unit", "other_unit"]
    assert told(pair("person", differ=True, facts=(done,)), (0, "bob"), (0, "eve")) == []
    assert told(pair("person", differ=True, facts=(done,)), (0, "ann"), (0, "eve")) == ["same_person"]
    unknown = Fact(id="F", start=-5, end=-1)
    assert told(pair("unit", facts=(unknown,)), (0, "bob"), (0, "bob")) == []


def test_two_facts_are_not_held_against_anybody() -> None:
    facts = tuple(Fact(id=f"F{number}", start=-5, end=-1, units=(unit,)) for number, unit in enumerate(("C1", "C2")))
    assert told(pair("laboratory", facts=facts), (0, "ann"), (1, "ann")) == []


def test_whoever_is_named_for_no_time_does_nothing() -> None:
    problem = several(
        Request(
            id="R",
            tasks=(
                Task(id="A", modes=(on("C1", StaffNeed(skill="load", part="head"), head=0),)),
                Task(id="B", modes=(on("C1"),)),
            ),
            choices=(SameChoice(tasks=("A", "B"), what="person", differ=True),),
        ),
        units=ROOMS,
    )
    assert told(problem, (0, "ann"), (0, "ann")) == []


def test_a_violation_names_both_and_what_they_share() -> None:
    plan = plan_of(at(0, 5, task="A", persons=("ann",)), at(5, 10, task="B", persons=("ann",)))
    (violation,) = broken(RULE, pair("person", differ=True), plan)
    assert violation.ids == ("A", "B", "ann")
