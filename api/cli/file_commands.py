"""The commands about files: lists brought in and written, backups. What they do lies in the modules beside this one,
loaded when a command needs them.

Knows nothing of what they do.
"""
# ruff: noqa: PLC0415 - `pilotline --help` has to answer at once, as in `commands`

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import DEFAULT_DATABASE, AsJson, Centres, DatabaseUrl, File, Output, week_written

bring = typer.Typer(help="Brings lists in from files, or a facility of NEMO.", no_args_is_help=True)
export = typer.Typer(help="Writes a plan, a week's chart, or a list of anything to a file.", no_args_is_help=True)

FORMATS = ("csv", "json")
SHEETS = ("csv", "xlsx", "json")
EXPORTED = {
    "centres": "Centres",
    "clusters": "Clusters",
    "laboratories": "Laboratories",
    "units": "Units",
    "policies": "What may be asked of units",
    "organisations": "Organisations",
    "projects": "Projects",
    "people": "People",
    "requests": "Requests",
    "used": "When bookings were used in fact",
    "recipes": "Recipes, the latest version of each",
    "outages": "What is out of order, or will be",
    "maintenance": "What is due, and how it stands",
    "plans": "Plans, without their contents",
    "accounts": "Who may sign in, with their roles",
    "notices": "Notices",
    "audit": "The record of every change",
}
"""What `pilotline export` writes besides bookings; `scheduler.exporting.EXPORTS` says what is in them."""


KINDS = (
    "centres", "clusters", "laboratories", "units", "organisations", "projects", "people", "requests", "bookings",
)  # fmt: skip
"""What `pilotline import` takes, a list each; `scheduler.importing.KINDS` says what is in them."""

DryRun = Annotated[bool, typer.Option("--dry-run", help="Store nothing; show what would happen, row by row.")]
EveryRow = Annotated[bool, typer.Option("--every", help="Show every row, also those that stay as they are.")]


def _format(written: str, formats: tuple[str, ...] = FORMATS) -> str:
    if written not in formats:
        raise typer.BadParameter(f"{written!r} is none of {', '.join(formats)}.")
    return written


def _sheet(written: str | None, out: Path | None) -> str:
    """As it is asked for, or as the file's name ends; both have to agree."""
    ending = "" if out is None else out.suffix.lower().removeprefix(".")
    if written is None and out is not None and ending not in SHEETS:
        said = ", ".join(f".{each}" for each in SHEETS)
        raise typer.BadParameter(f"{out} ends with none of {said}: say how to write it.", param_hint="--format")
    form = _format(written or ending or SHEETS[0], SHEETS)
    if ending in SHEETS and ending != form:
        raise typer.BadParameter(f"{out} ends with .{ending}, and {form} is asked for.", param_hint="--format")
    return form


Format = Annotated[
    str | None, typer.Option(metavar="csv|xlsx|json", help="How to write it; without, as the file's name ends.")
]


OneCentre = Annotated[str | None, typer.Option(metavar="KEY", help="A centre's key; leave it out for all.")]


@export.command("bookings")
def export_bookings(
    week: Annotated[
        str | None, typer.Option(metavar="WEEK", help="ISO week, such as 2026-W49; without, every booking there is.")
    ] = None,
    centre: Centres = None,
    format: Format = None,
    out: Output = None,
    database: DatabaseUrl = DEFAULT_DATABASE,
) -> None:
    """Bookings with their use, as `pilotline import bookings` reads them; with a week, what touches it, in short."""
    from api.cli import exporting

    if week is None:
        if len(centre or ()) > 1:
            raise typer.BadParameter("Without a week, name one centre or none.", param_hint="--centre")
        chosen = centre[0] if centre else None
        exporting.export_list(database, kind="bookings", form=_sheet(format, out), centre=chosen, out=out)
        return
    exporting.export_bookings(
        database,
        week=week_written(week),
        centres=tuple(centre or ()),
        as_json=_format(format or FORMATS[0]) == "json",
        out=out,
    )


def _export_command(kind: str) -> None:
    @export.command(kind, help=f"{EXPORTED[kind]}: all there are, as a file.")
    def export_list(
        centre: OneCentre = None,
        format: Format = None,
        out: Output = None,
        database: DatabaseUrl = DEFAULT_DATABASE,
    ) -> None:
        from api.cli import exporting

        exporting.export_list(database, kind=kind, form=_sheet(format, out), centre=centre, out=out)


for _kind in EXPORTED:
    _export_command(_kind)


def _import_command(kind: str) -> None:
    @bring.command(kind, help=f"A list of {kind}, CSV or XLSX; `pilotline import template {kind} FILE` writes one.")
    def bring_list(
        file: File,
        dry_run: DryRun = False,
        encoding: Annotated[
            str | None, typer.Option(metavar="NAME", help="Of a CSV file that is not in UTF-8, such as cp1251.")
        ] = None,
        every: EveryRow = False,
        database: DatabaseUrl = DEFAULT_DATABASE,
        as_json: AsJson = False,
    ) -> None:
        from api.cli import importing

        importing.import_list(
            database, kind=kind, file=file, rehearse=dry_run, encoding=encoding, every=every, as_json=as_json
        )


for _kind in KINDS:
    _import_command(_kind)


@bring.command("template")
def bring_template(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"One of {', '.join(KINDS)}.")],
    out: Annotated[
        Path, typer.Argument(metavar="FILE", help="Ends with .csv or .xlsx; XLSX says what each column is.")
    ],
) -> None:
    """Write a list of a kind with its header and an example."""
    from api.cli import importing

    importing.write_template(kind=kind, out=out)


@bring.command("nemo")
def bring_nemo(
    file: File,
    centre: Annotated[str, typer.Option(metavar="KEY", help="The centre that the facility is here.")] = "nemo",
    zone: Annotated[str, typer.Option(metavar="ZONE", help="Its time zone, which the file does not name.")] = (
        "America/New_York"
    ),
    dry_run: DryRun = False,
    every: EveryRow = False,
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Bring in a facility as NEMO dumps it (JSON), as one centre; what is odd or left out is named."""
    from api.cli import importing

    importing.import_from_nemo(
        database, file=file, centre=centre, zone=zone, rehearse=dry_run, every=every, as_json=as_json
    )


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file, such as pilotline-2026-12-01.zip.")],
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Write the whole database to one file, while it is in use; hashes of passwords are in it."""
    from api.cli import backing_up

    backing_up.backup(database, file=file, as_json=as_json)


def restore(
    file: File,
    into: Annotated[
        str,
        typer.Option(
            "--into", envvar="PILOTLINE_DATABASE", metavar="URL", help="A new, empty database, as --database."
        ),
    ] = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Fill a new database, of either kind, from a backup; the audit's chains are verified."""
    from api.cli import backing_up

    backing_up.bring_back(into, file=file, as_json=as_json)
