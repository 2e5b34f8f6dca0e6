"""Policies about asking, one module each: what people may ask of a unit by hand, whatever plans do.

Knows no rows and no rules: every policy is a function of one ``Asking``, and says with numbers what it breaks.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from scheduler.policies import apart, horizon, length, most_ahead, notice, small_gaps
from scheduler.policies.asking import Ahead, Asking, Beside, Terms
from scheduler.views import Sentence

POLICIES: Mapping[str, Callable[[Asking], Iterator[Sentence]]] = MappingProxyType(
    {
        "notice": notice.broken,
        "horizon": horizon.broken,
        "length": length.broken,
        "most_ahead": most_ahead.broken,
        "apart": apart.broken,
        "small_gaps": small_gaps.broken,
    }
)
"""By name. Beside them stand ``late_cancel``, of giving back; ``approval``, of who says yes; and ``missed``."""


def broken(asking: Asking) -> Iterator[Sentence]:
    """Every policy that the booking breaks, all of them."""
    for policy in POLICIES.values():
        yield from policy(asking)


__all__ = ["POLICIES", "Ahead", "Asking", "Beside", "Terms", "broken"]
