"""Setups, families and buffers that do not go together are told with their place."""

from pathlib import Path

import pytest

from scheduler.loading.checks import check
from scheduler.loading.files import read_lists
from scheduler.loading.lines import SetupLine
from scheduler.loading.mistakes import BadFiles
from tests.scheduler.loading.directory import WEEK, append, put


def mistakes(directory: Path) -> list[tuple[str, str, int | None, str]]:
    with pytest.raises(BadFiles) as caught:
        check(read_lists(directory), week=WEEK)
    return [(each.code, each.file, each.row, each.column) for each in caught.value.mistakes]


def test_setups_are_read_with_blanks_for_every_other_family(directory: Path) -> None:
    checked = check(read_lists(directory), week=WEEK)
    (line,) = checked.lists.of(SetupLine)
    assert (line.frm, line.to, line.minutes, line.skill) == ("", "lead-free", 20, "mounting")
    assert (line.release_minutes, line.dirty_hours, line.clean_hours, line.cost) == (5, 8, None, 3)
    print_, soak, _ = checked.routings["boards"].operations
    assert (print_.units[0].family, soak.units[0].family) == ("lead-free", "")


def test_the_skill_has_to_be_there(directory: Path) -> None:
    put(directory, "setups.csv", 2, "skill", "washing")
    assert mistakes(directory) == [("unknown_skill", "setups.csv", 2, "skill")]


def test_cleaning_by_somebody_takes_time(directory: Path) -> None:
    put(directory, "setups.csv", 2, "minutes", "0")
    assert mistakes(directory) == [("setup_without_work", "setups.csv", 2, "minutes")]


def test_a_setup_twice_and_one_of_units_that_nobody_has(directory: Path) -> None:
    append(directory, "setups.csv", "works,screens,,lead-free,30,,,,,")
    row = append(directory, "setups.csv", "works,kettles,,lead-free,30,,,,,")
    assert mistakes(directory) == [
        ("repeated_row", "setups.csv", 3, "centre"),
        ("unknown_reference", "setups.csv", row, "cleaning_family"),
    ]


@pytest.mark.parametrize("column", ["buffer_minutes", "usable_minutes"])
def test_lanes_with_a_buffer_are_units(directory: Path, column: str) -> None:
    put(directory, "units.csv", 3, column, "15")
    assert mistakes(directory) == [("lanes_with_setups", "units.csv", 3, "lanes")]


def test_lanes_with_setups_are_units(directory: Path) -> None:
    append(directory, "setups.csv", "works,hot,,,30,,,,,")
    assert mistakes(directory) == [("lanes_with_setups", "units.csv", 3, "lanes")]
