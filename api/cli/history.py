"""``history``: what happened to an object.

Knows nothing of how it is kept.
"""

from api.cli.opening import opened
from api.cli.places import centre_zones, common_zone
from api.cli.terminal import now, print_json, say
from api.fields import ToldField, told_fields, told_once
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.history import EventView, history
from scheduler.time_words import tell_in_full

LONGEST = 100
"""Characters of a change that are read at a glance."""


def show(url: str, *, kind: str, object_id: str, as_json: bool) -> None:
    """Event by event: when, who, what and why, and a line for each field that changed."""
    with opened(url) as database:
        found = history(database, actor=LOCAL_ADMINISTRATOR, now=now(), kind=kind, id=object_id)
        zone = common_zone(database, centre_zones(database))
    if as_json:
        print_json(found)
        return
    say(f"History of {kind.replace('_', ' ')} {object_id}, from the first on.")
    for event in told_once(found.events):
        say(f"\n{_told(event, zone)}")
        for field in told_fields(event, zone):
            _say_field(field)
    if found.more:
        say("\nThere is more: ask over REST, or on the page of its history.")


def _say_field(field: ToldField) -> None:
    """On one line, or was and is on lines of their own."""
    if field.before is None or len(str(field)) <= LONGEST:
        say(f"    {field}")
        return
    say(f"    {field.name}")
    say(f"      was {field.before}")
    say(f"      is  {field.after}")


def _told(event: EventView, zone: str) -> str:
    signed = f" (signed: {event.meaning})" if event.meaning else ""
    reason = f": {event.reason}" if event.reason else ""
    return f"{tell_in_full(event.at, zone)}, {event.who}: {event.verb}{reason}{signed}"
