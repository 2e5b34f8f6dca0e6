"""``demo``: two centres' coming week planned, judged, published, summed up, drawn and served.

Knows nothing of what is in the example.
"""

from dataclasses import dataclass
from pathlib import Path

import typer

from api import charts
from api.answers import link_address
from api.cli.demo_days import tell_days
from api.cli.listening import listening
from api.cli.moments import coming_week
from api.cli.opening import migrated
from api.cli.planning import Effort, drafted, judged
from api.cli.serving import serve_here
from api.cli.tables import show_left_out, show_plan, show_published, show_week, violations
from api.cli.terminal import now, print_json, say
from api.tones import palette_of
from models.database import Database
from models.engines import nobody_else_has
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.board import board
from scheduler.documents import Checked
from scheduler.door.links import send_link
from scheduler.door.people import list_people
from scheduler.errors import Refused
from scheduler.loading import load_directory
from scheduler.plan_views import PlanView, Published
from scheduler.plans import plan_document
from scheduler.publishing import publish_plan
from scheduler.reports import week_summary
from scheduler.week_views import WeekSummary

HOST = "127.0.0.1"
EXAMPLE = Path("examples") / "technopark"
EXAMPLE_ZONE = "Europe/Moscow"
DATABASE_FILE = Path("demo.db")
PLAN_FILE = Path("demo-plan.json")
CHART_FILE = Path("week.svg")


class DemoInUse(Refused):
    """The demo's database is in use."""

    code = "demo_in_use"


@dataclass(frozen=True, kw_only=True)
class Made:
    """The plan, judged and published."""

    view: PlanView
    check: Checked
    published: Published


def demo(*, serve: bool, port: int, effort: Effort, examples: Path | None, as_json: bool) -> None:
    """Everything at once, in the current folder; makes ``demo.db`` anew."""
    if serve and as_json:
        raise typer.BadParameter("--json needs --no-serve: what serves has no result", param_hint="--json")
    folder = examples or found_example()
    where = listening(HOST, port) if serve else None
    week = coming_week(now(), EXAMPLE_ZONE)
    old = put_aside(DATABASE_FILE)
    if old is not None and not as_json:
        say(f"The demo made before stands in {old} now.")
    with migrated(f"sqlite:///{DATABASE_FILE}") as database:
        loaded = load_directory(database, actor=LOCAL_ADMINISTRATOR, now=now(), directory=folder, week=week)
        if not as_json:
            say(f"Loaded {folder}: {loaded.text}")
        told = tell_days(database, now())
        if told and not as_json:
            say(told)
        plan_id = drafted(database, week=week, centres=(), effort=effort)
        made = publish(database, plan_id)
        summaries = summed_up(database, made.view.summary.centres, week)
        if as_json:
            print_json(
                {
                    "loaded": loaded,
                    "plan": made.view,
                    "check": made.check,
                    "published": made.published,
                    "weeks": summaries,
                }
            )
        else:
            show(database, made, summaries)
            say(f"Written: {DATABASE_FILE}, {PLAN_FILE}, {CHART_FILE}")
            if not serve:
                say(f"To look at it: pilotline serve --database sqlite:///{DATABASE_FILE}")
                say(f"To come in: pilotline reset EMAIL --database sqlite:///{DATABASE_FILE} (accounts.csv has them)")
        if where is not None:
            show_links(database, where.address)
            serve_here(database, where=where, work=True)


def found_example() -> Path:
    """The example's folder: under the current one, else in the checkout. Wrong use where there is none."""
    checkout = Path(charts.__file__).resolve().parents[1]
    for place in (Path.cwd(), checkout):
        if (place / EXAMPLE).is_dir():
            return place / EXAMPLE
    raise typer.BadParameter(f"there is no {EXAMPLE} here; say where it is", param_hint="--examples")


def put_aside(file: Path) -> Path | None:
    """Renames the database that this command made before, in place of the one put aside earlier; where it stands then.

    Raises ``DemoInUse`` while a server or another command has it open.
    """
    if not file.exists():
        return None
    if not nobody_else_has(file):
        raise DemoInUse(f"{file} is open in another process: end the server or command that uses it, then try again.")
    return file.replace(file.with_suffix(f".before{file.suffix}"))


def publish(database: Database, plan_id: int) -> Made:
    """Judges the draft, keeps its document in a file, publishes it."""
    view, checked = judged(database, plan_id)
    document = plan_document(database, actor=LOCAL_ADMINISTRATOR, now=now(), plan_id=plan_id)
    PLAN_FILE.write_text(document, encoding="utf-8")
    published = publish_plan(database, actor=LOCAL_ADMINISTRATOR, now=now(), plan_id=plan_id)
    return Made(view=view, check=checked, published=published)


def summed_up(database: Database, centres: tuple[str, ...], week: str) -> list[WeekSummary]:
    """The week of each centre in hours; and it is drawn."""
    moment = now()
    summaries = [
        week_summary(database, actor=LOCAL_ADMINISTRATOR, now=moment, centre=centre, week=week) for centre in centres
    ]
    boards = [board(database, actor=LOCAL_ADMINISTRATOR, now=moment, centre=centre, week=week) for centre in centres]
    palette = palette_of(database, actor=LOCAL_ADMINISTRATOR, now=moment, centres=centres)
    CHART_FILE.write_text(charts.week_svg(boards, summaries, palette), encoding="utf-8")
    return summaries


def show_links(database: Database, address: str) -> None:
    """Each of the example's people with the link by which they come in."""
    moment = now()
    found = list_people(database, actor=LOCAL_ADMINISTRATOR, now=moment)
    if not found:
        return
    say("Open one of these to set that person's password and come in; each works once:")
    for person in found:
        made = send_link(database, actor=LOCAL_ADMINISTRATOR, now=moment, account_id=person.id)
        held = "; ".join(each.role + (f", {each.place}" if each.place else "") for each in person.roles)
        say(f"  {person.name or person.email} ({held}), {person.email}")
        say(f"    {link_address(address, made.secret)}")


def show(database: Database, made: Made, summaries: list[WeekSummary]) -> None:
    """The plan, what the rule book says, what publishing did, and tables per centre."""
    show_plan(made.view)
    say(f"The rule book finds {violations(made.check)}.")
    show_published(made.published)
    for summary in summaries:
        show_week(summary)
        show_left_out(summary.left_out)
