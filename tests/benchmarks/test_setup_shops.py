"""Job shops with setups become problems in which every operation is a family of its own, for us and for the peer."""

from pathlib import Path

import pytest

from benchmarks.pyjobshop_peer import NotForThePeer, solve_with_pyjobshop
from benchmarks.setup_shops import Leftover, read_setup_shop
from solver.model import solve_model
from solver.problem import Problem, Setup, Unit
from solver.rules import judge

# Both jobs on machine 1; job 2 could go to machine 2 as well, slower. J1 first costs a setup of 4, J2 first one of 1.
SHOP = "2 2 1.5\n1 1 1 5\n1 2 1 3 2 20\n\n0 4\n1 0\n\n9 9\n9 9\n"
OPTIMUM = 3 + 1 + 5


def read(tmp_path: Path, text: str) -> Problem:
    path = tmp_path / "written.fjs"
    path.write_text(text, encoding="utf-8")
    return read_setup_shop(path)


def test_setups_are_between_operations_that_the_machine_can_do(tmp_path: Path) -> None:
    problem = read(tmp_path, SHOP)
    first, second = problem.units
    assert first.setups == (
        Setup(frm="J1/1", to="J2/1", length=4),
        Setup(frm="J2/1", to="J1/1", length=1),
    )
    assert second.setups == ()
    assert problem.requests[1].tasks[0].modes[0].units[0].family == "J2/1"
    assert problem.horizon == 5 + 20 + 4 + 1


def test_the_optimum_heeds_them_and_so_does_the_peer(tmp_path: Path) -> None:
    problem = read(tmp_path, SHOP)
    answer = solve_model(problem, level=0)
    assert (answer.status, answer.bound) == ("optimal", OPTIMUM)
    peer = solve_with_pyjobshop(problem, limit=5, workers=1, seed=0)
    assert (peer.status, peer.levels[0].value) == ("optimal", OPTIMUM)
    assert judge(problem, peer) == ()


def test_the_peer_is_not_asked_for_other_setups(tmp_path: Path) -> None:
    problem = read(tmp_path, SHOP)
    unit = Unit(id="M1", open=problem.units[0].open, setups=(Setup(frm="a", to="b", length=1, skill="clean"),))
    with pytest.raises(NotForThePeer):
        solve_with_pyjobshop(
            Problem(
                horizon=problem.horizon,
                calendar_end=problem.calendar_end,
                commit_until=problem.horizon,
                levels=problem.levels,
                requests=problem.requests,
                units=(unit, problem.units[1]),
            ),
            limit=1,
            workers=1,
            seed=0,
        )


@pytest.mark.parametrize("text", [SHOP + "7\n", SHOP[:-4], "2 2\n1 1 1 x\n"])
def test_a_broken_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises((Leftover, ValueError)):
        read(tmp_path, text)
