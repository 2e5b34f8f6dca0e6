"""The commands about a centre: what may be asked of its units, and what it asks for besides.

Knows nothing of what they do.
"""
# ruff: noqa: PLC0415 - as in `commands`: `pilotline --help` has to answer at once

from typing import Annotated

import typer

from api.cli.options import DEFAULT_DATABASE, AsJson, Centres, DatabaseUrl, Meaning, SignedAs
from api.cli.people_commands import app

__all__ = ["app"]


@app.command()
def formalities(
    centre: Annotated[str, typer.Argument(metavar="CENTRE", help="The centre's key.")],
    reasons: Annotated[
        bool | None, typer.Option("--reasons/--no-reasons", help="Changes need a reason, or none.")
    ] = None,
    signatures: Annotated[
        bool | None,
        typer.Option("--signatures/--no-signatures", help="What approves, publishes or releases is signed, or not."),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why, where the centre asks until now.")] = "",
    signed_as: SignedAs = "",
    meaning: Meaning = "",
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Say what a centre asks for besides, or change it, under what it asks for until now."""
    from api.cli import formalities as doing
    from api.cli.signing import Signing

    if reasons is None and signatures is None:
        doing.show(database, centre=centre, as_json=as_json)
        return
    signing = Signing(email=signed_as, meaning=meaning)
    asked = doing.Asked(reasons=reasons, signatures=signatures, reason=reason, signing=signing)
    doing.change(database, centre=centre, asked=asked, as_json=as_json)


@app.command()
def policies(centre: Centres = None, database: DatabaseUrl = DEFAULT_DATABASE, as_json: AsJson = False) -> None:
    """List what may be asked of units by hand, as it is written."""
    from api.cli import policies as doing

    doing.policies(database, centres=tuple(centre or ()), as_json=as_json)


@app.command()
def policy(
    unit: Annotated[str, typer.Argument(metavar="[UNIT]", help="The unit's key; without one, say a centre.")] = "",
    centre: Annotated[str, typer.Option(metavar="KEY", help="The centre, for all its units that say nothing.")] = "",
    written: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help="As in policies.csv, such as longest_minutes=240 or free_from=18:00; nothing after the sign: no "
            "limit, or as the centre says. Say it again for several.",
        ),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why, where the centre asks.")] = "",
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Say what may be asked of a unit by hand, or of a centre's units; with --set, change that."""
    from api.cli import policies as doing

    place = doing.Place.named(unit, centre)
    if not written:
        doing.show(database, place=place, as_json=as_json)
        return
    doing.change(database, place=place, written=written, reason=reason, as_json=as_json)
