"""``trace``: what ran on a unit since its calibration passed last.

Knows nothing of calibrations.
"""

from datetime import datetime
from pathlib import Path

from rich.table import Table

from api.cli.exporting import write_bytes
from api.cli.moments import moment
from api.cli.opening import opened
from api.cli.places import unit_zone
from api.cli.terminal import now, print_json, results, say
from api.sheets import FORMATS, written
from models.database import Database
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.time_words import tell_in_full, tell_in_year, tell_span
from scheduler.tracing import TracedRun, TracedWork, TraceView, export_trace, trace_unit, units_of

LAST_PASS = "last-pass"
COLUMNS = ("how, when", "booking", "organisation", "request or purpose", "pieces", "people", "later steps of the lot")


def trace(url: str, *, unit: str, since: str, output: Path | None, as_json: bool) -> None:
    """The runs as a table; as a list in a file with ``output``, in the format that its name ends with (else CSV)."""
    asked = now()
    with opened(url) as database:
        zone = unit_zone(database, unit)
        start = None if since == LAST_PASS else moment(since, zone, option="--since")
        if output is not None:
            _export(database, unit, start, output)
        found = trace_unit(database, actor=LOCAL_ADMINISTRATOR, now=asked, unit=unit, since=start)
    if as_json:
        print_json(found)
    elif output is None:
        _show(found, zone, asked)


def _export(database: Database, unit: str, since: datetime | None, output: Path) -> None:
    ending = output.suffix.lower().removeprefix(".")
    form = ending if ending in FORMATS else "csv"
    table = export_trace(database, actor=LOCAL_ADMINISTRATOR, now=now(), unit=unit, since=since, form=form)
    write_bytes(written(table, form), output, option="--output")


def _show(found: TraceView, zone: str, asked: datetime) -> None:
    for failure in found.failures:
        said = f": {failure.readings}" if failure.readings else ""
        say(f"{failure.kind.capitalize()} {failure.maintenance} failed {tell_in_full(failure.done, zone)}{said}.")
    before = " before it failed" if found.failures else ""
    why = f" ({found.passed} passed last then{before})" if found.passed else ""
    again = "" if found.until == asked else f" until it passed again {tell_in_full(found.until, zone)}"
    runs = "1 run" if len(found.runs) == 1 else f"{len(found.runs)} runs"
    say(f"{runs} on {found.unit} since {tell_in_full(found.since, zone)}{why}{again}.")
    table = Table()
    for column in COLUMNS:
        table.add_column(column, overflow="fold")
    for run in found.runs:
        for work in run.work:
            table.add_row(*_cells(run, work, zone))
    if found.runs:
        results.print(table)


def _cells(run: TracedRun, work: TracedWork, zone: str) -> tuple[str, ...]:
    booking = work.booking
    going_on = f"{tell_in_year(work.start, zone)} until now"
    when = going_on if work.end is None else tell_span(work.start, work.end, zone, in_year=True)
    made = "not counted" if work.made is None else str(work.made)
    steps = (step for step in run.later if step.request == booking.request)
    return (
        f"{work.how}\n{when}",
        f"{booking.id} {booking.state}",
        booking.organisation,
        f"{booking.request} {booking.operation}" if booking.request else booking.purpose,
        f"made {made}\nbooked {booking.quantity}",
        "\n".join(work.people),
        "\n".join(
            f"{step.operation} {tell_span(step.start, step.end, zone, in_year=True)} {units_of(step)} ({step.state})"
            for step in steps
        ),
    )
