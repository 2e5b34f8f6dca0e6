"""An attempt runs in its own process, its memory is that of the tree, and nothing is left behind."""

from pathlib import Path

import pytest

from benchmarks.attempt import Answer, Order
from benchmarks.job_shops import read_job_shop
from benchmarks.measured import AttemptFailed, measured, tree_mb
from solver.plan import Plan
from solver.problem import Problem
from tests.benchmarks.written import JOB_SHOP, JOB_SHOP_OPTIMUM


@pytest.fixture
def problem(tmp_path: Path) -> Problem:
    path = tmp_path / "written.txt"
    path.write_text(JOB_SHOP, encoding="utf-8")
    return read_job_shop(path)


def test_order_and_answer_survive_the_way_through_json(problem: Problem) -> None:
    order = Order(solver="pyjobshop", problem=problem, limit=2.5, workers=1, seed=3)
    assert Order.from_json(order.to_json()) == order
    answer = Answer(plan=Plan(status="unknown"), seconds=0.5, peak_mb=12.0)
    assert Answer.from_json(answer.to_json()) == answer


def test_peer_answers_from_its_own_process(problem: Problem) -> None:
    answer = measured(Order(solver="pyjobshop", problem=problem, limit=10, workers=1))
    assert answer.plan.levels[0].value == JOB_SHOP_OPTIMUM
    assert answer.seconds < 10
    assert answer.peak_mb > 20


def test_own_solver_answers_from_its_own_process(problem: Problem) -> None:
    answer = measured(Order(solver="pilotline", problem=problem, limit=10, workers=1))
    assert answer.plan.levels[0].value == JOB_SHOP_OPTIMUM
    assert answer.peak_mb > 20


def test_solver_that_dies_is_named_with_its_last_words(problem: Problem) -> None:
    with pytest.raises(AttemptFailed, match=r"nobody ended with status 1(.|\n)*KeyError"):
        measured(Order(solver="nobody", problem=problem, limit=10, workers=1))


def test_solver_that_outstays_its_limit_is_killed(problem: Problem) -> None:
    with pytest.raises(AttemptFailed, match="still running"):
        measured(Order(solver="pyjobshop", problem=problem, limit=0.01, workers=1), grace=0.01)


def _process(proc: Path, pid: int, *, parent: int, proportional_kb: int) -> None:
    folder = proc / str(pid)
    folder.mkdir(parents=True)
    (folder / "stat").write_text(f"{pid} (a (strange) name) S {parent} {pid} {pid} 0 -1", encoding="utf-8")
    (folder / "smaps_rollup").write_text(f"Rss: 999999 kB\nPss:  {proportional_kb} kB\n", encoding="utf-8")


def test_memory_is_that_of_the_process_and_all_below_it(tmp_path: Path) -> None:
    _process(tmp_path, 10, parent=1, proportional_kb=1024)
    _process(tmp_path, 11, parent=10, proportional_kb=2048)
    _process(tmp_path, 12, parent=11, proportional_kb=4096)
    _process(tmp_path, 13, parent=1, proportional_kb=8192)
    assert tree_mb(10, proc=tmp_path) == 1 + 2 + 4


def test_process_that_ends_while_it_is_looked_at_counts_nothing(tmp_path: Path) -> None:
    _process(tmp_path, 10, parent=1, proportional_kb=1024)
    (tmp_path / "11").mkdir()
    assert tree_mb(10, proc=tmp_path) == 1
    assert tree_mb(99, proc=tmp_path) == 0
