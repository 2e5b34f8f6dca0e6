"""What rows mean together: each mistake has a name, a place, and no follow-up mistakes."""

from pathlib import Path

import pytest

from models.routing import Routing
from scheduler.loading.checks import check
from scheduler.loading.files import read_lists
from scheduler.loading.mistakes import BadFiles
from tests.scheduler.loading.directory import WEEK, append, put, remove, replace
from tests.scheduler.loading.test_files import mistakes, told

REFERENCES = [
    ("laboratories.csv", 2, "centre"),
    ("opening_hours.csv", 2, "laboratory"),
    ("opening_hours.csv", 4, "unit"),
    ("unit_capabilities.csv", 3, "unit"),
    ("stocks.csv", 2, "centre"),
    ("deliveries.csv", 2, "stock"),
    ("entitlements.csv", 2, "cluster"),
    ("organisations.csv", 2, "cluster"),
    ("projects.csv", 2, "organisation"),
    ("projects.csv", 2, "cluster"),
    ("skills.csv", 2, "person"),
    ("shifts.csv", 2, "person"),
    ("recipe_operations.csv", 3, "hours_parameter"),
    ("recipe_units.csv", 2, "operation"),
    ("recipe_unit_numbers.csv", 2, "operation"),
    ("recipe_unit_numbers.csv", 2, "recipe"),
    ("recipe_staff.csv", 2, "operation"),
    ("recipe_staff.csv", 2, "recipe"),
    ("recipe_capacities.csv", 2, "capacity"),
    ("recipe_stocks.csv", 2, "stock"),
    ("recipe_lags.csv", 2, "before"),
    ("recipe_lags.csv", 2, "after"),
    ("recipe_waivers.csv", 2, "operation"),
    ("recipe_waivers.csv", 2, "kind"),
    ("maintenance.csv", 2, "unit"),
    ("maintenance_visits.csv", 2, "maintenance"),
    ("requests.csv", 2, "centre"),
    ("requests.csv", 2, "project"),
    ("requests.csv", 2, "recipe"),
]


@pytest.mark.parametrize(("file", "row", "column"), REFERENCES)
def test_a_name_that_nobody_has_is_told_where_it_stands(directory: Path, file: str, row: int, column: str) -> None:
    put(directory, file, row, column, "nobody")
    found = mistakes(directory)
    assert ("unknown_reference", file, row, column) in found
    # A row of recipe_units that names another operation leaves its numbers without a need.
    assert {code for code, *_ in found} == {"unknown_reference"}


def test_a_reference_says_which_names_there_are(directory: Path) -> None:
    put(directory, "recipe_lags.csv", 2, "after", "sook")
    (mistake,) = told(directory)
    assert mistake.expected == "one of the names in recipe_operations.csv (check, print, soak)"


def test_a_row_that_cannot_be_read_is_still_known_to_others(directory: Path) -> None:
    put(directory, "laboratories.csv", 2, "name", "")
    put(directory, "recipe_operations.csv", 2, "fixed_minutes", "long")
    put(directory, "people.csv", 2, "name", "\t")
    assert [code for code, *_ in mistakes(directory)] == ["blank_cell", "blank_cell", "bad_number"]


@pytest.mark.parametrize(
    ("file", "line", "code"),
    [
        ("units.csv", "OVEN-1,smt,Another oven,oven,1,", "two_units_of_one_name"),
        ("centres.csv", "works,Again", "repeated_row"),
        ("skills.csv", "T1,mounting", "repeated_row"),
        ("unit_capabilities.csv", "OVEN-2,soaking,temp_c,0,10", "repeated_row"),
        ("recipe_operations.csv", "boards,print,solid,0,5,0,,0,,", "repeated_row"),
        ("requests.csv", "R-1,works,sensor,boards,1,,,W-2 Tue 11:00,W+0 Tue 08:00,,", "repeated_row"),
        ("deliveries.csv", "paste,W+0 Wed 10:00,5", "repeated_row"),
    ],
)
def test_what_stands_there_twice_is_told_once(directory: Path, file: str, line: str, code: str) -> None:
    row = append(directory, file, line)
    assert [(found, name, at) for found, name, at, _ in mistakes(directory)] == [(code, file, row)]


@pytest.mark.parametrize(
    ("file", "line", "code"),
    [
        ("units.csv", "OVEN-3,smt,oven  1,oven,1,", "two_units_of_one_name"),
        ("laboratories.csv", "climate-2,works,Climate", "repeated_name"),
        ("clusters.csv", "radio-2,Radio electronics", "repeated_name"),
        ("organisations.csv", "kvarc-2,guests,KVARC", "repeated_name"),
    ],
)
def test_two_things_of_one_name_are_told(directory: Path, file: str, line: str, code: str) -> None:
    row = append(directory, file, line)
    assert mistakes(directory) == [(code, file, row, "name")]


def test_units_of_two_centres_and_two_persons_may_have_one_name(directory: Path) -> None:
    append(directory, "centres.csv", "other,The other")
    (directory / "settings.yaml").write_text("centres:\n  works: {zone: UTC}\n  other: {zone: UTC}\n")
    append(directory, "laboratories.csv", "smt-2,other,Surface mounting")
    append(directory, "units.csv", "PRINT-2,smt-2,Printer,printer,1,")
    append(directory, "people.csv", "T3,Anna Sokolova,works")
    check(read_lists(directory), week=WEEK)


CASES = [
    ("opening_hours.csv", 2, "closes", "07:00", "closes_before_opening"),
    ("opening_hours.csv", 2, "unit", "PRINT-1", "laboratory_or_unit"),
    ("shifts.csv", 2, "ends", "08:00", "empty_shift"),
    ("unit_capabilities.csv", 2, "low", "401", "low_above_high"),
    ("unit_capabilities.csv", 2, "high", "", "blank_cell"),
    ("unit_capabilities.csv", 3, "low", "5", "quantity_missing"),
    ("entitlements.csv", 3, "share", "27.6", "shares_above_whole"),
    ("recipe_parameters.csv", 2, "high", "11", "low_above_high"),
    ("recipe_parameters.csv", 2, "default", "97", "parameter_out_of_range"),
    ("recipe_operations.csv", 2, "head_minutes", "-10", "negative_duration"),
    ("recipe_operations.csv", 2, "tail_minutes", "-1", "negative_duration"),
    ("recipe_operations.csv", 4, "fixed_minutes", "0", "zero_duration"),
    ("recipe_operations.csv", 2, "fixed_minutes", "590", "longer_than_open"),
    ("recipe_operations.csv", 3, "head_minutes", "841", "longer_than_open"),
    ("recipe_operations.csv", 3, "tail_minutes", "900", "longer_than_open"),
    ("recipe_units.csv", 2, "capability", "painting", "unknown_capability"),
    ("recipe_units.csv", 2, "part", "tail", "empty_part"),
    ("recipe_staff.csv", 2, "part", "tail", "empty_part"),
    ("recipe_staff.csv", 2, "skill", "juggling", "unknown_skill"),
    ("recipe_capacities.csv", 2, "amount", "21", "above_capacity"),
    ("recipe_lags.csv", 2, "most_minutes", "20", "least_above_most"),
    ("recipe_lags.csv", 2, "after", "print", "lag_to_itself"),
    ("requests.csv", 2, "parameters", "soak_hours=97", "parameter_out_of_range"),
    ("requests.csv", 2, "parameters", "panel=3", "unknown_parameter"),
    ("requests.csv", 2, "quantity", "20001", "too_many_runs"),
    ("requests.csv", 2, "quantity", "0", "bad_number"),
    ("requests.csv", 2, "due", "W+0 Mon 07:00", "due_before_release"),
    ("requests.csv", 2, "deadline", "W+0 Mon 08:00", "deadline_before_release"),
    ("requests.csv", 2, "deadline", "W+0 Wed 18:00", "due_after_deadline"),
]


@pytest.mark.parametrize(("file", "row", "column", "text", "code"), CASES)
def test_each_mistake_has_a_name_and_a_place(
    directory: Path, file: str, row: int, column: str, text: str, code: str
) -> None:
    put(directory, file, row, column, text)
    found = mistakes(directory)
    assert [each[:3] for each in found] == [(code, file, row)]


@pytest.mark.parametrize(("column", "text"), [("high", "500"), ("low", "49"), ("quantity", "board_kg")])
def test_numbers_that_no_unit_covers_are_told_with_them(directory: Path, column: str, text: str) -> None:
    put(directory, "recipe_unit_numbers.csv", 2, column, text)
    (mistake,) = told(directory)
    assert (mistake.code, mistake.file, mistake.row) == ("unknown_capability", "recipe_units.csv", 2)
    assert text in mistake.expected


def test_a_lag_needs_a_bound(directory: Path) -> None:
    put(directory, "recipe_lags.csv", 2, "least_minutes", "")
    put(directory, "recipe_lags.csv", 2, "most_minutes", "")
    assert mistakes(directory) == [("lag_without_bound", "recipe_lags.csv", 2, "least_minutes")]


def test_a_stock_that_nothing_is_taken_of_is_told(directory: Path) -> None:
    replace(directory, "recipe_stocks.csv", "paste,50,2", "paste,,")
    assert mistakes(directory) == [("nothing_taken", "recipe_stocks.csv", 2, "per_run")]


def test_a_circle_of_lags_is_told_with_its_operations(directory: Path) -> None:
    row = append(directory, "recipe_lags.csv", "boards,soak,print,end,start,0,")
    (mistake,) = told(directory)
    assert (mistake.code, mistake.file) == ("lag_cycle", "recipe_lags.csv")
    assert mistake.row in (2, row)
    assert "print" in mistake.expected
    assert "soak" in mistake.expected


def test_a_most_lag_that_the_work_between_does_not_leave_room_for_is_a_circle(directory: Path) -> None:
    append(directory, "recipe_lags.csv", "boards,soak,check,end,start,0,")
    append(directory, "recipe_lags.csv", "boards,print,check,end,start,,780")
    assert [code for code, *_ in mistakes(directory)] == ["lag_cycle"]


def test_numbers_with_which_lags_cannot_hold_are_told_at_the_request(directory: Path) -> None:
    append(directory, "recipe_lags.csv", "boards,soak,check,end,start,0,")
    append(directory, "recipe_lags.csv", "boards,print,check,start,start,,2000")
    remove(directory, "requests.csv", 3)
    put(directory, "requests.csv", 2, "parameters", "soak_hours=32")
    assert mistakes(directory) == [("lags_contradict", "requests.csv", 2, "quantity")]
    put(directory, "requests.csv", 2, "parameters", "soak_hours=30")
    check(read_lists(directory), week=WEEK)


def test_a_most_lag_between_unlike_numbers_of_runs_binds_those_that_share_pieces(directory: Path) -> None:
    append(directory, "recipe_lags.csv", "boards,soak,check,end,start,0,600")
    check(read_lists(directory), week=WEEK)


def test_a_share_that_is_no_percentage_is_told(directory: Path) -> None:
    put(directory, "recipe_operations.csv", 3, "expected_percent", "110")
    assert [(file, row, column) for _, file, row, column in mistakes(directory)] == [
        ("recipe_operations.csv", 3, "expected_percent")
    ]


def test_work_of_a_unit_that_closes_at_midnight_and_opens_then_is_not_cut_there(directory: Path) -> None:
    put(directory, "recipe_operations.csv", 3, "head_minutes", "1000")
    assert [code for code, *_ in mistakes(directory)] == ["longer_than_open"]
    append(directory, "opening_hours.csv", ",OVEN-2,Mon,00:00,09:00")
    check(read_lists(directory), week=WEEK)


def test_an_operation_that_needs_more_units_than_there_are_is_told(directory: Path) -> None:
    append(directory, "recipe_units.csv", "boards,print,2,framing,whole,no")
    assert mistakes(directory) == [("too_few_units", "recipe_operations.csv", 2, "operation")]


def test_an_operation_that_could_be_done_in_too_many_ways_is_told(directory: Path) -> None:
    for number in range(21):
        append(directory, "units.csv", f"JIG-{number},smt,Jig {number},jig,1,")
        append(directory, "unit_capabilities.csv", f"JIG-{number},holding,,,")
    append(directory, "recipe_units.csv", "boards,check,2,holding,whole,no")
    append(directory, "recipe_units.csv", "boards,check,3,holding,whole,no")
    assert mistakes(directory) == [("too_many_ways", "recipe_operations.csv", 4, "operation")]


def test_a_recipe_without_operations_is_told(directory: Path) -> None:
    row = append(directory, "recipes.csv", "nothing,smt,Nothing")
    assert mistakes(directory) == [("recipe_without_operations", "recipes.csv", row, "recipe")]


def test_what_belongs_to_another_centre_is_told(directory: Path) -> None:
    append(directory, "centres.csv", "other,The other")
    (directory / "settings.yaml").write_text("centres:\n  works: {zone: UTC}\n  other: {zone: UTC}\n")
    put(directory, "requests.csv", 2, "centre", "other")
    put(directory, "stocks.csv", 2, "centre", "other")
    put(directory, "capacities.csv", 2, "centre", "other")
    assert mistakes(directory) == [
        ("other_centre", "recipe_capacities.csv", 2, "capacity"),
        ("other_centre", "recipe_stocks.csv", 2, "stock"),
        ("other_centre", "requests.csv", 2, "recipe"),
    ]


def test_weights_that_could_pass_int64_are_told(directory: Path) -> None:
    stages = ", ".join(f"{stage}: 1000000" for stage in ("idea", "prototype", "pilot lot", "production"))
    heavy = (
        f"    weights: {{stage_points: {{{stages}}}, per_hour: 1000000, late_share: 1000000, displaced_factor: 1000}}\n"
    )
    with (directory / "settings.yaml").open("a") as out:
        out.write(heavy)
    assert mistakes(directory) == [("weights_too_large", "settings.yaml", None, "centres.works.weights")]


def routing(directory: Path) -> Routing:
    return check(read_lists(directory), week=WEEK).routings["boards"]


def test_an_operation_of_which_no_lag_speaks_follows_the_one_before(directory: Path) -> None:
    lags = [(lag.before, lag.after, lag.least_minutes, lag.most_minutes) for lag in routing(directory).lags]
    assert sorted(lags) == [("print", "soak", 30, 240), ("soak", "check", 0, None)]


def test_a_recipe_becomes_its_routing(directory: Path) -> None:
    soak = routing(directory).operations[1]
    assert (soak.crossing, soak.head_minutes, soak.tail_minutes, soak.max_wait_minutes) == ("unattended", 30, 20, 1440)
    assert (soak.hours_parameter, soak.pieces_per_run) == ("soak_hours", 100)
    (unit,) = soak.units
    assert unit.all_lanes
    assert [(number.quantity, number.low, number.high) for number in unit.numbers] == [("temp_c", 40, 85)]
    assert [(need.skill, need.part) for need in soak.staff] == [("climate", "head"), ("climate", "tail")]
    assert [(need.capacity, need.amount) for need in soak.capacities] == [("power", 12)]


def test_no_mistake_is_told_of_a_recipe_that_could_not_be_read(directory: Path) -> None:
    put(directory, "recipe_units.csv", 2, "capability", "painting")
    put(directory, "recipe_staff.csv", 2, "part", "middle")
    assert mistakes(directory) == [("bad_choice", "recipe_staff.csv", 2, "part")]


def test_a_directory_that_is_none_is_told_file_by_file(tmp_path: Path) -> None:
    with pytest.raises(BadFiles) as caught:
        check(read_lists(tmp_path / "nowhere"), week=WEEK)
    assert {mistake.code for mistake in caught.value.mistakes} == {"missing_file"}


def test_a_room_without_a_unit_for_the_whole_is_told(directory: Path) -> None:
    put(directory, "recipe_operations.csv", 4, "room", "50")
    put(directory, "recipe_units.csv", 4, "part", "head")
    put(directory, "recipe_operations.csv", 4, "head_minutes", "10")
    assert mistakes(directory) == [("room_without_unit", "recipe_operations.csv", 4, "room")]


def test_a_wait_of_work_that_waits_for_nobody_is_told(directory: Path) -> None:
    put(directory, "recipe_operations.csv", 2, "max_wait_minutes", "30")
    assert mistakes(directory) == [("wait_without_unattended", "recipe_operations.csv", 2, "max_wait_minutes")]


def test_operations_that_no_unit_can_both_do_do_not_share_one(directory: Path) -> None:
    choices = directory / "recipe_choices.csv"
    choices.write_text(
        "recipe,operation,other,what,differ\nboards,print,check,unit,\nboards,print,soak,unit,\n", "utf-8"
    )
    assert mistakes(directory) == [("no_common_unit", "recipe_choices.csv", 3, "other")]


def test_a_least_that_cannot_be_and_a_leave_that_is_no_answer_are_told(directory: Path) -> None:
    put(directory, "requests.csv", 2, "least_quantity", "61")
    put(directory, "requests.csv", 3, "least_quantity", "120")
    assert mistakes(directory) == [("least_out_of_range", "requests.csv", 2, "least_quantity")]
    put(directory, "requests.csv", 2, "least_quantity", "")
    put(directory, "recipe_operations.csv", 2, "expected_percent", "10")
    assert mistakes(directory) == [("least_of_conditional", "requests.csv", 3, "least_quantity")]
    put(directory, "requests.csv", 3, "may_share", "perhaps")
    assert [each[1:] for each in mistakes(directory)] == [("requests.csv", 3, "may_share")]


def test_hours_weighed_by_a_capability_that_no_unit_has_are_named(directory: Path) -> None:
    with (directory / "settings.yaml").open("a", encoding="utf-8") as settings:
        settings.write("    fairness:\n      hour_weights: {printing: 200, welding: 300}\n")
    (mistake,) = told(directory)
    assert (mistake.code, mistake.file, mistake.column, mistake.found) == (
        "unknown_capability",
        "settings.yaml",
        "centres.works.fairness.hour_weights",
        "welding",
    )
