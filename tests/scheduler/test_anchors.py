"""The anchor file is a chain of its own, which a write that broke off and writers at once leave whole."""

import fcntl
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from models.chains import Head
from scheduler.anchors import append_anchor, read_anchors
from tests.scheduler.small_centre import NOW


def append(file: Path, number: int) -> int:
    return append_anchor(file, NOW + timedelta(minutes=number), {"people": Head(number=number, hash=f"{number:064x}")})


def numbers(file: Path) -> list[int]:
    return [each.head.number for each in read_anchors(file).of_chain["people"]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "anchors.jsonl"
    assert [append(file, number) for number in (1, 2)] == [1, 2]
    return file


@pytest.mark.parametrize("kept", [1, 40, 200])
def test_after_a_line_that_broke_off_the_next_anchors_stand(file: Path, kept: int) -> None:
    with file.open("a") as out:
        out.write(file.read_text().splitlines()[1][:kept])
    assert [append(file, number) for number in (3, 4)] == [4, 5]
    assert (numbers(file), read_anchors(file).broken) == ([1, 2, 3, 4], (3,))


def test_a_line_that_lacks_its_end_only_is_an_anchor(file: Path) -> None:
    file.write_text(file.read_text().removesuffix("\n"))
    assert append(file, 3) == 3
    assert (numbers(file), read_anchors(file).broken) == ([1, 2, 3], ())


def test_after_a_line_that_is_none_they_chain_on_the_last_that_is(file: Path) -> None:
    with file.open("a") as out:
        out.write("not an anchor\n")
    append(file, 3)
    assert read_anchors(file).broken == (3,)


def test_an_edited_line_is_found(file: Path) -> None:
    append(file, 3)
    file.write_text(file.read_text().replace(f"{2:064x}", f"{9:064x}"))
    assert read_anchors(file).broken == (2,)


def test_those_who_write_at_once_write_one_chain(file: Path) -> None:
    with ThreadPoolExecutor(4) as writers:
        counts = list(writers.map(lambda number: append(file, number), range(3, 23)))
    assert sorted(counts) == list(range(3, 23))
    assert read_anchors(file).broken == ()


def test_who_writes_or_reads_waits_for_who_writes(file: Path) -> None:
    done: list[int] = []
    with file.open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        waiting = [Thread(target=lambda: done.append(append(file, 3)))]
        waiting += [Thread(target=lambda: done.append(read_anchors(file).lines))]
        for each in waiting:
            each.start()
            each.join(0.05)
        assert done == []
    for each in waiting:
        each.join()
    assert done[0] in (2, 3)
    assert len(done) == 2
