"""The shortest and the longest booking by hand.

Knows nothing of recipes, which say themselves how long their work takes (docs/adr/0019).
"""

from collections.abc import Iterator

from scheduler.policies.asking import Asking
from scheduler.time_words import tell_length
from scheduler.views import Sentence


def broken(asking: Asking) -> Iterator[Sentence]:
    """Yields what is wrong where it is too short or too long, outside the free time."""
    shortest, longest, minutes = asking.terms.shortest_minutes, asking.terms.longest_minutes, asking.minutes
    if shortest is not None and minutes < shortest and not asking.is_free:
        text = f"{asking.unit} is booked for at least {tell_length(shortest)}, not {tell_length(minutes)}."
        yield asking.wrong("shortest", text, least_minutes=shortest, minutes=minutes)
    if longest is not None and minutes > longest and not asking.is_free:
        text = f"{asking.unit} is booked for at most {tell_length(longest)}, not {tell_length(minutes)}."
        yield asking.wrong("longest", text, most_minutes=longest, minutes=minutes)
