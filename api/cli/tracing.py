"""``trace``: what ran on a unit since its calibration passed last.

Knows nothing of calibrations.
"""

from pathlib import Path

from rich.table import Table

from api.cli.exporting import csv_text, write_text
from api.cli.moments import moment
from api.cli.opening import opened
from api.cli.places import unit_zone
from api.cli.terminal import now, print_json, results, say
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.naming import tell_in_full, tell_span
from scheduler.tracing import TraceView, trace_unit
from scheduler.views import BookingView

LAST_PASS = "last-pass"
COLUMNS = (
    "run_start", "run_end", "booking", "state", "organisation", "cluster", "project", "request", "operation",
    "pieces", "purpose", "later_steps",
)  # fmt: skip


def trace(url: str, *, unit: str, since: str, output: Path | None, as_json: bool) -> None:
    """The runs as a table; as CSV in a file with ``output``; as JSON."""
    with opened(url) as database:
        zone = unit_zone(database, unit)
        start = None if since == LAST_PASS else moment(since, zone, option="--since")
        found = trace_unit(database, actor=LOCAL_ADMINISTRATOR, now=now(), unit=unit, since=start)
    if output is not None:
        write_text(csv_text(COLUMNS, _rows(found)), output, option="--output")
    if as_json:
        print_json(found)
    elif output is None:
        _show(found, zone)


def _rows(found: TraceView) -> list[tuple[object, ...]]:
    return [
        (
            run.start.isoformat(), run.end.isoformat(), each.id, each.state, each.organisation, each.cluster,
            each.project, each.request, each.operation, each.quantity, each.purpose,
            "; ".join(_step(later, "UTC") for later in run.later if later.request == each.request),
        )
        for run in found.runs
        for each in run.bookings
    ]  # fmt: skip


def _show(found: TraceView, zone: str) -> None:
    for failure in found.failures:
        said = f": {failure.readings}" if failure.readings else ""
        say(f"{failure.kind.capitalize()} {failure.maintenance} failed {tell_in_full(failure.done, zone)}{said}.")
    why = f" ({found.passed} passed last then)" if found.passed else ""
    say(f"{len(found.runs)} runs on {found.unit} since {tell_in_full(found.since, zone)}{why}.")
    table = Table()
    for column in ("run", "booking", "organisation", "request", "pieces", "later steps of the lot"):
        table.add_column(column, overflow="fold")
    for run in found.runs:
        for each in run.bookings:
            later = "\n".join(_step(step, zone) for step in run.later if step.request == each.request)
            what = f"{each.request} {each.operation}" if each.request else each.purpose
            cells = tell_span(run.start, run.end, zone), f"{each.id} {each.state}", each.organisation
            table.add_row(*cells, what, str(each.quantity), later)
    if found.runs:
        results.print(table)


def _step(booking: BookingView, zone: str) -> str:
    units = ", ".join(hold.key for hold in booking.holds if hold.kind == "unit")
    return f"{booking.operation} {tell_span(booking.start, booking.end, zone)} {units} ({booking.state})"
