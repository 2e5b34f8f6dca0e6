"""The commands about the record and their options: history, tracing, erasing, and proving that it is whole.

Knows nothing of what they do.
"""
# ruff: noqa: PLC0415 - as in `commands`: `pilotline --help` has to answer at once

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import DEFAULT_DATABASE, AsJson, DatabaseUrl
from api.cli.request_commands import app

__all__ = ["app"]

audit = typer.Typer(help="Proves the record: whole, anchored, and what the tables say.", no_args_is_help=True)
app.add_typer(audit, name="audit")


@app.command()
def history(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="booking, request, plan, outage, unit, person …")],
    object_id: Annotated[str, typer.Argument(metavar="ID", help="Its number or key.")],
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """What happened to an object: when, who, what, why, and which fields changed."""
    from api.cli import history as doing

    doing.show(database, kind=kind, object_id=object_id, as_json=as_json)


@app.command()
def trace(
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="The unit's key.")],
    since: Annotated[
        str, typer.Option(metavar="MOMENT", help="last-pass, or 2026-12-01T10:40, as --from of outage.")
    ] = "last-pass",
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it as a list: .csv, .xlsx or .json.")
    ] = None,
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """List every run on a unit since its calibration passed last, and what became of the lots since."""
    from api.cli import tracing

    tracing.trace(database, unit=unit, since=since, output=output, as_json=as_json)


@app.command()
def erase(
    who: Annotated[str, typer.Argument(metavar="KEY_OR_EMAIL", help="A person's key, or an account's address.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Without asking back.")] = False,
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Blank a person's name and address and close their account; what they did stays, under their key."""
    from api.cli import erasing

    erasing.erase_somebody(database, who=who, reason=reason, yes=yes, as_json=as_json)


@audit.command("verify")
def verify_audit(
    anchor: Annotated[
        Path | None, typer.Option(metavar="FILE", help="An anchor file: shows a cut end, and chains made anew.")
    ] = None,
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Read the whole record; 0: it is whole, 1: something was done to it, which is named."""
    from api.cli import auditing

    auditing.verify(database, anchor=anchor, as_json=as_json)


@audit.command("anchor")
def anchor_audit(
    file: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help="A line is added to it.")],
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Write where the record ends to a file, which may lie elsewhere."""
    from api.cli import auditing

    auditing.anchor(database, file=file, as_json=as_json)


@audit.command("replay")
def replay_audit(database: DatabaseUrl = DEFAULT_DATABASE, as_json: AsJson = False) -> None:
    """Rebuild the tables from the record and list the rows that differ; 0: none."""
    from api.cli import auditing

    auditing.replay(database, as_json=as_json)


@audit.command("guards")
def audit_guards(
    restore: Annotated[bool, typer.Option("--restore", help="Make those anew that are gone.")] = False,
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Look for the guards of the database: what keeps holds apart, and events as they are."""
    from api.cli import auditing

    auditing.guards(database, restore=restore, as_json=as_json)
