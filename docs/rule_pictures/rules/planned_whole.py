"""All steps of a request are planned, or none."""

from collections.abc import Iterator

from docs.rule_pictures.canvas import Canvas, Row
from docs.rule_pictures.sketch import canvas, draw_steps, steps_of
from docs.rule_pictures.week import Week, span_of
from solver.problem import Problem, Request


def data(problem: Problem) -> Iterator[str]:
    """Requests of several tasks."""
    return (request.id for request in problem.requests if len(request.tasks) > 1)


def draw(week: Week) -> Canvas | None:
    """The request with the most steps, and the first of several steps that stayed out."""
    planned = [request for request in week.whole() if len(steps_of(week, week.of(request))) > 3]
    out = [week.reading.requests[each.request] for each in week.document.plan.left_out]
    absent = next((request for request in out if len(request.tasks) > 3), None)
    if not planned or absent is None:
        return None
    request = max(planned, key=lambda each: (len(steps_of(week, week.of(each))), -_length(week, each), each.id))
    steps = steps_of(week, week.of(request))
    rows = [Row(name=f"{step}\n{week.units(runs[0])}") for step, runs in steps.items()]
    window = week.around(span_of(week.of(request)), hours=3)
    picture = canvas(
        week,
        f"{week.name(request.id)} is planned whole, {week.name(absent.id)} not at all",
        "A request whose last step fits nowhere gets no half of its work: it stays out whole, with the reason.",
        window=window,
        rows=[*rows, Row(name=f"{week.name(absent.id)}\n{week.owner(absent)}")],
    )
    draw_steps(picture, week, steps)
    picture.bar(len(rows), window, f"none of its {len(absent.tasks)} runs is planned in these four weeks", "was")
    return picture


def _length(week: Week, request: Request) -> int:
    start, end = span_of(week.of(request))
    return end - start
