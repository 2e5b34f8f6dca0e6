"""Lists of quotas, budgets and grants: what is wrong in them, and what becomes of them."""

from pathlib import Path

import pytest

from models.database import Database
from models.tables import Budget, BudgetGrant, Centre, Quota, Unit
from scheduler.loading.checks import check
from scheduler.loading.files import read_lists
from tests.scheduler.loading.directory import WEEK, put
from tests.scheduler.loading.test_files import mistakes
from tests.scheduler.loading.test_load_directory import by_key, events, load, rows

LIMITS = {
    "quotas.csv": (
        "quota,per,holder,centre,laboratory,type,unit,most_hours,most_runs,period\n"
        "ovens,organisation,kvarc,works,climate,oven,,4,,7 days\nruns,cluster,,works,,,PRINT-1,,2,day\n"
    ),
    "budgets.csv": (
        "budget,name,organisation,project,centre,laboratory,type\ngrant,Oven grant,,sensor,works,climate,oven\n"
    ),
    "budget_grants.csv": "budget,from,hours\ngrant,W+0 Mon 00:00,12.5\n",
    "recipe_choices.csv": "recipe,operation,other,what,differ\nboards,print,check,person,yes\n",
}


def limited(directory: Path) -> None:
    for file, text in LIMITS.items():
        (directory / file).write_text(text, "utf-8")


def test_lists_of_limits_may_be_there(directory: Path) -> None:
    limited(directory)
    checked = check(read_lists(directory), week=WEEK)
    (choice,) = checked.routings["boards"].choices
    assert (choice.operation, choice.other, choice.what, choice.differ) == ("print", "check", "person", True)


@pytest.mark.parametrize(
    ("file", "row", "column", "text", "code"),
    [
        ("quotas.csv", 2, "per", "firm", "bad_choice"),
        ("quotas.csv", 2, "holder", "nobody", "unknown_reference"),
        ("quotas.csv", 2, "centre", "elsewhere", "unknown_reference"),
        ("quotas.csv", 2, "laboratory", "elsewhere", "unknown_reference"),
        ("quotas.csv", 2, "type", "microscope", "unknown_reference"),
        ("quotas.csv", 2, "unit", "OVEN-9", "unknown_reference"),
        ("quotas.csv", 2, "most_hours", "", "hours_or_runs"),
        ("quotas.csv", 2, "most_runs", "3", "hours_or_runs"),
        ("quotas.csv", 2, "most_hours", "0.01", "bad_number"),
        ("quotas.csv", 2, "period", "7", "bad_period"),
        ("quotas.csv", 3, "centre", "", "blank_cell"),
        ("quotas.csv", 3, "quota", "ovens", "repeated_row"),
        ("budgets.csv", 2, "organisation", "kvarc", "organisation_or_project"),
        ("budgets.csv", 2, "project", "", "organisation_or_project"),
        ("budgets.csv", 2, "type", "microscope", "unknown_reference"),
        ("budget_grants.csv", 2, "budget", "none", "unknown_reference"),
        ("budget_grants.csv", 2, "hours", "0", "bad_number"),
        ("budget_grants.csv", 2, "from", "Monday", "bad_date"),
        ("recipe_choices.csv", 2, "other", "print", "choice_of_one"),
        ("recipe_choices.csv", 2, "operation", "paint", "unknown_reference"),
        ("recipe_choices.csv", 2, "what", "colour", "bad_choice"),
    ],
)
def test_each_mistake_in_a_limit_has_a_name_and_a_place(
    directory: Path, file: str, row: int, column: str, text: str, code: str
) -> None:
    limited(directory)
    put(directory, file, row, column, text)
    assert [each[:3] for each in mistakes(directory)] == [(code, file, row)]


def test_limits_are_stored_and_changed_in_place(database: Database, directory: Path) -> None:
    limited(directory)
    load(database, directory)
    ovens, runs = by_key(database, Quota)["ovens"], by_key(database, Quota)["runs"]
    assert (ovens.per, ovens.organisation_id is not None, ovens.measure, ovens.most) == (
        "organisation",
        True,
        "minutes",
        240,
    )
    assert (ovens.unit_type, ovens.period, ovens.days, ovens.unit_id) == ("oven", "rolling", 7, None)
    assert (runs.cluster_id, runs.measure, runs.most, runs.period, runs.days) == (None, "count", 2, "day", None)
    assert runs.unit_id == by_key(database, Unit)["PRINT-1"].id
    (grant,) = rows(database, BudgetGrant)
    assert (grant.minutes, grant.budget_id) == (750, by_key(database, Budget)["grant"].id)
    assert load(database, directory).changes == 0
    put(directory, "quotas.csv", 2, "most_hours", "5")
    put(directory, "budget_grants.csv", 2, "hours", "13")
    before = by_key(database, Centre)["works"].revision
    assert load(database, directory).changes == 2
    assert by_key(database, Quota)["ovens"].most == 300
    assert by_key(database, Centre)["works"].revision == before + 1
    assert ("centre:1", "changed quota", "ovens") in events(database)
