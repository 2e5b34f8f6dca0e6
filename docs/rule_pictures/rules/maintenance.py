"""A unit is used only as long as its service or calibration is good for; then it is due again."""

from collections.abc import Iterator

from docs.rule_pictures.canvas import Amounts, Canvas
from docs.rule_pictures.sketch import canvas, draw_unit
from docs.rule_pictures.week import Week
from solver.problem import Expiry, Problem, Window


def data(problem: Problem) -> Iterator[str]:
    """Units with a maintenance that expires by use."""
    return (unit.id for unit in problem.units if any(expiry.measure != "date" for expiry in unit.expiries))


def draw(week: Week) -> Canvas | None:
    """The unit that has used the most of what its last service allows, by the time of the next."""
    found = []
    for unit in week.problem.units:
        for expiry in unit.expiries:
            service = next(
                (week.reading.placed[each] for each in expiry.renewed_by if each in week.reading.placed), None
            )
            if expiry.measure != "date" and service is not None:
                used = _used(week, unit.id, expiry, (0, service.at.start))
                share = (used + expiry.renewed - expiry.left) / expiry.renewed
                found.append((share, unit.id, expiry, (service.at.start, service.at.end)))
    if not found:
        return None
    _, unit_id, expiry, service_span = max(found, key=lambda each: each[:2])
    return _drawn(week, unit_id, expiry, service_span)


def _spans(week: Week, unit: str, window: Window) -> list[Window]:
    spans = [
        span
        for placed, span, _ in week.on(unit, window)
        if not placed.request.maintenance and placed.task.id not in week.reading.carried
    ]
    return [span for span in spans if window[0] <= span[0] < window[1]]


def _used(week: Week, unit: str, expiry: Expiry, window: Window) -> int:
    spans = _spans(week, unit, window)
    return len(spans) if expiry.measure == "cycles" else sum(end - start for start, end in spans)


def _drawn(week: Week, unit: str, expiry: Expiry, service: Window) -> Canvas:
    day = 24 * week.hour
    window = (0, week.day(service[1] + 5 * day)[1])
    per, measure = (1, "runs") if expiry.measure == "cycles" else (week.hour, "hours")
    points = _saw(week, unit, expiry, service, window)
    before = max(amount for tick, amount in points if tick <= service[0])
    most = expiry.renewed / per
    picture = canvas(
        week,
        f"{expiry.kind.capitalize()} of {week.name(unit)}: due after {most:g} {measure}, planned among the work",
        f"No work starts that would take it past {most:g} {measure} of use. Green: the {expiry.kind}.",
        window=window,
        rows=[week.unit(unit)],
        amounts=Amounts(
            title=f"{measure} of use since the last {expiry.kind}, and how many it is good for",
            points=[(tick, amount / per) for tick, amount in points],
            limit=[(window[0], most), (window[1], most)],
            notes=[(service[0], before / per, f"{before / per:.4g} of {most:g}")],
        ),
    )
    draw_unit(picture, week, 0, unit, set())
    return picture


def _saw(week: Week, unit: str, expiry: Expiry, service: Window, window: Window) -> list[tuple[int, int]]:
    """What is used, counted where each use starts, from nothing again after the service."""
    total, points = expiry.renewed - expiry.left, [(window[0], expiry.renewed - expiry.left)]
    for start, end in _spans(week, unit, (window[0], service[0])):
        total += 1 if expiry.measure == "cycles" else end - start
        points.append((start, total))
    total = 0
    points.append((service[1], 0))
    for start, end in _spans(week, unit, (service[1], window[1])):
        total += 1 if expiry.measure == "cycles" else end - start
        points.append((start, total))
    return points
