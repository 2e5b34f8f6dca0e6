"""How much of some units one organisation, cluster or person may use in a day, a week, or any stretch of days."""

from collections.abc import Iterator

from docs.rule_pictures.canvas import Amounts, Canvas, Row
from docs.rule_pictures.sketch import canvas
from docs.rule_pictures.week import Week
from solver.problem import Problem, Quota, Window


def data(problem: Problem) -> Iterator[str]:
    """Quotas of hours in any stretch of days."""
    return (quota.id for quota in problem.quotas if quota.length is not None and quota.measure == "ticks")


def draw(week: Week) -> Canvas | None:
    """The quota in a sliding stretch that is used up most."""
    found = []
    for quota in week.problem.quotas:
        spans = _spans(week, quota)
        if quota.length is None or quota.measure != "ticks" or len(spans) < 2 or not quota.most:
            continue
        for last in {tick for start, end in spans for tick in (end, start + quota.length)}:
            if 0 < last <= week.problem.horizon:
                used = _used(spans, (last - quota.length, last))
                found.append((used / quota.most, len(spans), -last, quota.id, quota, spans))
    if not found:
        return None
    _, _, end, _, quota, spans = max(found, key=lambda each: each[:4])
    return _drawn(week, quota, spans, -end)


def _spans(week: Week, quota: Quota) -> list[Window]:
    """When its holder uses the units."""
    planned = [span for unit in quota.units for placed, span, _ in week.on(unit, _ALL) if quota.counts(placed.request)]
    return sorted([*planned, *quota.taken])


_ALL = (-(2**31), 2**31)


def _used(spans: list[Window], window: Window) -> int:
    return sum(max(0, min(end, window[1]) - max(start, window[0])) for start, end in spans)


def _drawn(week: Week, quota: Quota, spans: list[Window], end: int) -> Canvas:
    length = quota.length or 0
    stretch = (end - length, end)
    near = [span for span in spans if stretch[0] - length < span[0] < end + length]
    window = week.around((min(stretch[0], near[0][0]), max(end, near[-1][1])), hours=12)
    holder = week.name(quota.id).partition("'s quota")[0]
    days, most = length // (24 * week.hour), quota.most / week.hour
    used = _used(spans, stretch)
    told = f"{round(used / week.hour, 1):g}"
    picture = canvas(
        week,
        f"{holder}: at most {most:g} h on these units in any {days} days",
        f"The stretch slides: wherever it begins, no {days} days may hold more.",
        window=window,
        rows=[Row(name="the fullest stretch", note=True), *map(week.unit, quota.units)],
        amounts=Amounts(
            title=f"hours used in the {days} days before, and the most",
            points=_sliding(week, spans, length, window),
            limit=[(window[0], most), (window[1], most)],
            notes=[(end, used / week.hour, "")],
            below=True,
        ),
    )
    for row, unit in enumerate(quota.units, start=1):
        picture.closed(row, week.closed(unit, window))
        for placed, span, _ in week.on(unit, window):
            mine = quota.counts(placed.request)
            label = f"{week.name(placed.task.id)}, {week.length(span[1] - span[0])}" if mine else ""
            picture.bar(row, span, label, "asked" if mine else "other")
    picture.bracket(0, stretch, f"{days} days: {told} of {most:g} h")
    return picture


def _sliding(week: Week, spans: list[Window], length: int, window: Window) -> list[tuple[int, float]]:
    ticks = range(window[0], window[1], week.hour)
    points = [(tick, _used(spans, (tick - length, tick)) / week.hour) for tick in ticks]
    return [point for at, point in enumerate(points) if at == 0 or point[1] != points[at - 1][1]]
