"""Text ids of the solver's things, made from stored rows and the same in every problem.

Knows nothing of what stands in the rows.
"""

from models.tables import Run


def unit_id(row_id: int) -> str:
    return f"U{row_id}"


def person_id(row_id: int) -> str:
    return f"P{row_id}"


def capacity_id(row_id: int) -> str:
    return f"C{row_id}"


def stock_id(row_id: int) -> str:
    return f"S{row_id}"


def laboratory_id(row_id: int) -> str:
    return f"L{row_id}"


def organisation_id(row_id: int) -> str:
    return f"O{row_id}"


def cluster_id(row_id: int) -> str:
    return f"K{row_id}"


def share_id(cluster_row_id: int, centre_row_id: int) -> str:
    """What was agreed for a cluster counts at one centre."""
    return f"{cluster_id(cluster_row_id)}@{centre_row_id}"


def share_rows(text_id: str) -> tuple[int, int]:
    """The cluster and the centre of a share."""
    cluster, _, centre = text_id.partition("@")
    return row_id(cluster), int(centre)


def request_id(row_id: int) -> str:
    return f"R{row_id}"


def task_id(request_row_id: int, operation: int, number: int) -> str:
    """Run ``number`` of operation ``operation`` (both from 1) of a request."""
    return f"R{request_row_id}/{operation}/{number}"


def hand_id(run_row_id: int) -> str:
    """Units booked by hand, as a request of its own; its one task is ``H…/1/1``."""
    return f"H{run_row_id}"


def booked_task_id(run: Run) -> str:
    """The task that a booked run is in every problem."""
    assert run.id is not None
    if run.request_id is None or run.operation is None or run.number is None:
        return f"{hand_id(run.id)}/1/1"
    return task_id(run.request_id, run.operation, run.number)


def skill_id(centre_row_id: int, skill: str) -> str:
    """A skill counts at its centre only."""
    return f"{centre_row_id}:{skill}"


def row_id(text_id: str) -> int:
    """The stored row behind a text id (for tasks: that of the request)."""
    return int(text_id[1:].split("/")[0])
