"""The chains of the audit: what an event's hash is made of, where the chains end, and what was done to them.

Knows nothing of how events come about, nor of what they mean.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

import rfc8785
from sqlmodel import Session, col, func, select

from models.changes import utc
from models.tables import AuditEvent

FIRST_PREVIOUS = "0" * 64
PEOPLE = "people"
_PAGE = 500
_HASHED = tuple(name for name in AuditEvent.model_fields if name != "hash")
_MOST = 50
"""So many broken events of one chain are looked at; who finds that many knows enough."""

Kind = Literal["edited", "deleted", "inserted", "inserted or edited", "swapped", "cut off", "chained anew"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The last event of a chain."""

    number: int
    hash: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Tampering:
    """What was done to a chain: at event ``number``, and up to ``last`` where it concerns several.

    ``anchored_at``: the moment of the anchor that shows it, ``None`` where the chain itself does.
    """

    chain: str
    number: int
    last: int
    kind: Kind
    expected: str
    found: str
    anchored_at: datetime | None = None
    closed_up: bool = False
    """Later events took the places of what was deleted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Anchored:
    """What an anchor says of one chain."""

    at: datetime
    head: Head


@dataclass(slots=True)
class _Broken:
    """An event that is not what its hash says, or does not follow; ``previous``: the hash before it in its place."""

    event: AuditEvent
    previous: str
    own: bool
    follows: bool


@dataclass(slots=True)
class _Walk:
    """One chain being read."""

    chain: str
    number: int = 0
    hash: str = FIRST_PREVIOUS
    gaps: list[tuple[int, int]] = field(default_factory=list)
    broken: list[_Broken] = field(default_factory=list)


def digest(event: AuditEvent, **place: int | None) -> str:
    """SHA-256, in hexadecimal, of the event as canonical JSON: every field but ``hash``; as if it stood in another
    ``place`` (``number``, ``id``) if one is given."""
    fields = {name: getattr(event, name) for name in _HASHED} | place
    fields["at"] = moment_text(event.at)
    return sha256(canonical(fields)).hexdigest()


def moment_text(at: datetime) -> str:
    """A moment as it is hashed: ISO 8601 in UTC with six decimals, such as 2026-11-27T09:00:00.000000+00:00."""
    return utc(at).isoformat(timespec="microseconds")


def canonical(value: Any) -> bytes:
    """JSON in its one form (RFC 8785). Raises ``ValueError`` for what has none."""
    return rfc8785.dumps(value)


def order_of(chain: str) -> tuple[bool, int, str]:
    """Sorts chains as their locks are taken: centres by id, people and settings last."""
    _, _, number = chain.partition(":")
    return chain == PEOPLE, int(number) if number.isdecimal() else 0, chain


def heads(session: Session) -> dict[str, Head]:
    """The end of every chain, in the order of ``order_of``."""
    last = select(AuditEvent.chain, func.max(AuditEvent.number)).group_by(AuditEvent.chain)
    numbers = dict(session.exec(last).all())
    found = {}
    for chain in sorted(numbers, key=order_of):
        wanted = select(AuditEvent.hash).where(AuditEvent.chain == chain, AuditEvent.number == numbers[chain])
        found[chain] = Head(number=numbers[chain], hash=session.exec(wanted).one())
    return found


def verify(session: Session, chain: str, anchors: Sequence[Anchored] = ()) -> list[Tampering]:
    """What was done to the chain, by number; nothing when it is whole.

    Without ``anchors`` neither events cut off at its end nor a chain that was hashed anew from some event on leave a
    trace."""
    walk, differing = _Walk(chain), list[tuple[Anchored, str]]()
    # All of one number: a chain that was made anew and back again was anchored twice in one place.
    wanted: dict[int, list[Anchored]] = defaultdict(list)
    for each in anchors:
        wanted[each.head.number].append(each)
    for event in events_in_order(session, chain):
        _step(walk, event)
        differing += [(each, event.hash) for each in wanted.get(event.number, ()) if each.head.hash != event.hash]
    found = _once([*_of_gaps(walk), *_of_broken(walk)])
    if not found:
        found = _of_anchors(walk, anchors, differing)
    else:
        found += _cut_off(walk, anchors, closed_up=sum(each.last - each.number + 1 for each in found if each.closed_up))
    return sorted(found, key=lambda each: (each.number, each.last))


def events_in_order(session: Session, chain: str) -> Iterator[AuditEvent]:
    """Page by page: a chain may be longer than memory."""
    wanted = select(AuditEvent).where(AuditEvent.chain == chain).order_by(col(AuditEvent.number)).limit(_PAGE)
    page = session.exec(wanted).all()
    while page:
        yield from page
        last = page[-1].number
        for event in page:
            session.expunge(event)
        page = session.exec(wanted.where(col(AuditEvent.number) > last)).all()


def _step(walk: _Walk, event: AuditEvent) -> None:
    if event.number > walk.number + 1:
        walk.gaps.append((walk.number + 1, event.number - 1))
    gap = event.number != walk.number + 1
    own, follows = event.hash == digest(event), gap or event.previous_hash == walk.hash
    if not (own and follows) and len(walk.broken) < _MOST:
        walk.broken.append(_Broken(event, walk.hash, own, follows))
    walk.number, walk.hash = event.number, event.hash


def _of_gaps(walk: _Walk) -> Iterator[Tampering]:
    for first, last in walk.gaps:
        expected = f"event {first}" if first == last else f"events {first} to {last}"
        yield Tampering(chain=walk.chain, number=first, last=last, kind="deleted", expected=expected, found="nothing")


def _of_broken(walk: _Walk) -> Iterator[Tampering]:
    """Says of each broken event where it stood before; those that moved on together are told of once."""
    origin = _origins(walk.broken)
    shift = 0
    for broken in walk.broken:
        number, was = broken.event.number, origin.get(broken.event.number)
        if was is None:
            shift = 0
            if not broken.own or number - 1 not in origin:
                yield from _edited(walk, broken)
        elif origin.get(was) == number:
            if number < was:
                yield _moved(walk, number, was, "swapped", f"event {was} in its place", f"event {was} at {number}")
        elif was - number != shift:
            shift = was - number
            yield _shifted(walk, number, was)


def _once(found: Sequence[Tampering]) -> list[Tampering]:
    """What was inserted is not edited as well, nor is one event edited twice."""
    inserted = {number for each in found if each.kind == "inserted" for number in range(each.number, each.last + 1)}
    kept = {(each.kind, each.number): each for each in reversed(found)}
    return [each for each in kept.values() if each.kind != "edited" or each.number not in inserted]


def _edited(walk: _Walk, broken: _Broken) -> Iterator[Tampering]:
    event = broken.event
    if not broken.own:
        # Nothing follows the last, which would tell whether it stood there: what is put at the end looks the same.
        yield Tampering(
            chain=walk.chain,
            number=event.number,
            last=event.number,
            kind="inserted or edited" if event.number == walk.number else "edited",
            expected=digest(event),
            found=event.hash,
        )
    elif not broken.follows:
        # What stands before has a hash of its own making.
        yield Tampering(
            chain=walk.chain,
            number=event.number - 1,
            last=event.number - 1,
            kind="edited",
            expected=event.previous_hash,
            found=broken.previous,
        )


def _shifted(walk: _Walk, number: int, was: int) -> Tampering:
    if was < number:
        return _moved(walk, was, number - 1, "inserted", f"event {was} at {was}", f"event {was} at {number}")
    found = _moved(walk, number, was - 1, "deleted", f"events {number} to {was - 1}", f"event {was} at {number}")
    return replace(found, closed_up=True)


def _moved(walk: _Walk, number: int, last: int, kind: Kind, expected: str, found: str) -> Tampering:
    return Tampering(chain=walk.chain, number=number, last=last, kind=kind, expected=expected, found=found)


def _origins(broken: Sequence[_Broken]) -> Mapping[int, int]:
    """By number of a broken event, the number with which its hash is right: the place where it stood."""
    places = [(each.event.number, each.event.id) for each in broken if not each.own]
    found = {}
    for event in (each.event for each in broken if not each.own):
        near = [(event.number + 1, event.id), (event.number - 1, event.id)]
        others = [
            each for number, id_ in places if number != event.number for each in ((number, event.id), (number, id_))
        ]
        right = (number for number, id_ in (*near, *others) if digest(event, number=number, id=id_) == event.hash)
        number = next(right, None)
        if number is not None:
            found[event.number] = number
    return found


def _of_anchors(walk: _Walk, anchors: Sequence[Anchored], differing: Sequence[tuple[Anchored, str]]) -> list[Tampering]:
    """A whole chain that is not the one that was anchored. What was hashed anew and is shorter is told of once: which
    events are gone cannot be told."""
    gone = _cut_off(walk, anchors)
    if not differing:
        return gone
    anchor, hashed = min(differing, key=lambda each: each[0].head.number)
    right = max((each.head.number for each in anchors if each.head.number < anchor.head.number), default=0)
    return [
        Tampering(
            chain=walk.chain,
            number=right + 1,
            last=gone[0].last if gone else anchor.head.number,
            kind="chained anew",
            expected=anchor.head.hash,
            found=hashed,
            anchored_at=anchor.at,
        )
    ]


def _cut_off(walk: _Walk, anchors: Sequence[Anchored], *, closed_up: int = 0) -> list[Tampering]:
    last = max(anchors, key=lambda each: each.head.number, default=None)
    if last is None or last.head.number <= walk.number + closed_up:
        return []
    return [
        Tampering(
            chain=walk.chain,
            number=walk.number + 1,
            last=last.head.number,
            kind="cut off",
            expected=f"event {last.head.number}",
            found=f"event {walk.number}" if walk.number else "nothing",
            anchored_at=last.at,
        )
    ]
