"""How many requests a plan has and leaves out, a lot of several parts once; maintenance is nobody's request.

Knows nothing of why anything stays out.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from scheduler.translate.names import is_maintenance


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """Requests: ``planned``, of which ``in_part`` lack pieces, and ``left_out``; ``services`` are maintenance jobs."""

    planned: int
    in_part: int
    left_out: int
    services: int
    services_left_out: int

    @property
    def text(self) -> str:
        """``10 requests (1 of them in part) and 1 service planned, 2 requests left out``."""
        part = f" ({self.in_part} of them in part)" if self.in_part else ""
        planned = f"{counted(self.planned, 'request')}{part}{_and(self.services)} planned"
        return f"{planned}, {counted(self.left_out, 'request')}{_and(self.services_left_out)} left out"


def tally_of(planned: Iterable[str], left_out: Iterable[str]) -> Tally:
    """Of what is planned and what is left out, as ids of the solver's requests or of their tasks."""
    placed, out = _split(planned), _split(left_out)
    return Tally(
        planned=len(placed[0]),
        in_part=len(placed[0] & out[0]),
        left_out=len(out[0] - placed[0]),
        services=len(placed[1]),
        services_left_out=len(out[1] - placed[1]),
    )


def requests_among(ids: Iterable[str]) -> set[str]:
    """The requests that these are, or are parts of."""
    return _split(ids)[0]


def counted(count: int, word: str) -> str:
    """``1 request``, ``2,000 requests``."""
    return f"1 {word}" if count == 1 else f"{count:,} {word}s"


def _split(ids: Iterable[str]) -> tuple[set[str], set[str]]:
    """Requests, and services, of which each time is one of its own."""
    given = set(ids)
    services = {id_ for id_ in given if is_maintenance(id_)}
    return {id_.partition("/")[0] for id_ in given - services}, services


def _and(services: int) -> str:
    return f" and {counted(services, 'service')}" if services else ""
