"""``import``: lists from files, their templates, and what became of each row.

Knows nothing of formats and of tables.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from api.cli.opening import opened
from api.cli.terminal import now, print_json, remark, remarks, results, say
from api.sheets import template
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.importing import Outcome, RowTold, Upload, import_file
from scheduler.importing.nemo import import_nemo
from scheduler.importing.outcome import Progress as Told
from scheduler.importing.templates import template_of

MOST_SHOWN = 40
REFUSED_ROWS = 1


def import_list(
    url: str, *, kind: str, file: Path, rehearse: bool, encoding: str | None, every: bool, as_json: bool
) -> None:
    """A file of one kind."""
    with opened(url) as database, progress_shown() as progress:
        outcome = import_file(
            database,
            actor=LOCAL_ADMINISTRATOR,
            now=now(),
            kind=kind,
            upload=_upload(file),
            rehearse=rehearse,
            encoding=encoding,
            progress=progress,
        )
    show(outcome, every=every, as_json=as_json)


def import_from_nemo(
    url: str, *, file: Path, centre: str, zone: str, rehearse: bool, every: bool, as_json: bool
) -> None:
    """A facility of NEMO, as its own command writes it."""
    with opened(url) as database, progress_shown() as progress:
        outcome = import_nemo(
            database,
            actor=LOCAL_ADMINISTRATOR,
            now=now(),
            upload=_upload(file),
            centre=centre,
            zone=zone,
            rehearse=rehearse,
            progress=progress,
        )
    show(outcome, every=every, as_json=as_json)


def write_template(*, kind: str, out: Path) -> None:
    """An empty list of the kind; what it is called decides the format."""
    form = out.suffix.lower().removeprefix(".")
    if form not in ("csv", "xlsx"):
        raise typer.BadParameter(f"{out.name} ends with neither .csv nor .xlsx", param_hint="FILE")
    try:
        out.write_bytes(template(template_of(kind), form))
    except OSError as error:
        raise typer.BadParameter(f"{out} cannot be written: {error.strerror}", param_hint="FILE") from None
    remark(f"Written: {out}")


def show(outcome: Outcome, *, every: bool, as_json: bool) -> None:
    """The rows that are anything but unchanged, and the numbers; exits with 1 where a dry run refused rows."""
    if as_json:
        print_json({"counts": outcome.counts, "outcome": outcome})
    else:
        _show(outcome, every=every)
    if outcome.counts.get("refused"):
        raise typer.Exit(REFUSED_ROWS)


def _show(outcome: Outcome, *, every: bool) -> None:
    _show_rows(outcome.rows if every else outcome.differing, every=every)
    for title, notes in (("Odd", outcome.odd), ("Not taken over", outcome.left_out)):
        for note in notes:
            say(f"{title}: {note.place}: {note.text}")
    counts = ", ".join(f"{number} {what}" for what, number in outcome.counts.items() if number) or "no rows"
    done = "Nothing is stored; it would be" if outcome.rehearsed else f"Imported {outcome.file}:"
    say(f"{done} {counts}.")


def _show_rows(rows: Sequence[RowTold], *, every: bool) -> None:
    table = Table("row", "key", "what", "how", box=None, pad_edge=False)
    shown = rows if every else rows[:MOST_SHOWN]
    for row in shown:
        how = "; ".join(f"{each.field}: {each.before} → {each.after}" for each in row.changes)
        table.add_row(
            "" if row.row is None else str(row.row), row.key, row.what, " ".join(filter(None, (how, row.note)))
        )
    if shown:
        results.print(table)
    if len(rows) > len(shown):
        say(f"… and {len(rows) - len(shown)} rows more (--every shows all)")


def _upload(file: Path) -> Upload:
    try:
        return Upload(name=file.name, content=file.read_bytes())
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}", param_hint="FILE") from None


@contextmanager
def progress_shown() -> Iterator[Told]:
    """A bar on stderr, where that is a terminal."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=remarks, transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def tell(what: str, done: int, of: int) -> None:
            bar.update(task, description=what, completed=done, total=of)

        yield tell
