"""The commands about a centre: what it asks for besides.

Knows nothing of what they do.
"""
# ruff: noqa: PLC0415 - as in `commands`: `pilotline --help` has to answer at once

from typing import Annotated

import typer

from api.cli.options import DEFAULT_DATABASE, AsJson, DatabaseUrl, Meaning, SignedAs
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
