"""Tiny instances in the public formats, written by hand for these tests, with their optima worked out by hand.

Knows no published instance.
"""

from pathlib import Path

# Two parallel activities that need 3 of 4 places each, then a third: 2 + 3 + 4 = 9.
PROJECT = """\
projects                      :  1
jobs (incl. supersource/sink ):  5
RESOURCES
  - renewable                 :  1   R
  - nonrenewable              :  0   N
  - doubly constrained        :  0   D
************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        1          1           4
   3        1          1           4
   4        1          1           5
   5        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1
------------------------------------------------------------------------
  1      1     0       0
  2      1     2       3
  3      1     3       3
  4      1     4       1
  5      1     0       0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1
    4
************************************************************************
"""
PROJECT_OPTIMUM = 9

# Each of two activities is fast for 3 of a consumable or slow for 1; there are 4, so only one can be fast: 1 + 5 = 6
# one after the other (the renewable lets one work at a time).
TWO_MODES = """\
jobs  (incl. supersource/sink ):\t4
RESOURCES
- renewable                 : 1 R
- nonrenewable              : 1 N
- doubly constrained        : 0 D
************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
1\t1\t2\t\t2 3
2\t2\t1\t\t4
3\t2\t1\t\t4
4\t1\t0
************************************************************************
REQUESTS/DURATIONS
jobnr.\tmode\tdur\tR1\tN1
------------------------------------------------------------------------
1\t1\t0\t0\t0
2\t1\t1\t1\t3
\t2\t5\t1\t1
3\t1\t1\t1\t3
\t2\t5\t1\t1
4\t1\t0\t0\t0
************************************************************************
RESOURCE AVAILABILITIES
\tR 1\tN 1
\t1\t4
************************************************************************
"""
TWO_MODES_OPTIMUM = 6

# Job 1: machine 1 for 3 (or 2 for 9), then machine 2 for 2. Job 2: machine 1 for 4 or machine 2 for 4. Job 2 takes
# machine 1 after job 1's first operation: 3 + 4 = 7; or machine 2 first: 4, then job 1's second until 6.
JOB_SHOP = """\
2 2 1.5
2 2 1 3 2 9 1 2 2
1 2 1 4 2 4
"""
JOB_SHOP_OPTIMUM = 6


# Three activities; the second starts 2 to 4 after the first, the third 5 after the second at the soonest.
# All need the one place, so the second can only follow the first at 3: 3 + 5 + 1 = 9.
LAGGED = """\
3\t1\t0\t0
0\t1\t1\t1\t[0]
1\t1\t1\t2\t[2]
2\t1\t2\t1\t3\t[-4]\t[5]
3\t1\t1\t4\t[1]
4\t1\t0
0\t1\t0\t0
1\t1\t3\t1
2\t1\t2\t1
3\t1\t1\t1
4\t1\t0\t0
1
"""
LAGGED_OPTIMUM = 9

# Two projects of one activity each, with a start and an end, that share 4 of one resource: 3 each, so 5 + 2 = 7.
PORTFOLIO = """\
  2
  1
  4

   3   0
   1

   0   0   1   1:2
   5   3   1   1:3
   0   0   0

   3   0
   1

   0   0   1   2:2
   2   3   1   2:3
   0   0   0
"""
PORTFOLIO_OPTIMUM = 7

# One job of two operations: on machine 1 by worker 1 (3) or 2 (5), then on machine 2 by worker 1 (4). Another job of
# one: on machine 2 by worker 1 (2). With worker 2 on machine 1: 5 + 4; with worker 1 everywhere: 3 + 4 + 2.
WORKERS = """\
2 2 2
2 1 1 2 1 3 2 5 1 2 1 1 4
1 1 2 1 1 2
"""
WORKERS_OPTIMUM = 9


def write_family(root: Path, family: str, files: dict[str, str], bounds: dict[str, tuple[str, str]]) -> None:
    """A family's folder as it is published: the files, and their best known bounds."""
    folder = root / family / "instances"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    lines = [f"{name},{lower},{upper}" for name, (lower, upper) in bounds.items()]
    (root / family / "best_known.csv").write_text(
        "\n".join(["instance,lower_bound,upper_bound", *lines]) + "\n", encoding="utf-8"
    )
