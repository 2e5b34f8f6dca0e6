"""What a reader may see, as a condition of queries: what is of some organisations, and what is at some centres.

Knows nothing of roles: whoever asks says which these are.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, or_, true


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """``everything``, or what is of one of these organisations or at one of these centres."""

    everything: bool = False
    organisation_ids: frozenset[int] = frozenset()
    centre_ids: frozenset[int] = frozenset()

    def covers(self, *, organisation_id: int | None = None, centre_id: int | None = None) -> bool:
        """Whether something of that organisation, at that centre, may be seen; ``None``: it is of none."""
        return self.everything or organisation_id in self.organisation_ids or centre_id in self.centre_ids

    def of(self, organisation: Any = None, centre: Any = None) -> ColumnElement[bool]:
        """The same of rows, by the columns that say whose and where; without a column it is of none."""
        if self.everything:
            return true()
        columns = ((organisation, self.organisation_ids), (centre, self.centre_ids))
        return or_(*(col(column).in_(sorted(ids)) for column, ids in columns if column is not None))


EVERYTHING = Sight(everything=True)
