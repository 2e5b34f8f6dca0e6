"""``audit``: whether the record is whole and guarded, anchoring it, and replaying it.

Knows nothing of hashes.
"""

from pathlib import Path

import typer

from api.cli.opening import opened
from api.cli.terminal import now, print_json, say
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.auditing import WHAT_TO_DO, anchor_audit, replay_audit, restore_guards, verify_audit

NOT_WHOLE = 1


def verify(url: str, *, anchor: Path | None, as_json: bool) -> None:
    """Says of every chain how long it is, and everything that was done to it; exits with 1 where anything was. A
    database whose guards are gone is looked at all the same."""
    with opened(url, unguarded=True) as database:
        found = verify_audit(database, actor=LOCAL_ADMINISTRATOR, now=now(), anchor=anchor)
    if as_json:
        print_json(found)
    else:
        for chain in found.chains:
            say(f"{chain.chain}: {chain.events} events, the last {chain.hash[:16]}…")
        for each in found.findings:
            say(each.text)
        said = (
            ". Whether events were cut off at a chain's end only an anchor file can tell (--anchor)"
            if found.anchors is None
            else f", held against {found.anchors} anchor{'' if found.anchors == 1 else 's'}"
        )
        say(f"{len(found.findings)} found{said}." if found.findings else f"The record is whole{said}.")
    if found.findings:
        raise typer.Exit(NOT_WHOLE)


def anchor(url: str, *, file: Path, as_json: bool) -> None:
    """Writes a line to the anchor file."""
    with opened(url) as database:
        written = anchor_audit(database, actor=LOCAL_ADMINISTRATOR, now=now(), file=file)
    if as_json:
        print_json(written)
    else:
        say(f"Anchor {written.line} is in {written.file}: the ends of {len(written.chains)} chains.")


def replay(url: str, *, as_json: bool) -> None:
    """Says where the tables are not what the record tells; exits with 1 where they are not."""
    with opened(url, unguarded=True) as database:
        found = replay_audit(database, actor=LOCAL_ADMINISTRATOR, now=now())
    if as_json:
        print_json(found)
    else:
        for each in found.differences:
            say(each.text)
        number = f"{len(found.differences)}{' and more' if found.more else ''}"
        say(f"{number} rows differ." if found.differences else "The tables are what the record tells.")
    if found.differences:
        raise typer.Exit(NOT_WHOLE)


def guards(url: str, *, restore: bool, as_json: bool) -> None:
    """Says which guards are gone and makes them anew where that is asked; exits with 1 where any stays gone."""
    with opened(url, unguarded=True) as database:
        missing = tuple(database.missing_guards().values())
        if restore:
            restore_guards(database, actor=LOCAL_ADMINISTRATOR, now=now())
    if as_json:
        print_json({"missing": missing, "restored": restore})
    elif not missing:
        say("Every guard is in its place.")
    for what in () if as_json else missing:
        say(f"Restored: {what}." if restore else f"The database lacks {what}. {WHAT_TO_DO}")
    if missing and not restore:
        raise typer.Exit(NOT_WHOLE)
