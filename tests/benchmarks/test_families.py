"""Families are found where they lie, and what is missing is named."""

from pathlib import Path

import pytest

from benchmarks.families import (
    DEFAULT_FOLDER,
    InstancesMissing,
    Known,
    UnknownFamily,
    UnreadableInstance,
    folder,
    instances,
    spread,
)
from tests.benchmarks.written import JOB_SHOP, write_family


def _ten(root: Path) -> None:
    names = [f"mk{number}.txt" for number in range(1, 11)]
    bounds = {"mk1.txt": ("3", "4"), "mk2.txt": ("", ""), "mk3.txt": ("unsat", "unsat")}
    write_family(root, "fjsp_mk", dict.fromkeys(names, JOB_SHOP), bounds)


def test_instances_come_in_natural_order_with_what_is_known(tmp_path: Path) -> None:
    _ten(tmp_path)
    found = instances("fjsp_mk", root=tmp_path)
    assert [instance.name for instance in found] == [f"mk{number}.txt" for number in range(1, 11)]
    assert found[0].known == Known(lower=3, upper=4)
    assert [instance.known for instance in found[1:4]] == [Known(), Known(unsat=True), Known()]


def test_sample_is_spread_from_the_first_to_the_last(tmp_path: Path) -> None:
    _ten(tmp_path)
    found = instances("fjsp_mk", root=tmp_path)
    assert [instance.name for instance in spread(found, count=4)] == ["mk1.txt", "mk4.txt", "mk7.txt", "mk10.txt"]
    assert spread(found, count=1) == found[:1]
    assert spread(found, count=99) == found
    assert spread(found, count=None) == found


def test_sample_has_no_instance_twice(tmp_path: Path) -> None:
    _ten(tmp_path)
    found = instances("fjsp_mk", root=tmp_path)
    for count in range(1, 11):
        assert len({instance.name for instance in spread(found, count=count)}) == count


def test_folder_comes_from_the_environment() -> None:
    assert folder({"PILOTLINE_BENCHMARKS": "/somewhere"}) == Path("/somewhere")
    assert folder({}) == DEFAULT_FOLDER


def test_file_that_is_no_instance_is_named(tmp_path: Path) -> None:
    write_family(tmp_path, "rcpsp_j60", {"letter.sm": "Dear colleague,\n"}, {})
    write_family(tmp_path, "fjsp_mk", {"letter.txt": "1 1\n5 1 1\n"}, {})
    for family in ("rcpsp_j60", "fjsp_mk"):
        (found,) = instances(family, root=tmp_path)
        with pytest.raises(UnreadableInstance, match="letter"):
            found.problem()


def test_unknown_family_is_named_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownFamily, match=r"'rcpsp_j61'; known are rcpsp_j60, rcpsp_j120"):
        instances("rcpsp_j61", root=tmp_path)


def test_missing_folder_names_the_variable(tmp_path: Path) -> None:
    with pytest.raises(InstancesMissing, match="PILOTLINE_BENCHMARKS"):
        instances("rcpsp_j60", root=tmp_path / "nowhere")


def test_missing_bounds_are_named(tmp_path: Path) -> None:
    _ten(tmp_path)
    (tmp_path / "fjsp_mk" / "best_known.csv").unlink()
    with pytest.raises(InstancesMissing, match=r"best_known\.csv"):
        instances("fjsp_mk", root=tmp_path)
