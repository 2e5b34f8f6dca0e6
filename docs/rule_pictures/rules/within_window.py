"""Nothing begins before it can, and nothing with a deadline ends after it."""

from collections.abc import Iterator

from docs.rule_pictures.canvas import DEEP, SOFT, Canvas
from docs.rule_pictures.sketch import canvas, draw_steps, steps_of
from docs.rule_pictures.week import Week
from solver.problem import Problem, Request

LONGEST = 8
"""Days that are shown at most."""


def data(problem: Problem) -> Iterator[str]:
    """Requests with a deadline."""
    return (request.id for request in problem.requests if request.deadline is not None)


def draw(week: Week) -> Canvas | None:
    """The request of several steps that ends closest to its deadline."""
    days = 24 * week.hour
    found = [
        (request.deadline - week.reading.last_end(request), request.id, request.deadline, request.due, request)
        for request in week.whole()
        if request.deadline is not None and request.due is not None and len(steps_of(week, week.of(request))) > 2
        if request.deadline > request.due and request.deadline - request.release <= LONGEST * days
    ]
    if not found:
        return None
    slack, _, deadline, due, request = min(found, key=lambda each: each[:2])
    return _drawn(week, request, due=due, deadline=deadline, slack=slack)


def _drawn(week: Week, request: Request, *, due: int, deadline: int, slack: int) -> Canvas:
    steps = steps_of(week, week.of(request))
    picture = canvas(
        week,
        f"{week.name(request.id)} begins after its release and ends {week.length(slack)} before its deadline",
        "Past the due date it is late, which costs; past the deadline it may not end.",
        window=week.around((request.release, deadline), hours=12),
        rows=["", *(f"{step}\n{week.units(runs[0])}" for step, runs in steps.items())],
    )
    draw_steps(picture, week, steps, first=1)
    picture.mark(request.release, f"released {week.moment(request.release)}", colour=DEEP)
    picture.mark(due, f"due {week.moment(due)}", left=True, colour=SOFT)
    picture.mark(deadline, f"deadline {week.moment(deadline)}", line=1, left=True)
    return picture
