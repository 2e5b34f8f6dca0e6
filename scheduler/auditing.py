"""Proving the record: whether its chains are whole, anchoring them outside, and whether the tables are what it tells.

Knows nothing of what the events mean.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlmodel import Session

from models.audit import PEOPLE, record
from models.chains import Head, Tampering, heads, order_of, verify
from models.database import Database
from models.guard import held_twice, restore_guard
from models.queries.record import put_due_work, was_due
from models.queries.recorded import lost_chains
from models.replay import Difference, differences
from scheduler.access import check_may
from scheduler.actors import Actor
from scheduler.anchors import AnchorFileUnusable, Anchors, append_anchor, read_anchors
from scheduler.errors import NotPossibleNow, VerifyingAlready
from scheduler.events import readable_chains

ANCHOR_EVERY = timedelta(hours=1)
MOST_DIFFERENCES = 1_000
WHAT_TO_DO = (
    "Somebody with rights of their own on the database took it away, or a copy was made without it. Keep a copy as it "
    "is now, see what `pilotline audit verify --anchor FILE` and `pilotline audit replay` find, and put it back with "
    "`pilotline audit guards --restore`."
)
"""About a guard that is missing."""
_verifying = threading.Lock()


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something that was done to the record. ``chain``: ``centre:<id>``, ``people``, ``anchors`` for a line of the
    anchor file, or ``guards`` for a guard of the database that is gone; ``number`` to ``last``: which events, or
    lines; 0 where there is none of a chain."""

    chain: str
    number: int
    last: int
    kind: str
    expected: str
    found: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChainView:
    """A chain with its end."""

    chain: str
    events: int
    hash: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """``anchors``: how many lines of an anchor file it was held against, ``None`` for none; ``anchored``: when the last
    of them was written; ``unanchored``: why a file that there should be could not be used."""

    chains: tuple[ChainView, ...]
    anchors: int | None
    anchored: datetime | None
    unanchored: str | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AnchorView:
    """What was written to the anchor file, as its ``line``."""

    file: str
    line: int
    at: datetime
    chains: tuple[ChainView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DifferenceView:
    """A row that is not what the record tells."""

    table: str
    key: tuple[Any, ...]
    kind: str
    told: dict[str, Any]
    stored: dict[str, Any]
    event: int | None
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplayView:
    """The differences, of which at most ``MOST_DIFFERENCES`` are listed."""

    differences: tuple[DifferenceView, ...]
    more: bool


def anchor_audit(database: Database, *, actor: Actor, now: datetime, file: Path) -> AnchorView:
    """Writes where each chain ends to a file that may lie elsewhere. Raises ``AnchorFileUnusable``."""
    with database.reading() as session:
        ends = heads(session)
    line = append_anchor(file, now, ends)
    return AnchorView(file=str(file), line=line, at=now, chains=_chains(ends))


def verify_audit(
    database: Database, *, actor: Actor, now: datetime, anchor: Path | None = None, must_be_anchored: bool = True
) -> Verified:
    """Reads every event of every chain that the actor may read. Without an anchor file neither a cut end nor a chain
    that was made anew shows; unless it ``must_be_anchored``, one that cannot be used is said and done without.

    Raises ``AnchorFileUnusable``, ``Forbidden``, ``VerifyingAlready``.
    """
    check_may(actor, "read record")
    with _alone():
        return _verified(database, readable_chains(actor), anchor, must_be_anchored)


@contextmanager
def _alone() -> Iterator[None]:
    """One at a time in a process: each reads the whole record, and would keep all others from their work."""
    if not _verifying.acquire(blocking=False):
        raise VerifyingAlready("The record is being verified for somebody already: ask again when that is done.")
    try:
        yield
    finally:
        _verifying.release()


def _verified(database: Database, open_to: frozenset[str] | None, anchor: Path | None, must: bool) -> Verified:
    anchors, unanchored = _read(anchor, must=must)
    findings = [_missing(what) for what in database.missing_guards().values()]
    findings += [] if anchors is None else [_broken_line(number) for number in anchors.broken]
    with database.reading() as session:
        ends = {chain: head for chain, head in heads(session).items() if open_to is None or chain in open_to}
        for chain in sorted({*ends, *_anchored(anchors, open_to)}, key=order_of):
            known = anchors.of_chain.get(chain, ()) if anchors else ()
            findings += [_finding(each) for each in verify(session, chain, known)]
        told_of = {each.chain for each in findings}
        lost = [chain for chain in lost_chains(session) if open_to is None or chain in open_to]
        findings += [_lost(chain) for chain in lost if chain not in told_of]
    return Verified(
        chains=_chains(ends),
        anchors=None if anchors is None else anchors.lines,
        anchored=None if anchors is None else anchors.last_at,
        unanchored=unanchored,
        findings=tuple(findings),
    )


def _read(file: Path | None, *, must: bool) -> tuple[Anchors | None, str | None]:
    """What the anchor file says, or why it says nothing."""
    try:
        return (None if file is None else read_anchors(file)), None
    except AnchorFileUnusable as refusal:
        if must:
            raise
        return None, refusal.text


def _anchored(anchors: Anchors | None, open_to: frozenset[str] | None) -> Iterator[str]:
    """The chains of which an anchor tells: one may be gone altogether."""
    return (chain for chain in (anchors.of_chain if anchors else ()) if open_to is None or chain in open_to)


def restore_guards(database: Database, *, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Makes every guard anew that the database lacks; what each is. Each is an event.

    Raises ``NotPossibleNow`` where something is held twice, ``Forbidden``.
    """
    check_may(actor, "change settings")
    missing = database.missing_guards()

    def command(session: Session) -> None:
        connection = session.connection()
        twice = held_twice(connection) if any(name.startswith("hold_guard") for name in missing) else None
        if twice is not None:
            text = "Runs {} and {} hold one lane at once: cancel a booking of one of them first.".format(*twice)
            raise NotPossibleNow(text)
        for name in missing:
            restore_guard(connection, name)
            verb, kind = "restored guard", "guard"
            record(session, chain=PEOPLE, at=now, actor=actor.key, verb=verb, object_kind=kind, object_id=name)

    database.write(command)
    return tuple(missing.values())


def replay_audit(database: Database, *, actor: Actor, now: datetime) -> ReplayView:
    """Rebuilds the rows of every domain table from the events and compares them with the live tables."""
    with database.reading() as session:
        found = list(islice(_differences(session), MOST_DIFFERENCES + 1))
    return ReplayView(differences=tuple(found[:MOST_DIFFERENCES]), more=len(found) > MOST_DIFFERENCES)


def start_anchoring(database: Database, *, now: datetime, file: Path) -> None:
    """Makes the next regular anchor due, where it is not yet: one each full hour."""
    due_at = (now + ANCHOR_EVERY).replace(minute=0, second=0, microsecond=0)
    subject = f"{file} {due_at:%Y-%m-%dT%H}"

    def command(session: Session) -> None:
        if not was_due(session, kind="anchor", subject=subject):
            put_due_work(session, kind="anchor", subject=subject, payload={"file": str(file)}, due_at=due_at)

    database.write(command)


def anchor_at_start(database: Database, *, now: datetime, file: Path) -> None:
    """Makes an anchor due at once, beside the regular ones: a server that has just been started has one in its file."""
    subject, payload = f"{file} at start", {"file": str(file)}
    database.write(lambda session: put_due_work(session, kind="anchor", subject=subject, payload=payload, due_at=now))


def _differences(session: Session) -> Iterator[DifferenceView]:
    return map(_difference, differences(session))


def _chains(ends: dict[str, Head]) -> tuple[ChainView, ...]:
    return tuple(ChainView(chain=chain, events=head.number, hash=head.hash) for chain, head in ends.items())


_SAID = {
    "edited": "{events} of {chain} {was} edited",
    "deleted": "{events} of {chain} {was} deleted",
    "inserted": "{events} of {chain} {was} inserted",
    "swapped": "Events {number} and {last} of {chain} were swapped",
    "inserted or edited": "{events} of {chain} {was} inserted or edited",
    "cut off": "{chain} ends too soon: {events} {was} cut off, or as many deleted before and the chain hashed anew",
    "chained anew": "{chain} was hashed anew: something between events {number} and {last} is not what was anchored",
}


def _finding(each: Tampering) -> Finding:
    one = each.number == each.last
    said = _SAID[each.kind].format(
        chain=each.chain,
        number=each.number,
        last=each.last,
        events=f"Event {each.number}" if one else f"Events {each.number} to {each.last}",
        was="was" if one else "were",
    )
    when = "" if each.anchored_at is None else f" (anchor of {each.anchored_at.isoformat()})"
    return Finding(
        chain=each.chain,
        number=each.number,
        last=each.last,
        kind=each.kind,
        expected=each.expected,
        found=each.found,
        text=f"{said[0].upper()}{said[1:]}{when}. Expected {each.expected}, found {each.found}.",
    )


def _missing(what: str) -> Finding:
    return Finding(
        chain="guards",
        number=0,
        last=0,
        kind="guard missing",
        expected=what.partition(",")[0],
        found="nothing",
        text=f"The database lacks {what}. {WHAT_TO_DO}",
    )


def _lost(chain: str) -> Finding:
    what = "organisations or accounts" if chain == PEOPLE else "units or people of its centre"
    return Finding(
        chain=chain,
        number=0,
        last=0,
        kind="deleted",
        expected="events",
        found="nothing",
        text=f"{chain[0].upper()}{chain[1:]} has no event, although there are {what}: the whole chain was deleted.",
    )


def _broken_line(number: int) -> Finding:
    return Finding(
        chain="anchors",
        number=number,
        last=number,
        kind="edited",
        expected="a line as it was written, after the one before",
        found="another",
        text=f"Line {number} of the anchor file is not as it was written, or does not follow on the line before.",
    )


_DIFFERS = {
    "missing": "is told of and is not there",
    "untold": "is there and is not told of",
    "different": "is not as it is told",
}


def _difference(each: Difference) -> DifferenceView:
    name = f"{each.table} {', '.join(map(str, each.key))}"
    columns = ", ".join(f"{column} {each.told[column]!r}, but {each.stored[column]!r}" for column in each.told)
    return DifferenceView(
        table=each.table,
        key=each.key,
        kind=each.kind,
        told=each.told,
        stored=each.stored,
        event=each.event,
        text=f"{name} {_DIFFERS[each.kind]}" + (f": {columns}." if each.kind == "different" else "."),
    )
