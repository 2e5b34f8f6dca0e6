"""``erase``: a person's name and address, and all that lets them in.

Knows nothing of the record.
"""

import sys

import typer

from api.cli.opening import opened
from api.cli.terminal import now, print_json, remark, say
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.erasing import ToErase, erase, look_before_erasing


def erase_somebody(url: str, *, who: str, reason: str, yes: bool, as_json: bool) -> None:
    """Says who was erased, and where the name still stands; asks back first, unless ``yes``."""
    with opened(url) as database:
        if not yes:
            _ask_back(look_before_erasing(database, actor=LOCAL_ADMINISTRATOR, now=now(), who=who), as_json=as_json)
        erased = erase(database, actor=LOCAL_ADMINISTRATOR, now=now(), who=who, reason=reason)
    if as_json:
        print_json(erased)
        return
    say(f"Erased: {' and '.join(filter(None, (erased.person, erased.account)))}.")
    for each in erased.mentions:
        rows = "1 row" if each.rows == 1 else f"{each.rows} rows"
        say(f"The name still stands in {rows} of {each.table}, {each.column}: a text that somebody wrote.")


def _ask_back(asked: ToErase, *, as_json: bool) -> None:
    """Goes on only where somebody says yes."""
    if as_json or not sys.stdin.isatty():
        raise typer.BadParameter("an erasure is for good: say --yes where nobody can be asked", param_hint="--yes")
    for centre in asked.managed_alone:
        remark(f"Nobody else is lab manager of {centre}.")
    details = ", ".join(filter(None, (asked.name, asked.email)))
    known = " and ".join(filter(None, (asked.person, asked.account)))
    remark(f"Blank {known} ({details or 'no name, no address'}) for good? [y/N]")
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        remark("Nobody was erased.")
        raise typer.Exit(1)
