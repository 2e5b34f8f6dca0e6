"""The example that comes with the project: what it holds, and how much work that is for what there is."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from models.database import Database
from models.tables import AuditEvent
from scheduler.loading.centres import Centres
from scheduler.loading.checks import Checked, check
from scheduler.loading.files import read_lists
from scheduler.loading.lines import (
    CentreLine,
    EntitlementLine,
    LaboratoryLine,
    MaintenanceLine,
    MaintenanceVisitLine,
    OrganisationLine,
    PersonLine,
    ProjectLine,
    RequestLine,
    ShiftLine,
    UnitLine,
)
from scheduler.loading.recipe_lines import RecipeLine, WaiverLine
from scheduler.local_time import WEEKDAYS
from scheduler.routing import Expanded, expand
from tests.scheduler.loading.test_load_directory import load, rows

TECHNOPARK = Path(__file__).parents[3] / "examples" / "technopark"
WEEKS = ["2026-W49", "2026-W53", "2027-W12"]


@pytest.fixture(scope="module")
def technopark() -> Checked:
    return check(read_lists(TECHNOPARK), week=WEEKS[0])


def expanded(technopark: Checked) -> dict[str, Expanded]:
    return {
        line.request: expand(technopark.routings[line.recipe], quantity=line.quantity, parameters=dict(line.parameters))
        for line in technopark.lists.of(RequestLine)
    }


@pytest.mark.parametrize("week", WEEKS)
def test_it_has_no_mistake_in_any_week(week: str) -> None:
    check(read_lists(TECHNOPARK), week=week)


def test_it_is_two_centres_of_believable_size(technopark: Checked) -> None:
    lists = technopark.lists
    assert [line.name for line in lists.of(CentreLine)] == [
        "Pharmaceutical, Medical Industry and Radiation Technologies",
        "Information Technologies, Radio Electronics, Instrument Making, Communication Facilities and "
        "Infotelecommunications",
    ]
    assert {planning.zone for planning in lists.settings.values()} == {"Europe/Moscow"}
    assert len(lists.of(LaboratoryLine)) >= 10
    assert len(lists.of(UnitLine)) >= 80
    assert len(lists.of(OrganisationLine)) >= 12
    assert {line.cluster for line in lists.of(OrganisationLine)} == {line.cluster for line in lists.of(EntitlementLine)}
    assert len(lists.of(RecipeLine)) >= 14


def test_the_machines_that_the_field_knows_are_there(technopark: Checked) -> None:
    types = {line.type for line in technopark.lists.of(UnitLine)}
    assert types >= {
        "bioreactor",
        "lyophiliser",
        "HPLC",
        "isolator",
        "solder paste printer",
        "pick-and-place",
        "reflow oven",
        "AOI",
        "anechoic chamber",
        "thermal-vacuum chamber",
        "five-axis mill",
        "SEM",
    }


def test_technicians_have_names_and_some_work_evenings_and_weekends(technopark: Checked) -> None:
    shifts = technopark.lists.of(ShiftLine)
    assert len({line.name for line in technopark.lists.of(PersonLine)}) >= 30
    assert any(line.ends >= 20 * 60 for line in shifts)
    assert {WEEKDAYS[day] for line in shifts for day in line.days} == set(WEEKDAYS)


def test_the_week_is_asked_for_by_prototypes_and_pilot_lots(technopark: Checked) -> None:
    requests = technopark.lists.of(RequestLine)
    stages = {line.project: line.stage for line in technopark.lists.of(ProjectLine)}
    counts = Counter(stages[line.project] for line in requests)
    assert len(requests) >= 150
    assert sum(len(each.runs) for each in expanded(technopark).values()) >= 500
    assert min(counts["prototype"], counts["pilot lot"]) >= 40
    hard = [line for line in requests if line.deadline is not None]
    assert 0.5 <= len(hard) / len(requests) <= 0.85


def test_the_two_jobs_that_everybody_asks_about_are_among_them(technopark: Checked) -> None:
    jobs = {(line.recipe, line.quantity, line.parameters) for line in technopark.lists.of(RequestLine)}
    assert ("board-lot", 200, (("soak_hours", 48),)) in jobs
    assert ("protein-batch", 450, (("dry_hours", 60), ("run_hours", 120))) in jobs
    boards = technopark.routings["board-lot"]
    assert [len(operation.units) for operation in boards.operations[:1]] == [2]
    assert ("print", "reflow", 240) in {(lag.before, lag.after, lag.most_minutes) for lag in boards.lags}


def test_the_scarce_units_are_asked_for_more_than_they_are_open(technopark: Checked) -> None:
    load_of = _loads(technopark)
    over = {units: share for units, share in load_of.items() if share >= 1.05}
    assert len(over) >= 6, load_of
    assert max(load_of.values()) <= 1.7


def test_units_need_calibrations_by_visitors_and_services_by_hours_and_cycles(technopark: Checked) -> None:
    plans = {line.maintenance: line for line in technopark.lists.of(MaintenanceLine)}
    assert {line.kind for line in plans.values() if line.every_days and line.expires} == {"calibration"}
    assert any(line.every_run_hours and line.expires for line in plans.values())
    assert any(line.every_cycles and line.expires for line in plans.values())
    visits = Counter(line.maintenance for line in technopark.lists.of(MaintenanceVisitLine))
    assert visits["CAL-CMM-1"] == visits["CAL-HPLC-1"] == 2
    waived = [(line.recipe, line.operation) for line in technopark.lists.of(WaiverLine)]
    assert waived == [("milled-parts", "measure")]
    assert "prototype" in plans["CAL-CMM-1"].waivable_by


def _loads(technopark: Checked) -> dict[tuple[str, ...], float]:
    """Hours asked for, by the units that could do the work, as a share of the hours in which they can run."""
    centres = Centres(technopark.lists)
    lanes = {line.unit: line.lanes for line in technopark.lists.of(UnitLine)}
    of_recipe = {line.recipe: centres.of_laboratory[line.laboratory] for line in technopark.lists.of(RecipeLine)}
    minutes: dict[tuple[str, ...], int] = defaultdict(int)
    space: dict[tuple[str, ...], int] = {}
    runs = expanded(technopark)
    for line in technopark.lists.of(RequestLine):
        for run in runs[line.request].runs:
            for need in run.operation.units:
                units = centres.candidates(of_recipe[line.recipe], need)
                names = tuple(unit.unit for unit in units)
                minutes[names] += run.total_minutes
                always = run.operation.crossing == "unattended"
                space[names] = sum(
                    lanes[unit.unit] * (7 * 1440 if always else centres.weekly_minutes(unit)) for unit in units
                )
    return {names: minutes[names] / space[names] for names in minutes}


def test_it_loads_and_loads_again_without_a_change(database: Database) -> None:
    first = load(database, TECHNOPARK)
    assert first.changes == len(rows(database, AuditEvent))
    assert load(database, TECHNOPARK).changes == 0
    later = load(database, TECHNOPARK, "2026-W50")
    assert {count.kind for count in later.counts if count.changed} == {
        "request",
        "list of deliveries",
        "list of grants",
        "maintenance plan",
        "list of visits",
        "list of closures",
        "list of leaves",
    }
