"""``history``: what happened to an object.

Knows nothing of how it is kept.
"""

from rich.table import Table

from api.cli.opening import opened
from api.cli.terminal import now, print_json, results, say
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.history import EventView, history


def show(url: str, *, kind: str, object_id: str, as_json: bool) -> None:
    """A row per event: when, who, what, why, and the fields that changed."""
    with opened(url) as database:
        found = history(database, actor=LOCAL_ADMINISTRATOR, now=now(), kind=kind, id=object_id)
    if as_json:
        print_json(found)
        return
    table = Table(title=f"History of {kind} {object_id}", title_justify="left")
    for column in ("when (UTC)", "who", "what", "fields"):
        table.add_column(column, overflow="fold")
    for event in found.events:
        table.add_row(f"{event.at:%Y-%m-%d %H:%M:%S}", event.who, _what(event), _fields(event))
    results.print(table)
    if found.more:
        say("There is more: ask with --json, or over REST.")


def _what(event: EventView) -> str:
    return f"{event.verb}: {event.reason}" if event.reason else event.verb


def _fields(event: EventView) -> str:
    return "\n".join(
        f"{each.field}: {each.after}" if each.before is None else f"{each.field}: {each.before} -> {each.after}"
        for each in event.fields
    )
