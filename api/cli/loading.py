"""``load``: a folder of lists read into the database.

Knows nothing of the formats of the files.
"""

from pathlib import Path

from api.cli.moments import coming_week
from api.cli.opening import opened
from api.cli.tables import show_unsettled
from api.cli.terminal import now, print_json, say
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.loading import load_directory


def load(url: str, *, directory: Path, week: str | None, as_json: bool) -> None:
    """Reads a folder of lists; dates in it count from ``week``, ``None``: the one after this."""
    chosen = week or coming_week(now(), "UTC")
    with opened(url) as database:
        loaded = load_directory(database, actor=LOCAL_ADMINISTRATOR, now=now(), directory=directory, week=chosen)
    if as_json:
        print_json(loaded)
    else:
        say(f"Loaded {directory} for {chosen}: {loaded.text}")
        for each in loaded.unsettled:
            show_unsettled(each)
