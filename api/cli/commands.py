"""The commands and their options. What they do lies in the modules beside this one, loaded when a command needs them.

Knows nothing of what they do.
"""
# ruff: noqa: PLC0415 - `pilotline --help` has to answer at once, the solver's and the store's libraries take seconds

from pathlib import Path
from typing import Annotated

import typer

from api.cli import file_commands as files
from api.cli.numbers import decimal, whole
from api.cli.options import (
    DEFAULT_ADDRESS,
    DEFAULT_DATABASE,
    Address,
    AsJson,
    Centres,
    DatabaseUrl,
    Meaning,
    SignedAs,
    Week,
    week_written,
)

app = typer.Typer(
    name="pilotline",
    help="Books and schedules the equipment of engineering centres.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    from importlib.metadata import version

    if asked:
        typer.echo(f"pilotline {version('pilotline')}")
        raise typer.Exit


@app.callback()
def every_command(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Books and schedules the equipment of engineering centres."""


app.add_typer(files.export, name="export")
app.add_typer(files.bring, name="import")

TimeLimit = Annotated[
    float | None,
    typer.Option(parser=decimal(0.1, 86_400), metavar="SECONDS", help="How long to look for a plan (30)."),
]
Work = Annotated[
    int | None,
    typer.Option(
        parser=whole(1, 1_000_000),
        metavar="NUMBER",
        help="Instead of a time limit: neighbourhoods to solve; the same plan each time.",
    ),
]
Workers = Annotated[int, typer.Option(parser=whole(1, 256), metavar="NUMBER", help="Processes that look for a plan.")]
Seed = Annotated[int, typer.Option(parser=whole(0, 2**31 - 1), metavar="NUMBER", help="Another one, another search.")]
Port = Annotated[int, typer.Option(parser=whole(1, 65_535), metavar="NUMBER", help="On 127.0.0.1 unless --host says.")]
PlanId = Annotated[int, typer.Argument(parser=whole(1, 2**31 - 1), metavar="PLAN_ID", help="The plan's number.")]
Folder = Annotated[
    Path, typer.Argument(exists=True, file_okay=False, readable=True, metavar="FOLDER", help="As examples/technopark.")
]

AnchorFile = Annotated[
    Path | None,
    typer.Option(
        "--anchor", metavar="FILE", help="Where the timetable writes, at its start and hourly, where the record ends."
    ),
]


@app.command()
def demo(
    serve: Annotated[bool, typer.Option(help="Serve the week board afterwards.")] = True,
    port: Port = 8000,
    time_limit: TimeLimit = None,
    work: Work = None,
    workers: Workers = 2,
    seed: Seed = 0,
    examples: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, metavar="FOLDER", help="The example's folder.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Plan, check, publish and show the coming week of the example's centres, in a fresh demo.db here."""
    from api.cli import demo as doing
    from api.cli.planning import effort

    chosen = effort(time_limit, work, workers, seed)
    doing.demo(serve=serve, port=port, effort=chosen, examples=examples, as_json=as_json)


@app.command()
def init(
    email: Annotated[
        str, typer.Option(metavar="EMAIL", help="The first administrator's address, to sign in with.")
    ] = "administrator@localhost",
    address: Address = DEFAULT_ADDRESS,
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Make the database, and print the one-time link of the first administrator."""
    from api.cli import storing

    storing.init(database, email=email, address=address, as_json=as_json)


@app.command()
def migrate(database: DatabaseUrl = DEFAULT_DATABASE, as_json: AsJson = False) -> None:
    """Bring the database up to date."""
    from api.cli import storing

    storing.migrate(database, as_json=as_json)


@app.command()
def load(
    directory: Folder,
    week: Annotated[
        str | None, typer.Option(metavar="WEEK", help="ISO week that dates like 'W+0 Thu' count from (the next).")
    ] = None,
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Load a folder of lists; keys that are there already are updated."""
    from api.cli import loading

    loading.load(database, directory=directory, week=None if week is None else week_written(week), as_json=as_json)


@app.command()
def plan(
    week: Week,
    centre: Centres = None,
    time_limit: TimeLimit = None,
    work: Work = None,
    workers: Workers = 2,
    seed: Seed = 0,
    publish: Annotated[bool, typer.Option("--publish", help="Publish the plan at once.")] = False,
    reason: Annotated[str, typer.Option(help="With --publish: why, where the centre asks for it.")] = "",
    signed_as: SignedAs = "",
    meaning: Meaning = "",
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Draft a week's plan here and now."""
    from api.cli import planning

    effort = planning.effort(time_limit, work, workers, seed)
    publishing = planning.publishing(publish, reason, signed_as, meaning)
    planning.plan(
        database, week=week, centres=tuple(centre or ()), effort=effort, publishing=publishing, as_json=as_json
    )


@app.command()
def publish(
    plan_id: PlanId,
    reason: Annotated[str, typer.Option(help="Why, where the centre asks for it.")] = "",
    signed_as: SignedAs = "",
    meaning: Meaning = "",
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Publish a draft: its requests of that week become bookings."""
    from api.cli import planning
    from api.cli.signing import Signing

    signing = Signing(email=signed_as, meaning=meaning)
    planning.publish(database, plan_id=plan_id, reason=reason, signing=signing, as_json=as_json)


@app.command()
def again(
    plan_id: PlanId,
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Ask anew for what a plan was asked for, a repair too, as things stand now; drafted here, with its effort."""
    from api.cli import planning

    planning.again(database, plan_id=plan_id, as_json=as_json)


@app.command()
def check(
    plan: Annotated[Path, typer.Argument(metavar="PLAN.json", exists=True, dir_okay=False, readable=True)],
    as_json: AsJson = False,
) -> None:
    """Judge an exported plan again: the rules, and what its levels are worth."""
    from api.cli import checking

    checking.check(plan, as_json=as_json)


@app.command()
def outage(
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="The unit's key.")],
    start: Annotated[
        str, typer.Option("--from", metavar="MOMENT", help="2026-12-01T10:40, at the unit's centre; or with an offset.")
    ],
    end: Annotated[
        str | None, typer.Option("--until", metavar="MOMENT", help="As --from; until further notice unless given.")
    ] = None,
    reason: Annotated[str, typer.Option(help="What is broken; those who work at the centre see it.")] = "",
    draft: Annotated[bool, typer.Option("--draft", help="Make the repair draft here and now.")] = False,
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Report a broken unit; a repair of what lies under the outage is asked for."""
    from api.cli import outages

    outages.outage(database, unit=unit, start=start, end=end, reason=reason, draft=draft, as_json=as_json)


@app.command()
def outages(centre: Centres = None, database: DatabaseUrl = DEFAULT_DATABASE, as_json: AsJson = False) -> None:
    """List what is out of order, or will be."""
    from api.cli import outages as doing

    doing.outages(database, centres=tuple(centre or ()), as_json=as_json)


@app.command()
def end_outage(
    outage_id: Annotated[int, typer.Argument(parser=whole(1, 2**31 - 1), metavar="OUTAGE", help="Its number.")],
    at: Annotated[
        str, typer.Option("--at", metavar="MOMENT", help="When the unit works again (now), as --from of outage.")
    ] = "",
    reason: Annotated[str, typer.Option(help="Why, where the centre asks for it.")] = "",
    signed_as: SignedAs = "",
    meaning: Meaning = "",
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Say that a unit works again; an outage that has not begun is withdrawn."""
    from api.cli import outages as doing
    from api.cli.signing import Signing

    signing = Signing(email=signed_as, meaning=meaning)
    doing.end(database, outage_id=outage_id, at=at, reason=reason, signing=signing, as_json=as_json)


@app.command()
def maintenance(
    centre: Centres = None,
    done: Annotated[str, typer.Option(metavar="KEY", help="Mark this one as done.")] = "",
    at: Annotated[str, typer.Option("--at", metavar="MOMENT", help="When it was done, as --from of outage.")] = "",
    failed: Annotated[bool, typer.Option("--failed", help="With --done: it failed, and renews nothing.")] = False,
    readings: Annotated[str, typer.Option(help="With --done: what was read; it is kept.")] = "",
    signed_as: SignedAs = "",
    meaning: Meaning = "",
    database: DatabaseUrl = DEFAULT_DATABASE,
    as_json: AsJson = False,
) -> None:
    """Which services and calibrations are due; with --done, that one was done."""
    from api.cli import maintenance as doing
    from api.cli.signing import Signing

    outcome = doing.Outcome(failed=failed, readings=readings, signing=Signing(email=signed_as, meaning=meaning))
    doing.maintenance(database, centres=tuple(centre or ()), done=done, at=at, outcome=outcome, as_json=as_json)


@app.command()
def serve(
    host: Annotated[
        str, typer.Option(help="The address to listen at; another than this machine's is served encrypted only.")
    ] = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[
        int, typer.Option(parser=whole(1, 64), metavar="NUMBER", help="Processes; several need --no-work.")
    ] = 1,
    work: Annotated[bool, typer.Option(help="Run the timetable too.")] = True,
    anchor: AnchorFile = None,
    name: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A name it is reached by, such as lab.example.org.")
    ] = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option(metavar="ADDRESS", help="A proxy before it, whose word counts for who comes, and how."),
    ] = None,
    certificate: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, metavar="FILE", help="PEM.")] = None,
    key: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, metavar="FILE", help="PEM.")] = None,
    database: DatabaseUrl = DEFAULT_DATABASE,
) -> None:
    """Serve pages and REST: to this machine, or encrypted to others."""
    from api.cli import serving
    from api.cli.listening import listening

    where = listening(host, port, tuple(name or ()), tuple(proxy or ()), certificate, key)
    serving.serve(database, where=where, workers=workers, work=work, anchor=anchor)


@app.command()
def work(anchor: AnchorFile = None, database: DatabaseUrl = DEFAULT_DATABASE) -> None:
    """Run the timetable alone: drafts that are asked for, nightly plans, repairs."""
    from api.cli import serving

    serving.work(database, anchor=anchor)


@files.export.command("plan")
def export_plan(
    plan_id: PlanId,
    out: Annotated[Path | None, typer.Option(help="The file; stdout without.")] = None,
    database: DatabaseUrl = DEFAULT_DATABASE,
) -> None:
    """The plan's document, which `pilotline check` judges, as JSON."""
    from api.cli import exporting

    exporting.export_plan(database, plan_id=plan_id, out=out)


@files.export.command("week")
def export_week(
    week: Week,
    centre: Centres = None,
    out: Annotated[Path, typer.Option(help="The file.")] = Path("week.svg"),
    database: DatabaseUrl = DEFAULT_DATABASE,
) -> None:
    """The week's chart as SVG."""
    from api.cli import exporting

    exporting.export_week(database, week=week, centres=tuple(centre or ()), out=out)


app.command()(files.backup)
app.command()(files.restore)
