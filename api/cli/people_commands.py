"""The commands about people who sign in: inviting them, roles, links and tokens.

Knows nothing of what they do.
"""
# ruff: noqa: PLC0415 - as in `commands`: `pilotline --help` has to answer at once

from typing import Annotated, Literal

import typer

from api.cli.numbers import whole
from api.cli.options import DEFAULT_ADDRESS, DEFAULT_DATABASE, Address, AsJson, DatabaseUrl
from api.cli.record_commands import app

__all__ = ["app"]

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="Whom it is for.")]


@app.command()
def invite(
    email: Email,
    role: Annotated[
        list[str] | None,
        typer.Option(metavar="ROLE", help="engineer, technician, manager, administrator, auditor; more than once."),
    ] = None,
    organisation: Annotated[str | None, typer.Option(metavar="KEY", help="An engineer's.")] = None,
    centre: Annotated[str | None, typer.Option(metavar="KEY", help="A technician's or manager's.")] = None,
    name: Annotated[str, typer.Option(help="What they are called.")] = "",
    person: Annotated[str | None, typer.Option(metavar="KEY", help="Who they are in a centre's lists.")] = None,
    address: Address = DEFAULT_ADDRESS,
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Make an account with roles, and print the one-time link by which its owner sets a password."""
    from api.cli import people

    people.invite(
        database,
        email=email,
        name=name,
        person=person,
        roles=tuple(role or ()),
        organisation=organisation,
        centre=centre,
        address=address,
        as_json=as_json,
    )


@app.command()
def role(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Whose; they have an account.")],
    give: Annotated[
        list[str] | None,
        typer.Option(metavar="ROLE", help="engineer, technician, manager, administrator, auditor; more than once."),
    ] = None,
    take: Annotated[list[str] | None, typer.Option(metavar="ROLE", help="As --give.")] = None,
    organisation: Annotated[str | None, typer.Option(metavar="KEY", help="An engineer's.")] = None,
    centre: Annotated[str | None, typer.Option(metavar="KEY", help="A technician's or manager's.")] = None,
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Give somebody roles or take them away, and list which they hold; without either only list them."""
    from api.cli import people

    people.role(
        database,
        email=email,
        give=tuple(give or ()),
        take=tuple(take or ()),
        organisation=organisation,
        centre=centre,
        as_json=as_json,
    )


@app.command()
def reset(
    email: Email, address: Address = DEFAULT_ADDRESS, database: DatabaseUrl = DEFAULT_DATABASE, as_json: AsJson = False
) -> None:
    """Print a new one-time link by which somebody sets another password."""
    from api.cli import people

    people.reset(database, email=email, address=address, as_json=as_json)


@app.command()
def token(
    email: Email,
    scope: Annotated[Literal["read", "write"], typer.Option(help="What it may do.")] = "read",
    days: Annotated[int, typer.Option(parser=whole(1, 366), metavar="DAYS", help="For how long.")] = 90,
    name: Annotated[str, typer.Option(help="What it is for.")] = "command line",
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Print a new token by which a program acts as somebody."""
    from api.cli import people

    people.token(database, email=email, name=name, scope=scope, days=days, as_json=as_json)
