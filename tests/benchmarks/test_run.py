"""The command: a row per instance and solver, judged by the rule book; resumable; what is wrong is said."""

import csv
from pathlib import Path

import pytest

from benchmarks.attempt import Answer, Order
from benchmarks.measured import AttemptFailed
from benchmarks.rows import COLUMNS
from benchmarks.run import Asked, main, parse, run
from solver.plan import Assignment, LevelValue, Plan
from tests.benchmarks.written import PROJECT, TWO_MODES, TWO_MODES_OPTIMUM, write_family

HEADER = "family,instance,solver,value,best_known,gap_percent,bound,proven,seconds,peak_mb,checked"


class FakeSolver:
    """Answers every order with the activities one after the other, ``shift`` ticks too early from the second on."""

    def __init__(self, *, shift: int = 0, claims: int | None = None, bound: int = 5) -> None:
        self.shift = shift
        self.claims = claims
        self.bound = bound
        self.orders: list[Order] = []

    def __call__(self, order: Order) -> Answer:
        self.orders.append(order)
        assignments, now = [], 0
        for task in order.problem.requests[0].tasks:
            end = now + task.modes[-1].duration
            assignments.append(Assignment(task=task.id, mode=len(task.modes) - 1, start=now, end=end))
            now = end - self.shift
        value = max(each.end for each in assignments)
        level = LevelValue(name="makespan", value=self.claims or value, bound=self.bound)
        plan = Plan(status="feasible", assignments=tuple(assignments), levels=(level,))
        return Answer(plan=plan, seconds=1.25, peak_mb=100.0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {"j1.sm": PROJECT, "j2.sm": PROJECT, "j3.sm": PROJECT}
    write_family(tmp_path, "rcpsp_j60", files, {"j1.sm": ("9", "9"), "j2.sm": ("6", "6"), "j3.sm": ("", "")})
    return tmp_path


def _asked(
    file: Path | None = None, *, resume: bool = False, peer: str | None = None, sample: int | None = None
) -> Asked:
    return Asked(family="rcpsp_j60", limit=3, workers=2, sample=sample, peer=peer, csv=file, resume=resume)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


def test_a_row_per_instance_with_the_columns_as_promised(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    assert run(_asked(file), root=root, attempt=FakeSolver()) == 0
    assert file.read_text(encoding="utf-8").splitlines()[:3] == [
        HEADER,
        "rcpsp_j60,j1.sm,pilotline,9,9,0.00,5,no,1.25,100,yes",
        "rcpsp_j60,j2.sm,pilotline,9,6,50.00,5,no,1.25,100,yes",
    ]
    assert _rows(file)[2]["gap_percent"] == ""
    assert ",".join(COLUMNS) == HEADER


def test_peer_gets_the_same_instance_limit_and_workers(root: Path) -> None:
    solver = FakeSolver()
    run(_asked(peer="pyjobshop", sample=1), root=root, attempt=solver)
    ours, theirs = solver.orders
    assert (ours.solver, theirs.solver) == ("pilotline", "pyjobshop")
    assert (ours.problem, ours.limit, ours.workers) == (theirs.problem, theirs.limit, theirs.workers)


def test_rows_and_means_are_printed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(_asked(peer="pyjobshop"), root=root, attempt=FakeSolver())
    out = capsys.readouterr().out
    assert out.count("j2.sm") == 2
    assert "pilotline: gap 25.00 %, proven 0, checked 3 of 3, 1.2 s, 100 MB" in out
    assert "pyjobshop: gap 25.00 %" in out


def test_schedule_that_breaks_a_rule_does_not_count(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rows.csv"
    assert run(_asked(file, sample=1), root=root, attempt=FakeSolver(shift=1)) == 1
    (row,) = _rows(file)
    assert (row["checked"], row["gap_percent"], row["proven"]) == ("no", "", "no")
    captured = capsys.readouterr()
    assert "rcpsp_j60/j1.sm by pilotline: " in captured.err
    assert "checked 0 of 1" in captured.out


def test_claimed_value_that_is_not_the_schedules_does_not_count(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(_asked(sample=1), root=root, attempt=FakeSolver(claims=8)) == 1
    assert "it claims 8, the rule book finds 9" in capsys.readouterr().err


def test_bound_above_the_best_known_is_said(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(_asked(), root=root, attempt=FakeSolver(bound=7)) == 1
    assert "j2.sm by pilotline: its bound 7 is above the best known 6" in capsys.readouterr().err


def test_value_below_a_proven_bound_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_family(tmp_path, "rcpsp_j60", {"j1.sm": PROJECT}, {"j1.sm": ("10", "10")})
    assert run(_asked(), root=tmp_path, attempt=FakeSolver()) == 1
    assert "9 is below the proven bound 10" in capsys.readouterr().err


def test_a_schedule_where_none_can_be_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_family(tmp_path, "rcpsp_j60", {"j1.sm": PROJECT}, {"j1.sm": ("unsat", "unsat")})
    file = tmp_path / "rows.csv"
    assert run(_asked(file), root=tmp_path, attempt=FakeSolver()) == 1
    assert "a schedule of 9 where none can be" in capsys.readouterr().err
    assert _rows(file)[0]["best_known"] == "unsat"


def test_a_proof_that_there_is_none_counts_as_proven(tmp_path: Path) -> None:
    write_family(tmp_path, "rcpsp_j60", {"j1.sm": PROJECT}, {"j1.sm": ("unsat", "unsat")})
    file = tmp_path / "rows.csv"
    answer = Answer(plan=Plan(status="infeasible"), seconds=1.0, peak_mb=1.0)
    assert run(_asked(file), root=tmp_path, attempt=lambda _: answer) == 0
    (row,) = _rows(file)
    assert (row["proven"], row["checked"], row["gap_percent"]) == ("yes", "no", "")


def test_attempt_that_fails_is_a_row_without_a_value(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(order: Order) -> Answer:
        raise AttemptFailed(f"{order.solver} ended with status 1", "out of memory")

    file = tmp_path / "rows.csv"
    assert run(_asked(file, sample=1), root=root, attempt=fails) == 1
    assert _rows(file)[0]["value"] == ""
    assert _rows(file)[0]["checked"] == "no"
    assert "out of memory" in capsys.readouterr().err


def test_resume_runs_only_what_is_missing(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rows.csv"
    run(_asked(file, sample=1), root=root, attempt=FakeSolver())
    solver = FakeSolver()
    assert run(_asked(file, resume=True), root=root, attempt=solver) == 0
    assert len(solver.orders) == 2
    assert [row["instance"] for row in _rows(file)] == ["j1.sm", "j2.sm", "j3.sm"]
    assert "checked 3 of 3" in capsys.readouterr().out


def test_resume_after_a_cut_off_line_runs_that_instance_again(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    run(_asked(file), root=root, attempt=FakeSolver())
    file.write_text(file.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    solver = FakeSolver()
    run(_asked(file, resume=True), root=root, attempt=solver)
    assert len(solver.orders) == 1
    assert [row["instance"] for row in _rows(file)] == ["j1.sm", "j2.sm", "j3.sm"]


def test_resume_refuses_another_table(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("name,price\nsoap,3\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 1: expected family,instance"):
        run(_asked(file, resume=True), root=root, attempt=FakeSolver())
    assert "soap" in file.read_text(encoding="utf-8")


class PeerFailsLater(FakeSolver):
    """The peer answers its first order and dies on the others."""

    def __call__(self, order: Order) -> Answer:
        if order.solver == "pyjobshop" and any(earlier.solver == "pyjobshop" for earlier in self.orders):
            raise AttemptFailed("pyjobshop ended with status 1", "")
        return super().__call__(order)


def test_solvers_are_compared_where_all_have_a_schedule(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(_asked(peer="pyjobshop"), root=root, attempt=PeerFailsLater())
    compared = capsys.readouterr().out.split("on the instances that every solver has a gap for\n")[1]
    assert compared.splitlines() == [
        "pilotline: gap 0.00 %, proven 0, checked 1 of 1, 1.2 s, 100 MB",
        "pyjobshop: gap 0.00 %, proven 0, checked 1 of 1, 1.2 s, 100 MB",
    ]


def test_both_solvers_for_real(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_family(tmp_path, "mrcpsp_mmlib50", {"two.mm": TWO_MODES}, {"two.mm": (str(TWO_MODES_OPTIMUM),) * 2})
    monkeypatch.setenv("PILOTLINE_BENCHMARKS", str(tmp_path))
    file = tmp_path / "rows.csv"
    status = main(["mrcpsp_mmlib50", "--limit", "20", "--workers", "1", "--peer", "pyjobshop", "--csv", str(file)])
    assert status == 0, capsys.readouterr().err
    assert [(row["solver"], row["value"], row["proven"], row["checked"]) for row in _rows(file)] == [
        ("pilotline", "6", "yes", "yes"),
        ("pyjobshop", "6", "yes", "yes"),
    ]


def test_csv_that_cannot_be_written_is_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOTLINE_BENCHMARKS", str(root))
    assert main(["rcpsp_j60", "--csv", str(root / "no" / "such" / "rows.csv")]) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["rcpsp_j60", "--limit", "0"],
        ["rcpsp_j60", "--limit", "nan"],
        ["rcpsp_j60", "--workers", "0"],
        ["rcpsp_j60", "--sample", "-1"],
        ["rcpsp_j60", "--peer", "somebody"],
        ["rcpsp_j60", "--resume"],
    ],
)
def test_wrong_use_ends_with_status_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(arguments)
    assert ended.value.code == 2


def test_family_and_folder_errors_have_their_statuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PILOTLINE_BENCHMARKS", str(tmp_path))
    assert main(["no_such_family"]) == 2
    assert main(["fjsspw"]) == 1
    assert main(["rcpsp_j60"]) == 1
    assert "PILOTLINE_BENCHMARKS" in capsys.readouterr().err
