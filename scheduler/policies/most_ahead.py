"""The most that one person, or one organisation, may have ahead of a unit at a time.

Knows nothing of what was used: that is what quotas count.
"""

from collections.abc import Iterator, Sequence

from scheduler.policies.asking import Ahead, Asking, minutes_between
from scheduler.time_words import tell_length
from scheduler.views import Sentence


def broken(asking: Asking) -> Iterator[Sentence]:
    """Yields what is wrong where it is one too many, outside the free time. What has begun is ahead no more."""
    ahead = [each for each in asking.ahead if each.start >= asking.now]
    person = [each for each in ahead if each.person == asking.person]
    organisation = [each for each in ahead if each.organisation == asking.organisation]
    terms = asking.terms
    yield from _number(asking, "person", terms.person_most, len(person))
    yield from _number(asking, "organisation", terms.organisation_most, len(organisation))
    yield from _minutes(asking, person)


def _number(asking: Asking, who: str, most: int | None, standing: int) -> Iterator[Sentence]:
    if most is None or standing < most or asking.is_free:
        return
    text = f"One {who} has at most {most} booking{'s' * (most != 1)} of {asking.unit} ahead; {standing} stand already."
    yield asking.wrong(f"{who}_most", text, most=most, standing=standing)


def _minutes(asking: Asking, own: Sequence[Ahead]) -> Iterator[Sentence]:
    most = asking.terms.person_minutes
    standing = sum(minutes_between(each.start, each.end) for each in own)
    if most is None or standing + asking.minutes <= most or asking.is_free:
        return
    told = f"{tell_length(standing)} stand already, and this takes {tell_length(asking.minutes)}"
    text = f"One person has at most {tell_length(most)} of {asking.unit} ahead; {told}."
    yield asking.wrong("person_minutes", text, most_minutes=most, standing=standing, minutes=asking.minutes)
