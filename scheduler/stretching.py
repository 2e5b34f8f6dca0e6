"""Where a run's holds are when it begins or ends at another time than was booked.

Knows no database: rows in, places out.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from models.holding import Place
from models.queries.runs import is_changeover
from models.tables import Hold, Run


def stretched(run: Run, holds: Iterable[Hold], start: datetime, end: datetime) -> list[Place]:
    """The places of a run's holds when it lasts from ``start`` to ``end``.

    What reaches to an end of the run reaches to the new one, what lies beyond it is cut off. Setup before it ends when
    it begins; cleaning after it begins when it ends, and lasts as long as it would have.
    """
    return [
        (hold.resource_id, hold.lane, since, until)
        for hold in holds
        for since, until in _placed(run, hold, start, end)
        if since < until
    ]


def _placed(run: Run, hold: Hold, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    if not is_changeover(run, hold):
        since = start if hold.start_at == run.start_at else max(hold.start_at, start)
        yield since, end if hold.end_at == run.end_at else min(hold.end_at, end)
    elif hold.end_at <= run.start_at:
        yield hold.start_at, min(hold.end_at, start)
    else:
        later = end - run.end_at
        yield hold.start_at + later, hold.end_at + later
