"""``export``: a plan's document, bookings and a week's chart as files.

Knows nothing of how they are stored.
"""

import csv
import io
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import typer
from pydantic_core import to_json

from api.charts import week_svg
from api.cli.opening import opened
from api.cli.places import centre_zones
from api.cli.terminal import now, remark
from api.sheets import written
from api.tones import palette_of
from models.database import Database
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.board import board
from scheduler.catalogue import list_bookings
from scheduler.exported import export_document, record_export
from scheduler.exporting import export
from scheduler.local_time import later_week, week_start
from scheduler.neutral import neutral
from scheduler.reports import week_summary
from scheduler.views import BookingView

PAGE = 200
COLUMNS = (
    "id", "centre", "state", "start", "end", "project", "organisation", "cluster", "stage",
    "request", "operation", "units", "technicians", "quantity", "purpose", "plan",
)  # fmt: skip


def export_plan(url: str, *, plan_id: int, out: Path | None) -> None:
    """The document as it is stored, byte for byte."""
    with opened(url) as database:
        document = export_document(database, actor=LOCAL_ADMINISTRATOR, now=now(), plan_id=plan_id)
    write_text(document, out)


def export_week(url: str, *, week: str, centres: tuple[str, ...], out: Path) -> None:
    """The chart of the centres (all: none given)."""
    with opened(url) as database:
        chosen = centre_zones(database, centres)
        boards = [board(database, actor=LOCAL_ADMINISTRATOR, now=now(), week=week, centre=key) for key in chosen]
        summaries = [
            week_summary(database, actor=LOCAL_ADMINISTRATOR, now=now(), week=week, centre=key) for key in chosen
        ]
        palette = palette_of(database, actor=LOCAL_ADMINISTRATOR, now=now(), centres=chosen.keys())
        _record(database, "week chart", "svg", week, chosen)
    write_text(week_svg(boards, summaries, palette), out)


def export_bookings(url: str, *, week: str, centres: tuple[str, ...], as_json: bool, out: Path | None) -> None:
    """Every booking, in whatever state, that touches the week at its centre; times in UTC."""
    with opened(url) as database:
        zones = centre_zones(database, centres).items()
        found = [booking for key, zone in zones for booking in _bookings(database, key, zone, week)]
        _record(database, "bookings", "json" if as_json else "csv", week, dict(zones), rows=len(found))
    write_text(to_json(found, indent=2).decode() + "\n" if as_json else as_csv(found), out)


def _record(
    database: Database, kind: str, form: str, week: str, centres: Iterable[str], *, rows: int | None = None
) -> None:
    about = {"week": week, "centres": list(centres)}
    record_export(database, actor=LOCAL_ADMINISTRATOR, now=now(), kind=kind, form=form, rows=rows, about=about)


def as_csv(bookings: list[BookingView]) -> str:
    """A row per booking. Texts that a spreadsheet would take for a formula get an apostrophe before them."""
    return csv_text(COLUMNS, map(_cells, bookings))


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV; texts that a spreadsheet would take for a formula are defused."""
    out = io.StringIO(newline="")
    # The line end of RFC 4180; with "\n" alone the writer would leave a carriage return within a text unquoted.
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def _cells(booking: BookingView) -> tuple[object, ...]:
    held: dict[str, list[str]] = {}
    for hold in booking.holds:
        held.setdefault(hold.kind, []).append(hold.key)
    return (
        booking.id, booking.centre, booking.state, booking.start.isoformat(), booking.end.isoformat(),
        booking.project, booking.organisation, booking.cluster, booking.stage, booking.request, booking.operation,
        _joined(held.get("unit")), _joined(held.get("person")), booking.quantity, booking.purpose, booking.plan_id,
    )  # fmt: skip


def _joined(keys: list[str] | None) -> str:
    return " ".join(sorted(set(keys or ())))


def _safe(cell: object) -> object:
    """Numbers as they are; ``None`` as nothing; a text that begins like a formula, blanks aside, is defused."""
    return cell if cell is None or isinstance(cell, int) else neutral(str(cell))


def _bookings(database: Database, centre: str, zone: str, week: str) -> list[BookingView]:
    start, end = week_start(week, zone), week_start(later_week(week, 1), zone)
    found: list[BookingView] = []
    while True:
        page = list_bookings(
            database,
            actor=LOCAL_ADMINISTRATOR,
            now=now(),
            start=start,
            end=end,
            centre=centre,
            after=found[-1].id if found else 0,
            limit=PAGE,
        )
        found.extend(page)
        if len(page) < PAGE:
            return found


def export_list(url: str, *, kind: str, form: str, centre: str | None, out: Path | None) -> None:
    """Everything of a kind in one of the formats; a workbook needs a file."""
    if form == "xlsx" and out is None:
        raise typer.BadParameter("a workbook needs a file", param_hint="--output")
    with opened(url) as database:
        table = export(database, actor=LOCAL_ADMINISTRATOR, now=now(), kind=kind, form=form, centre=centre)
    content = written(table, form)
    if out is None:
        sys.stdout.write(content.decode("utf-8-sig"))
    else:
        write_bytes(content, out, option="--output")


def write_text(text: str, out: Path | None, *, option: str = "--out") -> None:
    """To the file, or to stdout."""
    if out is None:
        sys.stdout.write(text)
    else:
        write_bytes(text.encode(), out, option=option)


def write_bytes(content: bytes, out: Path, *, option: str) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        raise typer.BadParameter(f"{out} cannot be written: {error.strerror}", param_hint=option) from None
    remark(f"Written: {out}")
