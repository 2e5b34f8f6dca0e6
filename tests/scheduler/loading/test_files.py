"""The form of files: headers, encodings, cells, and every mistake at once."""

from pathlib import Path

import pytest

from scheduler.loading.checks import check
from scheduler.loading.files import read_lists
from scheduler.loading.lines import LISTS, RequestLine, UnitLine
from scheduler.loading.mistakes import BadFiles, Mistake
from tests.scheduler.loading.directory import WEEK, append, put, replace


def mistakes(directory: Path) -> list[tuple[str, str, int | None, str]]:
    return [(each.code, each.file, each.row, each.column) for each in told(directory)]


def told(directory: Path) -> tuple[Mistake, ...]:
    with pytest.raises(BadFiles) as caught:
        check(read_lists(directory), week=WEEK)
    return caught.value.mistakes


def test_lists_without_a_mistake_are_read_whole(directory: Path) -> None:
    checked = check(read_lists(directory), week=WEEK)
    assert [unit.unit for unit in checked.lists.of(UnitLine)] == ["PRINT-1", "OVEN-1", "OVEN-2"]
    assert [unit.lanes for unit in checked.lists.of(UnitLine)] == [1, 2, 1]
    assert [request.priority for request in checked.lists.of(RequestLine)] == ["high", "normal"]


def test_what_spreadsheets_do_to_files_is_no_mistake(directory: Path) -> None:
    """A byte order mark, CR LF, columns in another order, empty rows, cells left out or added at the end, quotes."""
    units = "laboratory,unit,name,type,lanes,cleaning_family,buffer_minutes,usable_minutes,hour_cost\r\n\r\n"
    units += (
        'smt,"PRINT-1", Printer ,printer,,screens\r\n,,,,,\r\nclimate,OVEN-1,"Oven, 1",oven,2,hot,,,,\r\n'
        "climate,OVEN-2,O,oven\r\n"
    )
    (directory / "units.csv").write_bytes(b"\xef\xbb\xbf" + units.encode())
    checked = check(read_lists(directory), week=WEEK)
    rows = {unit.unit: (unit.row, unit.name, unit.lanes) for unit in checked.lists.of(UnitLine)}
    assert rows == {"PRINT-1": (3, "Printer", 1), "OVEN-1": (5, "Oven, 1", 2), "OVEN-2": (6, "O", 1)}


@pytest.mark.parametrize("file", [*(kind.file for kind in LISTS if not kind.optional), "settings.yaml"])
def test_a_missing_file_is_told_and_what_refers_to_it_is_not(directory: Path, file: str) -> None:
    (directory / file).unlink()
    assert mistakes(directory) == [("missing_file", file, None, "")]


def test_a_file_that_nobody_reads_is_told(directory: Path) -> None:
    (directory / "unit.csv").write_text("unit\n")
    assert mistakes(directory) == [("unknown_file", "unit.csv", None, "")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        ("unit,name\nx,Ж\n".encode("cp1251"), "not_utf8"),
        (b'unit\n"open', "bad_csv"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(directory: Path, content: bytes, code: str) -> None:
    (directory / "units.csv").write_bytes(content)
    assert mistakes(directory) == [(code, "units.csv", 2 if code == "bad_csv" else None, "")]


def test_headers_are_checked(directory: Path) -> None:
    replace(directory, "stocks.csv", "stock,centre,name,measure", "stock,centre,title,measure,measure")
    assert mistakes(directory) == [
        ("unknown_column", "stocks.csv", 1, "title"),
        ("repeated_column", "stocks.csv", 1, "measure"),
        ("missing_column", "stocks.csv", 1, "name"),
    ]


@pytest.mark.parametrize(("sign", "name"), [(";", "semicolon"), ("\t", "tab")])
def test_other_separators_are_told_with_what_to_do(directory: Path, sign: str, name: str) -> None:
    replace(directory, "stocks.csv", ",", sign)
    (mistake,) = told(directory)
    assert (mistake.code, mistake.file) == ("not_comma_separated", "stocks.csv")
    assert f"looks like a {name}-separated file: save it as comma separated, UTF-8" in mistake.text


@pytest.mark.parametrize("encoding", ["cp1251", "latin-1", "utf-16", "utf-16-le", "utf-32"])
def test_a_file_in_another_encoding_is_told_with_what_to_do(directory: Path, encoding: str) -> None:
    word = "Ø" if encoding == "latin-1" else "Печь"
    replace(directory, "units.csv", "Oven 1", word)
    text = (directory / "units.csv").read_text("utf-8")
    (directory / "units.csv").write_bytes(text.encode(encoding))
    (mistake,) = told(directory)
    assert (mistake.code, mistake.file) == ("not_utf8", "units.csv")
    assert "save it as comma separated, UTF-8" in mistake.text
    guess = {"utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-32": "UTF-32"}.get(encoding, "row 3 looks like a Windows")
    assert guess in mistake.text


def test_a_byte_order_mark_is_no_part_of_the_header(directory: Path) -> None:
    for file in ("units.csv", "settings.yaml"):
        text = (directory / file).read_text("utf-8")
        (directory / file).write_text(text, "utf-8-sig")
    check(read_lists(directory), week=WEEK)


def test_a_row_with_too_many_cells_is_told(directory: Path) -> None:
    row = append(directory, "clusters.csv", "space,Space, ships")
    assert mistakes(directory) == [("wrong_cell_count", "clusters.csv", row, "")]


def test_every_mistake_of_every_file_is_told_in_order(directory: Path) -> None:
    put(directory, "units.csv", 2, "lanes", "two")
    put(directory, "units.csv", 3, "name", "")
    put(directory, "units.csv", 3, "lanes", "0")
    put(directory, "shifts.csv", 2, "days", "weekdays")
    put(directory, "requests.csv", 3, "release", "tomorrow")
    append(directory, "stocks.csv", "tape,elsewhere,Tape,m")
    assert mistakes(directory) == [
        ("bad_number", "units.csv", 2, "lanes"),
        ("blank_cell", "units.csv", 3, "name"),
        ("bad_number", "units.csv", 3, "lanes"),
        ("unknown_reference", "stocks.csv", 3, "centre"),
        ("bad_days", "shifts.csv", 2, "days"),
        ("bad_date", "requests.csv", 3, "release"),
    ]


def test_a_mistake_is_a_sentence_with_its_place(directory: Path) -> None:
    put(directory, "units.csv", 3, "lanes", "two")
    (mistake,) = told(directory)
    assert mistake.text == "units.csv, row 3, column lanes: found 'two', expected a whole number from 1 to 1000."


def test_a_refusal_carries_each_mistake_as_a_reason(directory: Path) -> None:
    put(directory, "units.csv", 3, "lanes", "two")
    put(directory, "units.csv", 2, "lanes", "one")
    with pytest.raises(BadFiles, match="2 mistakes; nothing was stored") as caught:
        check(read_lists(directory), week=WEEK)
    assert [reason.code for reason in caught.value.reasons] == ["bad_number", "bad_number"]
    assert dict(caught.value.reasons[0].facts)["row"] == 2


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("centres:\n  works: {zone: Europe/Moskow}\n", "unknown_zone", "centres.works.zone"),
        ("centres:\n  works: {zone: localtime}\n", "unknown_zone", "centres.works.zone"),
        ("centres:\n  works: {tick_minutes: 5}\n", "unknown_zone", "centres.works.zone"),
        ("centres:\n  works: {zone: UTC, tick_minutes: 7}\n", "bad_settings", "centres.works.tick_minutes"),
        ("centres:\n  works: {zone: UTC, colour: red}\n", "bad_settings", "centres.works.colour"),
        ("centres:\n  works: {zone: UTC, freeze_hours: 2026-01-01}\n", "bad_settings", "centres.works.freeze_hours"),
        ("centres:\n  works: UTC\n", "bad_settings", "centres.works"),
        ("centers: {}\n", "bad_settings", ""),
        ("[]", "bad_settings", ""),
        ("centres: {works: {zone: UTC}, works: {zone: UTC}}\n", "bad_yaml", ""),
        ("centres: &a {works: {zone: UTC}}\nmore: *a\n", "bad_yaml", ""),
        ("centres: [\n", "bad_yaml", ""),
        ("centres: !!python/object:os.system {}\n", "bad_yaml", ""),
    ],
)
def test_settings_that_cannot_be_used_are_told(directory: Path, text: str, code: str, column: str) -> None:
    (directory / "settings.yaml").write_text(text)
    assert [(each.code, each.column) for each in told(directory)] == [(code, column)]


def test_a_centre_without_settings_and_settings_without_a_centre_are_told(directory: Path) -> None:
    (directory / "settings.yaml").write_text("centres:\n  wroks: {zone: UTC}\n")
    assert mistakes(directory) == [
        ("unknown_reference", "settings.yaml", None, "centres.wroks"),
        ("missing_settings", "centres.csv", 2, "centre"),
    ]
