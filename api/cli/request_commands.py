"""The commands about requests and bookings: taken back, confirmed, pinned, counted, and why one stays out.

Knows nothing of what they do.
"""
# ruff: noqa: PLC0415 - as in `commands`: `pilotline --help` has to answer at once

from typing import Annotated, Literal

import typer

from api.cli.commands import PlanId, app
from api.cli.numbers import decimal, whole
from api.cli.options import DEFAULT_DATABASE, AsJson, Centres, DatabaseUrl, Meaning, SignedAs

__all__ = ["app"]

BookingId = Annotated[int, typer.Argument(parser=whole(1, 2**31 - 1), metavar="BOOKING", help="The booking's number.")]
AnswerLimit = Annotated[
    float | None,
    typer.Option("--time-limit", parser=decimal(0.1, 3_600), metavar="SECONDS", help="How long to look (10)."),
]


@app.command()
def withdraw(
    request: Annotated[str, typer.Argument(metavar="KEY", help="The request's key.")],
    reason: Annotated[str, typer.Option(help="Why; its owner reads it.")] = "",
    signed_as: SignedAs = "",
    meaning: Meaning = "",
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Take a request back: it leaves the queue, and what is booked for it and has not begun is cancelled."""
    from api.cli import withdrawing
    from api.cli.signing import Signing

    signing = Signing(email=signed_as, meaning=meaning)
    withdrawing.withdraw(database, key=request, reason=reason, signing=signing, as_json=as_json)


@app.command()
def approvals(centre: Centres = None, database: DatabaseUrl = DEFAULT_DATABASE, as_json: AsJson = False) -> None:
    """List the bookings that wait for a lab manager's yes."""
    from api.cli import approving

    approving.approvals(database, centres=tuple(centre or ()), as_json=as_json)


@app.command()
def confirm(
    booking_id: BookingId,
    reason: Annotated[str, typer.Option(help="Why, where the centre asks.")] = "",
    signed_as: SignedAs = "",
    meaning: Meaning = "",
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Confirm a booking that was asked for: it is judged again, and holds its units from now on."""
    from api.cli import approving
    from api.cli.signing import Signing

    signing = Signing(email=signed_as, meaning=meaning)
    approving.confirm(database, booking_id=booking_id, reason=reason, signing=signing, as_json=as_json)


@app.command("return")
def give_back(
    booking_id: BookingId,
    reason: Annotated[str, typer.Option(help="Why; its owner reads it.")],
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Refuse a booking that was asked for."""
    from api.cli import approving

    approving.give_back(database, booking_id=booking_id, reason=reason, as_json=as_json)


@app.command()
def pin(
    booking_id: BookingId,
    keep: Annotated[
        Literal["time", "unit", "both", "none"], typer.Option(help="What plans leave as it is; none lets it go.")
    ] = "both",
    reason: Annotated[str, typer.Option(help="Why, where the centre asks.")] = "",
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Pin a booking of a request: plans and repairs leave its time, its units or both as they are."""
    from api.cli import pinning

    pinning.pin(database, booking_id=booking_id, keep=keep, reason=reason, as_json=as_json)


@app.command()
def count(
    request: Annotated[str, typer.Argument(metavar="KEY", help="The request's key.")],
    operation: Annotated[str, typer.Argument(metavar="STEP", help="The conditional step, such as rework.")],
    pieces: Annotated[
        int, typer.Argument(parser=whole(0, 1_000_000), metavar="PIECES", help="How many go through it.")
    ],
    reason: Annotated[str, typer.Option(help="Why, where the centre asks.")] = "",
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Say how many pieces of a lot an inspection found to go through a conditional step; 0: it falls away."""
    from api.cli import counting

    counting.count(database, key=request, operation=operation, pieces=pieces, reason=reason, as_json=as_json)


@app.command()
def why(
    plan_id: PlanId,
    request: Annotated[str, typer.Argument(metavar="KEY", help="The request's key.")],
    in_time: Annotated[bool, typer.Option("--in-time", help="Hold its due date as if it were a deadline.")] = False,
    time_limit: AnswerLimit = None,
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Say why a request is not in a plan, who would have to make room, and what would let it in."""
    from api.cli import explaining

    explaining.why(database, plan_id=plan_id, key=request, in_time=in_time, limit=time_limit or 10.0, as_json=as_json)


@app.command()
def earliest(
    request: Annotated[str, typer.Argument(metavar="KEY", help="The request's key.")],
    n: Annotated[int, typer.Option("--n", parser=whole(1, 20), metavar="NUMBER", help="How many places.")] = 5,
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Show the earliest places of a request beside all that is booked."""
    from api.cli import explaining

    explaining.earliest(database, key=request, n=n, as_json=as_json)
