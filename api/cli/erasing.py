"""``erase``: a person's name and address, and all that lets them in.

Knows nothing of the record.
"""

from api.cli.opening import opened
from api.cli.terminal import now, print_json, say
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.erasing import erase


def erase_somebody(url: str, *, who: str, reason: str, as_json: bool) -> None:
    """Says who was erased, and where the name still stands."""
    with opened(url) as database:
        erased = erase(database, actor=LOCAL_ADMINISTRATOR, now=now(), who=who, reason=reason)
    if as_json:
        print_json(erased)
        return
    say(f"Erased: {' and '.join(filter(None, (erased.person, erased.account)))}.")
    for each in erased.mentions:
        rows = "1 row" if each.rows == 1 else f"{each.rows} rows"
        say(f"The name still stands in {rows} of {each.table}, {each.column}: a text that somebody wrote.")
